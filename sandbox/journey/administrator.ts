import { createTeamsClient } from '../teams/client';
import type { ActionAnswer, Card, MessageView, TeamsClient } from '../teams/clientTypes';
import { createDashboardPerson } from '../unity/person';
import { actionOf, findAction, readMessage, textOf } from './cardActions';

/** What a person ticks in the first form of a setup, as Teams sends it. */
export const CONFIRMED = {
  planIsEnterpriseOrIndustry: 'true',
  ssoIsConfigured: 'true',
  scimTabIsVisible: 'true',
  scimIsEnabled: 'true',
  isOwnerOrManager: 'true',
};

interface AdministratorOptions {
  origin: string;
  dashboardUrl: string;
  objectId: string;
  organizationId: string;
  /** Name of the enterprise app; default: the one the form has chosen. */
  appName?: string;
  timeoutMs?: number;
  /** A client that is connected already; default: one of their own, which `arrive` connects. */
  client?: TeamsClient;
}

/** A person who does in Teams and in Unity's dashboard what an administrator would do; each method is one thing they do. */
export function createAdministrator({
  origin,
  dashboardUrl,
  objectId,
  organizationId,
  appName,
  timeoutMs = 60_000,
  client = createTeamsClient({ origin, as: objectId }),
}: AdministratorOptions) {
  const unity = createDashboardPerson(dashboardUrl, organizationId);
  const chat = () => {
    const found = client.chats().find(({ scope }) => scope === 'personal');
    if (!found) throw new Error('no personal chat');
    return found.conversationId;
  };
  const known = () => new Set(client.messages(chat()).map(({ id }) => id));
  const waitFor = (matches: (message: MessageView) => boolean, what: string) =>
    client.waitFor(chat(), (message) => message.from.kind === 'bot' && matches(message), { timeoutMs, what });
  const newest = (message: MessageView) => client.messages(chat()).find(({ id }) => id === message.id) ?? message;
  const says = (message: MessageView, text: RegExp) => text.test(readMessage(message));

  return {
    client,
    chat,
    unity,
    newest,
    waitFor,

    async arrive(): Promise<void> {
      await client.connect();
      await client.install(chat());
      await waitFor((message) => message.cards.length > 0, 'the welcome card');
    },

    async signIn(): Promise<void> {
      const before = known();
      await client.say(chat(), 'sign in');
      await waitFor((message) => !before.has(message.id) && says(message, /signed in/i), 'an answer to sign in');
    },

    /** Types a command and gives the first message that follows it and matches. */
    async say(text: string, matches: (message: MessageView) => boolean = () => true): Promise<MessageView> {
      const before = known();
      await client.say(chat(), text);
      return waitFor(
        (message) => !before.has(message.id) && message.signIn === undefined && matches(message),
        `an answer to "${text}"`,
      );
    },

    /** Makes the service account in Unity's dashboard by hand and gives the token that it shows once. */
    async makeUnityToken(): Promise<string> {
      const account = await unity.createServiceAccount(`Entra provisioning ${Date.now()}`);
      await unity.giveScimAuthenticator(account);
      return unity.addBearerToken(account);
    },

    /** `setup`, both dialogs, up to the plan on the card. */
    async fillForms(scimToken: string): Promise<MessageView> {
      return this.submitToken(await this.openTokenForm(), scimToken);
    },

    /** `setup` and the first dialog; gives the second, which takes the token. */
    async openTokenForm(): Promise<Card> {
      const start = await this.say('setup', (message) => findAction(message.cards[0], 'setup.open') !== undefined);
      const first = dialogOf(await client.act(start, actionOf(start.cards[0], 'setup.open')));
      const app = appName ? await this.findApp(appName) : undefined;
      return dialogOf(
        await client.submitDialog(actionOf(first, 'setup.submitApp'), {
          organization: organizationId,
          ...(app ? { servicePrincipalId: app } : {}),
          ...CONFIRMED,
        }),
      );
    },

    /** Gives the token in the second dialog; up to the plan on the card. */
    async submitToken(form: Card, scimToken: string): Promise<MessageView> {
      const before = known();
      const end = await client.submitDialog(actionOf(form, 'setup.submitToken'), { scimToken });
      if (end.kind !== 'closed' && end.kind !== 'message') throw new Error(`the dialog did not close: ${describe(end)}`);
      return waitFor(
        (message) => !before.has(message.id) && findAction(message.cards[0], 'plan.confirm') !== undefined,
        'the plan card',
      );
    },

    /** The typeahead of dialog 1. */
    async findApp(name: string): Promise<string> {
      const found = await client.search(chat(), 'apps', name);
      const app = found.find(({ title }) => title === name) ?? found.find(({ title }) => title.startsWith(name));
      if (!app)
        throw new Error(`the app "${name}" is not offered; offered: ${found.map(({ title }) => title).join(', ') || 'nothing'}`);
      return app.value;
    },

    /** Presses an action of a message and fails on an error. */
    async press(message: MessageView, verb: string, inputs: Record<string, string> = {}): Promise<ActionAnswer> {
      const card = newest(message).cards[0];
      const answer = await client.act(newest(message), actionOf(card, verb), inputs);
      if (answer.kind === 'error') throw new Error(`${verb} ended with ${answer.code}: ${answer.text}`);
      return answer;
    },

    /** Waits until this message, edited in place, reads so. */
    async reads(message: MessageView, text: RegExp): Promise<MessageView> {
      return waitFor((candidate) => candidate.id === message.id && says(candidate, text), `the card to read ${text}`);
    },
  };
}

export type Administrator = ReturnType<typeof createAdministrator>;

function dialogOf(answer: ActionAnswer): Card {
  if (answer.kind !== 'dialog') throw new Error(`no dialog came: ${describe(answer)}`);
  return answer.dialog.card;
}

function describe(answer: ActionAnswer): string {
  if (answer.kind === 'dialog') return textOf(answer.dialog.card);
  return JSON.stringify(answer).slice(0, 500);
}
