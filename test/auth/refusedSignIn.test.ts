import { adele, type BotBench, startBotBench } from '../bot/support/botBench';

let bench: BotBench;
beforeAll(async () => {
  bench = await startBotBench();
});
afterAll(() => bench.stop());
beforeEach(() => {
  bench.forget();
  bench.stub.override = {};
});

const codes = [
  65001, 50076, 50079, 50158, 53000, 53003, 530035, 50013, 500133, 500131, 700082, 7000215, 700016, 650057, 50196, 90012,
];

it.each(codes)(
  'AADSTS%i in a silent exchange is answered 412, explained at most once, and not tried again [entra 8.2 no loop]',
  async (code) => {
    bench.stub.override.exchange = (_request, response) =>
      void response.status(400).json({ error: { code: 'invalid_grant', message: `AADSTS${code}: no.` } });
    await bench.say('sign in');
    expect(await bench.heard()).toHaveLength(1);
    const value = { id: `exchange-of-${code}`, connectionName: 'entra', token: 'sso' };
    expect((await bench.invoke('signin/tokenExchange', value)).status).toBe(412);
    const [card, ...explained] = await bench.heard();
    expect(card).toMatch(/^sign-in: /);
    expect(explained.length).toBeLessThanOrEqual(1);
    for (const text of explained) expect(text).toContain(`AADSTS${code}`);
    expect(bench.stub.tokenCalls.filter((call) => call.endsWith('/exchange'))).toHaveLength(1);
    expect(bench.asked).toEqual([]);
    expect(bench.stub.tokens.has(`${adele.mri}|entra`)).toBe(false);
  },
);

it('the sign-in card speaks in plain text, since Markdown does not work there [teams 2.1 plain text]', async () => {
  for (const text of ['sign in', 'setup', 'status', 'provision alice@contoso.com']) await bench.say(text);
  await bench.heard();
  const cards = bench.stub.sent.flatMap(({ activity }) => activity.attachments ?? []);
  const texts = cards.filter(({ contentType }) => contentType.endsWith('card.oauth')).map(({ content }) => String(content.text));
  expect(texts.length).toBeGreaterThan(0);
  for (const text of texts) expect(text).not.toMatch(/\*\*|__|`|\]\(|\\|^[-#>]/m);
});
