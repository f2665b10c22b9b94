import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../startSandbox';
import type { MessageView } from '../teams/clientTypes';
import { createAdministrator } from './administrator';
import { readMessage } from './cardActions';
import { type BotProcess, startBot } from './startBot';

interface JourneyOptions {
  tenantFile?: string;
  organizationId?: string;
  /** Name of the enterprise app; default: the one that signs in to Unity. */
  appName?: string;
  /** Addresses to provision; default: alice of the tenant's domain. */
  people?: string[];
  /** A Postgres for the bot; default: its embedded database in a fresh folder. */
  databaseUrl?: string;
  /** Told as each step ends. */
  onStep?: (step: JourneyStep) => void;
}

interface JourneyStep {
  /** A name of the run's own steps, or of what the person did between them. */
  name: string;
  ms: number;
}

export interface JourneyReport {
  ok: boolean;
  steps: JourneyStep[];
  scimUsers: { userName: string; active: boolean; id: string }[];
  graphCalls: number;
  notifications: { to: string; kind: string; runId: string | null; counts: Record<string, number> | null }[];
  /** Why `ok` is false. */
  problems: string[];
}

const CYCLE_MS = 41 * 60_000;
/** Fast by settings: the code is production's. */
export const FAST = {
  SWEEP_INTERVAL_MS: '250',
  CARD_UPDATE_MS: '100',
  WATCH_FAST_MS: '200',
  WATCH_SLOW_MS: '500',
  ASSIGNMENT_RETRY_MS: '500',
};

/** The whole job, headless: install, sign in, set up, provision, and hear of the first cycle. Real bot, pretend services. */
export async function runJourney(options: JourneyOptions = {}): Promise<JourneyReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'upt-journey-'));
  let sandbox: Sandbox | undefined;
  let bot: BotProcess | undefined;
  const report: JourneyReport = { ok: false, steps: [], scimUsers: [], graphCalls: 0, notifications: [], problems: [] };
  try {
    sandbox = await startSandbox({ ...(options.tenantFile ? { tenantFile: options.tenantFile } : {}) });
    const database = options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : { DATA_DIR: dataDir };
    bot = await startBot({ ...sandbox.botEnvironment(), DATA_DIR: dataDir, ...database, ...FAST });
    sandbox.teams.setBotEndpoint(`http://127.0.0.1:${bot.port}/api/messages`);
    await travel(sandbox, options, report);
  } catch (error) {
    report.problems.push(error instanceof Error ? error.message : String(error));
    if (bot)
      report.problems.push(
        ...bot
          .output()
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .slice(-5),
      );
  } finally {
    await bot?.stop();
    await sandbox?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  report.ok = report.problems.length === 0;
  return report;
}

async function travel(sandbox: Sandbox, options: JourneyOptions, report: JourneyReport): Promise<void> {
  const { tenant, calls, clock } = sandbox.context;
  const organizationId = options.organizationId ?? tenant.organizations[0]!.genesisId;
  const people = options.people ?? [`alice@${tenant.domain}`];
  const administrator = tenant.users.find(({ signsIn, directoryRoles }) => signsIn && directoryRoles.length > 0);
  if (!administrator) throw new Error('Nobody in this tenant can sign in and has a directory role.');
  const person = createAdministrator({
    origin: sandbox.origin,
    dashboardUrl: sandbox.unity.dashboardUrl,
    objectId: administrator.id,
    organizationId,
    ...(options.appName ? { appName: options.appName } : {}),
  });
  let since = Date.now();
  const step = (name: string, ms = Date.now() - since) => {
    since = Date.now();
    const done = { name, ms };
    report.steps.push(done);
    options.onStep?.(done);
  };

  try {
    await person.arrive();
    step('install');
    await person.signIn();
    step('signIn');
    const scimToken = await person.makeUnityToken();
    step('makeUnityToken');
    const plan = await person.fillForms(scimToken);
    step('fillForms');
    const confirmedAt = Date.now();
    await person.press(plan, 'plan.confirm');
    const setUp = await person.waitFor((message) => message.id === plan.id && isClosed(message), 'the end of the setup');
    const { state, steps } = runIn(setUp) ?? {};
    if (state !== 'done') throw new Error(`The setup ended as ${state}:\n${readMessage(setUp)}`);
    for (const { name, ms } of steps ?? []) step(name, ms ?? 0);
    step('setup', Date.now() - confirmedAt);

    const asked = await person.say(`provision ${people.join(', ')}`);
    const provisioned = await person.waitFor((message) => message.id === asked.id && isClosed(message), 'the end of provision');
    step('provision');
    clock.advance(CYCLE_MS);
    const notice = await person.waitFor(
      (message) => noticeOf(message)?.kind === 'cycle_finished',
      'the notice of the first cycle',
    );
    step('firstCycle');

    const told = noticeOf(notice)!;
    report.notifications.push({ to: person.client.me.displayName, ...told });
    report.graphCalls = calls.list('graph').length;
    report.scimUsers = scimUsers(sandbox, organizationId);
    for (const address of people) {
      const user = report.scimUsers.find(({ userName }) => userName.toLowerCase() === address.toLowerCase());
      if (!user?.active) report.problems.push(`${address} is not an active SCIM user.\n${readMessage(provisioned)}`);
    }
  } finally {
    person.client.close();
  }
}

export interface RunValue {
  kind: 'run';
  runId: string;
  state: string;
  waitingFor: string | null;
  failure: { step: string; code: string } | null;
  /** Of a setup: why no plan could be made. */
  stop?: string | null;
  /** Of a provision. */
  people?: { objectId: string | null; doing: string | null; outcome: string | null; code: string | null }[];
  steps?: { name: string; state: string; ms: number | null }[];
}

/** What a run's card carries for programs that read along. */
export function runIn(message: MessageView): RunValue | undefined {
  const value = message.value as RunValue | undefined;
  return value?.kind === 'run' ? value : undefined;
}

/** The run has ended or needs a person; a replaced attempt goes on as the next one. */
function isClosed(message: MessageView): boolean {
  return ['done', 'failed', 'cancelled', 'expired'].includes(runIn(message)?.state ?? '');
}

function scimUsers(sandbox: Sandbox, organizationId: string): JourneyReport['scimUsers'] {
  const organization = sandbox.unity.state().organizations.find(({ genesisId }) => genesisId === organizationId);
  return (organization?.scimUsers ?? []).map(({ userName, active, id }) => ({ userName, active, id }));
}

type Notice = Omit<JourneyReport['notifications'][number], 'to'>;

/** What a notification carries for programs that read along. */
function noticeOf(message: MessageView): Notice | undefined {
  const value = message.value as Partial<Notice> | undefined;
  if (typeof value?.kind !== 'string' || value.kind === 'run') return undefined;
  return { kind: value.kind, runId: value.runId ?? null, counts: value.counts ?? null };
}
