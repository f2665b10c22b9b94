import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../startSandbox';
import type { MessageView } from '../teams/clientTypes';
import { type Administrator, createAdministrator } from './administrator';
import { actionOf, findAction, readMessage } from './cardActions';
import { FAST } from './runJourney';
import { type BotProcess, startBot } from './startBot';

interface ScenarioReport {
  scenario: 'approve' | 'decline' | 'crash';
  ok: boolean;
  /** Verdicts that counted, as the request's own card says. */
  decisions: number;
  /** Assignments that Entra made for it; in `crash` none of them before the restart. */
  effects: number;
  /** Why `ok` is false. */
  problem: string | null;
}

interface RequestValue {
  kind: 'request';
  number: number;
  state: string;
  decisions: number;
}

interface Stage {
  sandbox: Sandbox;
  bot: BotProcess;
  boot(): Promise<BotProcess>;
  asker: Administrator;
  approver: Administrator;
}

/** Request → approve → done, request → decline, and a crash between the click and its decision: real bot, pretend services. */
export async function runApprovals(options: { databaseUrl?: string } = {}): Promise<ScenarioReport[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'upt-approvals-'));
  const sandbox = await startSandbox();
  const settings = {
    ...sandbox.botEnvironment(),
    DATA_DIR: dataDir,
    ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
    ...FAST,
  };
  const boot = async () => {
    const bot = await startBot({ ...settings, HEARTBEAT_MS: '200', SLOT_SILENT_MS: '1000', TAKE_OVER_SILENT_MS: '1000' });
    sandbox.teams.setBotEndpoint(`http://127.0.0.1:${bot.port}/api/messages`);
    return bot;
  };
  const people: Administrator[] = [];
  const stage: Partial<Stage> = { sandbox };
  try {
    stage.bot = await boot();
    stage.boot = boot;
    const { organizations, users } = sandbox.context.tenant;
    const able = users.filter(({ signsIn }) => signsIn);
    const administrators = able.filter(({ directoryRoles }) => directoryRoles.length > 0);
    const plain = able.find(({ directoryRoles }) => directoryRoles.length === 0);
    const [first, second] = administrators;
    if (!first || !second || !plain)
      throw new Error('The tenant needs two administrators and somebody without a role who can sign in.');
    for (const { id } of [first, second, plain]) {
      const person = createAdministrator({
        origin: sandbox.origin,
        dashboardUrl: sandbox.unity.dashboardUrl,
        objectId: id,
        organizationId: organizations[0]!.genesisId,
      });
      people.push(person);
      await person.arrive();
    }
    const [administrator, approver, asker] = people as [Administrator, Administrator, Administrator];
    await setUp(administrator, [first.id, second.id]);
    const complete = { ...stage, asker, approver } as Stage;
    const domain = sandbox.context.tenant.domain;
    return [
      await play(complete, 'approve', `alice@${domain}`),
      await play(complete, 'decline', `bruno@${domain}`),
      await play(Object.assign(stage, { asker, approver }) as Stage, 'crash', `carla@${domain}`),
    ];
  } finally {
    for (const { client } of people) client.close();
    await stage.bot?.stop();
    await sandbox.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function setUp(administrator: Administrator, approvers: string[]): Promise<void> {
  await administrator.signIn();
  const plan = await administrator.fillForms(await administrator.makeUnityToken());
  await administrator.press(plan, 'plan.confirm');
  await administrator.reads(plan, /Provisioning is started/);
  const settings = await administrator.say('settings', (message) => findAction(message.cards[0], 'policy.open') !== undefined);
  await administrator.client.act(settings, actionOf(settings.cards[0], 'policy.open'));
  await administrator.client.submitDialog(actionOf(administrator.client.dialog()?.card, 'policy.submit'), {
    approvers: approvers.join(','),
  });
  await administrator.waitFor((message) => /In force, version 1/.test(readMessage(message)), 'the rules in force');
}

async function play(stage: Stage, scenario: ScenarioReport['scenario'], address: string): Promise<ScenarioReport> {
  const { sandbox, asker, approver } = stage;
  const before = assignments(sandbox);
  const report: ScenarioReport = { scenario, ok: false, decisions: 0, effects: 0, problem: null };
  const wanted = scenario === 'decline' ? 'declined' : 'done';
  try {
    const mine = await asker.say(`provision ${address}`, (message) => requestIn(message)?.state === 'requested');
    const { number } = requestIn(mine)!;
    const copy = await approver.waitFor((message) => requestIn(message)?.number === number, `request ${number}`);
    if (scenario === 'decline') await approver.press(copy, 'request.decline', { declineReason: 'Not this month' });
    else if (scenario === 'approve') await approver.press(copy, 'request.approve');
    else {
      await crashAfter(stage, () => approver.press(copy, 'request.approve'));
      const { state, decisions } = requestIn(asker.newest(mine))!;
      const effects = assignments(sandbox) - before;
      if (state !== 'requested' || decisions !== 0 || effects !== 0)
        throw new Error(
          `The process died too late: the request was ${state}, with ${decisions} decisions and ${effects} effects`,
        );
      stage.bot = await stage.boot();
    }
    const ended = await asker.waitFor(
      (message) => message.id === mine.id && requestIn(message)?.state === wanted,
      `the request to be ${wanted}`,
    );
    report.decisions = requestIn(ended)!.decisions;
    report.effects = assignments(sandbox) - before;
    report.ok = report.decisions === 1 && report.effects === (scenario === 'decline' ? 0 : 1);
    if (!report.ok) report.problem = `${report.decisions} decisions and ${report.effects} effects`;
  } catch (error) {
    report.problem = `${error instanceof Error ? error.message : String(error)}\n${stage.bot.output().split('\n').slice(-5).join('\n')}`;
  }
  return report;
}

/** The click is answered, the check of the approver's right hangs, and the process dies there: nothing is decided yet. */
async function crashAfter({ sandbox, bot }: Stage, click: () => Promise<unknown>): Promise<void> {
  const { faults } = sandbox.context;
  const probe = faults.add({
    service: 'graph',
    method: 'GET',
    path: '/\\/servicePrincipals\\/[^/]+\\/synchronization\\/jobs(\\?|$)/',
    effect: { kind: 'hang' },
  });
  await click();
  for (const giveUpAt = Date.now() + 10_000; probe.hits === 0; await setTimeout(20))
    if (Date.now() > giveUpAt) throw new Error('The right to act was not checked.');
  await bot.kill();
  faults.remove(probe.id);
}

function requestIn(message: MessageView): RequestValue | undefined {
  const value = message.value as RequestValue | undefined;
  return value?.kind === 'request' && typeof value.decisions === 'number' ? value : undefined;
}

/** Assignments that Entra made so far. */
function assignments(sandbox: Sandbox): number {
  return sandbox.context.calls
    .list('graph')
    .filter(({ method, path, status }) => method === 'POST' && path.includes('/appRoleAssignedTo') && status === 201).length;
}
