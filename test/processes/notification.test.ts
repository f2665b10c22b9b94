import type { Administrator } from '../../sandbox/journey/administrator';
import { readMessage } from '../../sandbox/journey/cardActions';
import type { BotProcess } from '../../sandbox/journey/startBot';
import type { MessageView } from '../../sandbox/teams/clientTypes';
import { type ProcessBench, setUp, startProcessBench } from './support/processBench';
import { until } from './support/until';

/** From the start of a job to the end of its first cycle, in the sandbox's own time. */
const CYCLE_MS = 41 * 60_000;
const SETTINGS = { WATCH_FAST_MS: '100', WATCH_SLOW_MS: '100' };

let bench: ProcessBench;
let adele: Administrator;
let bot: BotProcess;
/** Each test sets up a company of its own. */
let company: ProcessBench['companies'][number];
let used = 0;
beforeAll(async () => {
  bench = await startProcessBench({ companies: 4, switches: { cycleDurationMs: 60_000, cycleMs: 40 * 60_000 } });
  bot = await bench.start({ settings: SETTINGS });
  adele = bench.administrator(bench.companies[0]!);
  await adele.arrive();
}, 120_000);
beforeEach(async () => {
  company = bench.companies[used++]!;
  adele = bench.administrator(company, adele.client);
  await signIn();
  await setUp(adele, bench.subject('setup', company));
}, 120_000);
afterEach(() => {
  bench.sandbox.context.switches.delegatedTokenError = 0;
});
afterAll(() => bench.end());

type Notice = { kind: string; runId?: string; counts?: Record<string, number> };
const noticeIn = (message: MessageView) => message.value as Notice | undefined;
const botMessages = () => adele.client.messages(adele.chat()).filter(({ from }) => from.kind === 'bot');
const notices = (kind: string) =>
  botMessages().filter((message) => noticeIn(message)?.kind === kind && readMessage(message).includes(company.organizationId));
const notice = (kind: string) => until(`a notice ${kind}`, () => notices(kind)[0]);
const signIn = async () => {
  const before = new Set(botMessages().map(({ id }) => id));
  await adele.client.say(adele.chat(), 'sign in');
  await until('an answer to sign in', () =>
    botMessages().some((message) => !before.has(message.id) && /signed in/i.test(readMessage(message))),
  );
};

it.each([
  ['killed', () => bot.kill()],
  ['stopped', () => bot.stop()],
])(
  'tells the end of the first cycle once, also when the process was %s and the cycle ended meanwhile',
  async (_how, end) => {
    await end();
    bench.sandbox.context.clock.advance(CYCLE_MS);
    bot = await bench.start({ settings: SETTINGS });
    const told = noticeIn(await notice('cycle_finished'))!;
    expect(told).toMatchObject({
      runId: expect.stringContaining(bench.subject('setup', company)),
      counts: { failed: 0 },
    });

    bench.sandbox.context.clock.advance(CYCLE_MS);
    await bot.stop();
    bot = await bench.start({ settings: SETTINGS });
    await readsJobAgain(3);
    expect(notices('cycle_finished')).toHaveLength(1);
  },
  120_000,
);

it.each([
  [
    'Entra has ended the session',
    async () => {
      // Teams would sign the person in again by itself, and nobody would be blind for long.
      Object.assign(bench.sandbox.context.switches, { delegatedTokenError: 50173, delegatedTokenErrorFor: 'silent' });
      bench.sandbox.entra.revoke(adele.client.me.objectId);
    },
  ],
  ['the person has signed out', async () => void (await adele.say('sign out'))],
])(
  'says to sign in when %s, goes on after a restart and a new sign-in, and tells each once',
  async (_why, lose) => {
    await lose();
    const blind = await notice('blind');
    expect(readMessage(blind)).toMatch(/sign in/i);
    bench.sandbox.context.clock.advance(CYCLE_MS);
    await bot.stop();
    bot = await bench.start({ settings: SETTINGS });
    expect(notices('cycle_finished')).toHaveLength(0);

    bench.sandbox.context.switches.delegatedTokenError = 0;
    await signIn();
    expect(noticeIn(await notice('cycle_finished'))).toMatchObject({ counts: { failed: 0 } });
    expect([notices('blind').length, notices('cycle_finished').length]).toEqual([1, 1]);
  },
  120_000,
);

/** Waits until the watch has looked at the job so many times more. */
async function readsJobAgain(times: number): Promise<void> {
  const { calls } = bench.sandbox.context;
  const looks = () =>
    calls.list('graph').filter(({ method, path }) => method === 'GET' && /\/synchronization\/jobs\/[^/]+$/.test(path)).length;
  const before = looks();
  await until('the watch to look again', () => looks() >= before + times);
}
