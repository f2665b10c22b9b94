import { createActions } from './clientSide/actions';
import { type ClientState, createClientState, isAlert } from './clientSide/clientState';
import { createCompose } from './clientSide/compose';
import { createConnection } from './clientSide/connection';
import { createExecute } from './clientSide/execute';
import { createInvoke } from './clientSide/invokes';
import { createRefresh } from './clientSide/refresh';
import { createSignIn } from './clientSide/signIn';
import { waitForMessage } from './clientSide/waitForMessage';
import type { TeamsClient } from './clientTypes';
import type { ServerEvent, WireMessage } from './wireTypes';

export interface TeamsClientOptions {
  /** Of the pretend Teams, `http://127.0.0.1:<port>`. */
  origin: string;
  /** Object id or user principal name of the person; somebody with `signsIn`. */
  as: string;
  /** Another tenant than the sandbox's own, to try how the bot meets strangers. */
  tenantId?: string;
  /** Leaves the Entra object id out of every activity. */
  withoutObjectId?: boolean;
  /** Default `en-US`. */
  locale?: string;
  fetch?: typeof globalThis.fetch;
  /** Milliseconds; moves the one-minute guard of refreshing cards in tests. */
  now?: () => number;
}

const PEOPLE_DATASET = 'graph.microsoft.com/users';
const SEARCH_PAGE = 15;

/**
 * One Teams client of one person, for the browser and Node alike. It signs in silently, refreshes cards that ask for it,
 * and keeps to itself the cards that only it got, as Teams clients do.
 */
export function createTeamsClient(options: TeamsClientOptions): TeamsClient {
  const { origin, as, tenantId, withoutObjectId, locale = 'en-US', now = Date.now } = options;
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  const request = { as, ...(tenantId && { tenantId }), ...(withoutObjectId && { withoutObjectId }) };
  const connection = createConnection({ origin, request, locale, fetch });
  const state: ClientState = createClientState();
  const invoke = createInvoke(connection);
  const signIn = createSignIn({ connection, state, invoke });
  const { execute, continueWithCode } = createExecute({ state, invoke, signIn, answered: (id) => refresh.answered(id) });
  const refresh = createRefresh({ state, execute, now, myMri: () => connection.session().me.mri });
  const compose = createCompose(connection, (id) => state.chats().find(({ conversationId }) => conversationId === id));
  let theme: 'default' | 'dark' | 'contrast' = 'default';
  const actions = createActions({ state, invoke, compose, execute, theme: () => theme });
  const chatPath = (conversationId: string) => `chats/${encodeURIComponent(conversationId)}`;
  const change = (conversationId: string, action: 'add' | 'remove' | 'upgrade') =>
    connection.call('POST', `${chatPath(conversationId)}/install`, { action });
  const findPeople = (query: string, conversationId: string) =>
    connection.call<{ title: string; subtitle: string; value: string }[]>(
      'GET',
      `people?${new URLSearchParams({ query, conversationId })}`,
    );

  const signingIn = new Set<Promise<void>>();
  const seen = (message: WireMessage): void => {
    const work: Promise<void> = signIn
      .answerSilently(message)
      .catch(() => undefined) // the line broke: the next snapshot tries again
      .finally(() => signingIn.delete(work));
    signingIn.add(work);
    refresh.consider(message);
  };
  const toastFor = (message: WireMessage): void => {
    const { conversationId, id, text, summary, notifies } = state.viewOf(message);
    if (!notifies || (refresh.isOpen(conversationId) && !isAlert(message))) return;
    const title = state.chat(conversationId)?.title ?? '';
    state.toast({ kind: 'message', title, text: summary || text || 'Sent a card', conversationId, messageId: id });
  };
  const onEvent = (event: ServerEvent): void => {
    const isNew = event.kind === 'message' && !state.wireMessage(event.message);
    state.apply(event);
    if (event.kind === 'snapshot') for (const message of event.messages) seen(message);
    if (event.kind === 'message') {
      if (isNew) toastFor(event.message);
      seen(event.message);
    }
    if (event.kind === 'warning') {
      const { conversationId, text } = event;
      state.toast({ kind: 'warning', title: 'The bot did not answer well', text, conversationId });
    }
    state.changed();
  };

  return {
    get me() {
      return connection.session().me;
    },
    connect: () => connection.open(onEvent),
    async settled() {
      while (signingIn.size > 0) await Promise.all(signingIn);
    },
    close() {
      connection.close();
      state.close();
    },
    chats: state.chats,
    messages: (conversationId) => state.views(conversationId),
    onChange: state.onChange,
    install: (conversationId) => change(conversationId, 'add'),
    uninstall: (conversationId) => change(conversationId, 'remove'),
    upgrade: (conversationId) => change(conversationId, 'upgrade'),
    rename: (conversationId, title) => connection.call('PUT', `${chatPath(conversationId)}/title`, { title }),
    block: (conversationId, blocked) => connection.call('PUT', `${chatPath(conversationId)}/block`, { blocked }),
    say: compose.say,
    edit: compose.edit,
    remove: compose.remove,
    view: refresh.view,
    refresh: refresh.byHand,
    setTheme(next) {
      theme = next;
    },
    toasts: state.toasts,
    dismissToast: state.dismissToast,
    act: actions.act,
    dialog: () => state.dialog()?.view,
    submitDialog: actions.submitDialog,
    closeDialog: () => state.setDialog(undefined),
    async search(conversationId, dataset, queryText) {
      const [name, scope] = dataset.split('?');
      if (name === PEOPLE_DATASET) return findPeople(queryText, scope === 'scope=currentContext' ? conversationId : '');
      const value = { queryText, queryOptions: { skip: 0, top: SEARCH_PAGE }, dataset };
      const { problem, body } = await invoke({ conversationId }, 'application/search', value);
      if (problem) throw new Error(problem.text);
      return (body as { value: { results: { title: string; value: string }[] } }).value.results;
    },
    async signIn(message, { cancel, codeOnly, code: given } = {}) {
      const waiting = state.login(message.id);
      if (cancel) {
        if (waiting) state.setLogin(message.id, undefined);
        else await signIn.verify(message, undefined);
        return {};
      }
      const code = given ?? (await signIn.codeFromPage(message.signIn?.link ?? ''));
      if (codeOnly) return { code };
      if (waiting) await continueWithCode(message, code);
      else await signIn.verify(message, code);
      return { code };
    },
    waitFor: (conversationId, matches, settings) => waitForMessage(state, conversationId, matches, settings),
  };
}
