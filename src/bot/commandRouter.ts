import { type DeadSignIn, deadSignInOf } from '../auth/deadSignIn';
import type { Access } from '../auth/signIn';
import { needInstallText, runMovedText } from '../cards/words/chatWords';
import { edgeWords } from '../cards/words/edgeWords';
import { requestEdge } from '../cards/words/requestEdgeWords';
import { shortened } from '../cards/words/shortened';
import { codeOf } from '../errors';
import { type Command, parseCommand } from '../provisioning/commands';
import type { PersonRef } from '../provisioning/people';
import {
  endPendingCommand,
  listLeftCommands,
  type PendingReason,
  putPendingCommand,
  takePendingCommands,
} from '../store/pendingCommands';
import { listPolicies } from '../store/policies';
import type { CommandHandler } from './answers';
import type { BotDeps } from './deps';
import type { Explain } from './explain';
import type { FreshSignIns } from './freshSignIns';
import type { PersonalChats } from './personalChats';
import { createSignInFlow } from './signInFlow';
import type { Turn } from './turn';
import type { WhileTyping } from './whileTyping';

export type CommandHandlers = { [K in Command['kind']]: CommandHandler<Extract<Command, { kind: K }>> };

/**
 * Work with the person's own rights: only in the personal chat, and only signed in. For what `reads`, a sign-in that can only read is
 * enough where requests are possible: somebody without the right to change anything need not consent to more.
 */
const NEEDS: Partial<Record<Command['kind'], Access>> = {
  setup: 'acts',
  status: 'acts',
  settings: 'acts',
  audit: 'acts',
  provision: 'reads',
  request: 'reads',
  requestForm: 'reads',
  requests: 'reads',
  showRequest: 'reads',
};
const LONGEST_WAIT_MS = 24 * 3_600_000;

type Deps = Pick<BotDeps, 'log' | 'store' | 'settings' | 'runs' | 'requests' | 'tokens' | 'post'> & {
  personalChats: PersonalChats;
  freshSignIns: FreshSignIns;
  explain: Explain;
  whileTyping: WhileTyping;
};

/** From a text to its handler: in the right chat, and after the sign-in that it may need. What cannot go on now is a row. */
export function createCommandRouter(deps: Deps, handlers: CommandHandlers) {
  const { store, settings, tokens, personalChats, explain, whileTyping } = deps;
  const signIns = createSignInFlow({
    ...deps,
    resume: (person, conversationId) => resume(person, 'sign_in', conversationId),
  });
  const wait = (turn: Turn, waitsFor: PendingReason): Promise<void> =>
    putPendingCommand(store, {
      person: turn.person,
      conversationId: turn.conversation.id,
      activityId: turn.activityId,
      waitsFor,
      command: { text: turn.text, locale: turn.locale ?? null },
    });

  const sayIn =
    (turn: Turn, { kind }: Command) =>
    async (error: unknown) =>
      turn.say(await explain(error, { command: kind }));

  async function waitForSignIn(turn: Turn, access: Access, dead?: DeadSignIn): Promise<void> {
    await wait(turn, 'sign_in');
    await signIns.ask(turn, dead, edgeWords.goesOnAfterwards(shortened(turn.text)), access);
  }

  /** What the person's sign-in is good for now, or which one to ask for. */
  async function accessOf(person: PersonRef, needs: Access): Promise<{ has: Access } | { lacks: Access }> {
    if (await tokens.hasToken(person)) return { has: 'acts' };
    if (needs === 'acts' || (await listPolicies(store, person.tenantId)).length === 0) return { lacks: 'acts' };
    return (await tokens.hasToken(person, settings.readConnection)) ? { has: 'reads' } : { lacks: 'reads' };
  }

  async function withPersonalChat(turn: Turn, command: Command, work: (own: Turn) => Promise<void>): Promise<void> {
    const own = await personalChats.of(turn);
    if (!own) {
      await wait(turn, 'install');
      return turn.say(needInstallText(turn.person.displayName));
    }
    if (own !== turn) await turn.say(movedText(command.kind, turn.person));
    // What goes wrong there is said there: others need not read it.
    await whileTyping(own, work).catch(sayIn(own, command));
  }

  async function handle(turn: Turn, command: Command): Promise<void> {
    const handler = handlers[command.kind] as CommandHandler<Command>;
    const needs = NEEDS[command.kind];
    if (command.kind === 'signIn') return withPersonalChat(turn, command, (own) => handler(own, command, 'acts'));
    if (!needs) return handler(turn, command, 'acts');
    return withPersonalChat(turn, command, async (own) => {
      const access = await accessOf(own.person, needs);
      if ('lacks' in access) return waitForSignIn(own, access.lacks);
      await handler(own, command, access.has).catch((error: unknown) => {
        // Signed out between the look and the use of the token, or Entra wants another proof: it waits like a first sign-in.
        if (codeOf(error) === 'sign_in_needed') return waitForSignIn(own, 'acts', deadSignInOf(error));
        throw error;
      });
    });
  }

  async function run(turn: Turn): Promise<void> {
    const command = parseCommand(turn.text);
    await handle(turn, command).catch(sayIn(turn, command));
  }

  /** Does what waited, oldest first, in the personal chat. A row goes when its command is done: a process that dies loses none. */
  async function resume(person: PersonRef, waitsFor: PendingReason, conversationId: string): Promise<number> {
    const waiting = await takePendingCommands(store, person, waitsFor);
    for (const pending of waiting) {
      const { text, locale } = pending.command as { text: string; locale: string | null };
      const { activityId, createdAt } = pending;
      if (Date.now() - Date.parse(createdAt) < LONGEST_WAIT_MS)
        await run(personalChats.turnIn(person, conversationId, { activityId, text, locale: locale ?? undefined }));
      await endPendingCommand(store, pending);
    }
    return waiting.length;
  }

  /** Commands that a process took and did not live to carry out. */
  async function resumeLeft(): Promise<void> {
    for (const { person, waitsFor } of await listLeftCommands(store)) {
      const own = await personalChats.find(person);
      if (own) await resume(person, waitsFor, own.conversation.id);
    }
  }

  return {
    run,
    resume,
    resumeLeft,
    signIns,
  };
}

function movedText(kind: Command['kind'], { displayName }: PersonRef): string {
  if (kind === 'signIn') return edgeWords.signInMoved(displayName);
  return kind === 'setup' || kind === 'status' || kind === 'provision'
    ? runMovedText(displayName, kind)
    : requestEdge.moved(displayName);
}
