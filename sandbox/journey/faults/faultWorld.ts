import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Switches } from '../../core/switches';
import { type Sandbox, startSandbox } from '../../startSandbox';
import type { MessageView } from '../../teams/clientTypes';
import { type Administrator, createAdministrator } from '../administrator';
import { actionOf, findAction } from '../cardActions';
import { type RunValue, runIn } from '../runJourney';
import { type BotProcess, startBot } from '../startBot';
import { type ChangeTenant, type Company, writeCompanies } from './companies';

/** Fast by settings: the code is production's. A call that never ends is given up soon, and not so soon that a busy machine suffers. */
const FAST = {
  SWEEP_INTERVAL_MS: '250',
  TYPING_AFTER_MS: '3600000', // a row of the fault table that waits for a message must not meet it
  CARD_UPDATE_MS: '120',
  RETRY_BASE_MS: '50',
  GRAPH_TIMEOUT_MS: '2500',
  ON_DEMAND_TIMEOUT_MS: '2500',
  UNITY_TIMEOUT_MS: '2500',
  ON_DEMAND_WINDOW_MS: '100',
  TOKEN_MS: '30000',
  TOKEN_IN_INVOKE_MS: '10000',
  ROLE_WAITS_MS: '50,50',
  ASSIGNMENT_RETRY_MS: '300',
  WATCH_FAST_MS: '3600000',
  WATCH_SLOW_MS: '3600000',
};

/** A sandbox with many companies and one real bot. */
export interface FaultWorld {
  sandbox: Sandbox;
  bot: BotProcess;
  companies: Company[];
  /** Somebody of that company who has added the app and signed in. */
  administrator(company: Company): Promise<CompanyAdministrator>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  companies: number;
  change?: ChangeTenant;
  switches?: Partial<Switches>;
  settings?: Record<string, string>;
}

/** Starts both; nothing is left behind when that fails. */
export async function startFaultWorld({
  companies: count,
  change,
  switches = {},
  settings = {},
}: WorldOptions): Promise<FaultWorld> {
  const file = writeCompanies(count, change);
  const dataDir = mkdtempSync(join(tmpdir(), 'upt-faults-'));
  const cleanups: (() => unknown)[] = [file.remove, () => rmSync(dataDir, { recursive: true, force: true })];
  const stop = async () => {
    for (const cleanup of cleanups.reverse().splice(0)) await cleanup();
  };
  try {
    const sandbox = await startSandbox({
      tenantFile: file.path,
      switches: { onDemandRateLimit: 'off', connectorRateLimit: 'off', scimRateLimit: 'off', ...switches },
    });
    cleanups.push(sandbox.stop);
    const bot = await startBot({ ...sandbox.botEnvironment(), DATA_DIR: dataDir, ...FAST, ...settings });
    cleanups.push(() => bot.stop());
    sandbox.teams.setBotEndpoint(`http://127.0.0.1:${bot.port}/api/messages`);
    return {
      sandbox,
      bot,
      companies: file.companies,
      async administrator(company) {
        const person = createAdministrator({
          origin: sandbox.origin,
          dashboardUrl: sandbox.unity.dashboardUrl,
          objectId: company.administratorId,
          organizationId: company.organizationId,
          appName: company.appName,
        });
        cleanups.push(() => person.client.close());
        await person.arrive();
        await person.signIn();
        return companyAdministrator(person, company);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A run's card as it stands, with what a program reads of it. */
export interface RunCard {
  message: MessageView;
  run: RunValue;
}

const AT_REST = ['waiting', 'failed', 'done', 'cancelled', 'expired'];

export type CompanyAdministrator = ReturnType<typeof companyAdministrator>;

/** What one company's administrator does, each up to the moment when the run rests. */
function companyAdministrator(person: Administrator, company: Company) {
  const atRest = async (matches: (message: MessageView, run: RunValue) => boolean, what: string): Promise<RunCard> => {
    const message = await person.waitFor((candidate) => {
      const run = runIn(candidate);
      return run !== undefined && AT_REST.includes(run.state) && matches(candidate, run);
    }, what);
    return { message: person.newest(message), run: runIn(person.newest(message))! };
  };
  const known = () => new Set(person.client.messages(person.chat()).map(({ id }) => id));
  let token: Promise<string> | undefined;

  return {
    person,
    company,
    atRest,
    /** A token of the company's own service account, the same one each time. */
    token: () => (token ??= person.makeUnityToken()),
    /** `setup` and both dialogs; `beforeSubmit` happens when the forms are filled and nothing has begun. */
    async setUp(options: { token?: string; connectorUrl?: string; beforeSubmit?: () => void } = {}): Promise<RunCard> {
      const scimToken = options.token ?? (await this.token());
      const form = await person.openTokenForm();
      options.beforeSubmit?.();
      const before = known();
      const end = await person.client.submitDialog(actionOf(form, 'setup.submitToken'), {
        scimToken,
        ...(options.connectorUrl ? { scimConnectorUrl: options.connectorUrl } : {}),
      });
      if (end.kind !== 'closed' && end.kind !== 'message') throw new Error(`the dialog did not close: ${JSON.stringify(end)}`);
      return atRest((message) => !before.has(message.id), 'the card of the setup');
    },
    /** Presses a button of a run's card; gives the card when the next attempt rests. */
    async press(card: RunCard, verb: string, inputs: Record<string, string> = {}): Promise<RunCard> {
      await person.press(card.message, verb, inputs);
      return this.next(card);
    },
    /** The same card once a later attempt, or a later state of the same one, rests. */
    next: ({ message, run }: RunCard) =>
      atRest(
        (candidate, found) => candidate.id === message.id && (found.runId !== run.runId || found.state !== run.state),
        `the run after ${run.runId}`,
      ),
    offers: (card: RunCard, verb: string) => findAction(card.message.cards[0], verb) !== undefined,
    async provision(...people: string[]): Promise<RunCard> {
      const before = known();
      await person.client.say(person.chat(), `provision ${people.join(', ')} to ${company.organizationId}`);
      return atRest((message) => !before.has(message.id), 'the card of the provision');
    },
  };
}
