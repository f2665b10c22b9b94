import { readMessage } from '../../sandbox/journey/cardActions';
import { runIn } from '../../sandbox/journey/runJourney';
import type { Person } from './support/person';
import { ADELE, startTown, type Town } from './support/startTown';

let town: Town;
let adele: Person;
beforeAll(async () => {
  town = await startTown({ isSetUp: true });
}, 90_000);
beforeEach(async () => {
  adele = await town.arrive(ADELE);
});
afterAll(() => town.stop());
afterEach(() => town.reset());

const isOver = (state: string | undefined) => ['done', 'failed', 'cancelled'].includes(state ?? '');
const runEnds = (chat?: string) => adele.waits((message) => isOver(runIn(message)?.state), 'a run that ended', chat);
const heading = (count: number) => (count === 1 ? /^Provision a person/ : new RegExp(`^Provision ${count} people`));

describe('whom a message names', () => {
  it.each<[string, string, string[]]>([
    ['capitals', 'PROVISION Bruno@CONTOSO.com', ['Bruno Keller']],
    ['mailto:', 'provision mailto:bruno@contoso.com', ['Bruno Keller']],
    [
      'names with addresses',
      'provision Bruno Keller <bruno@contoso.com>; Rossi, Carla <carla@contoso.com>',
      ['Bruno Keller', 'Carla Rossi'],
    ],
    [
      'commas, semicolons and "and"',
      'provision bruno@contoso.com, carla@contoso.com and diego@contoso.com;',
      ['Bruno Keller', 'Carla Rossi', 'Diego Alvarez'],
    ],
    ['lines', 'provision\nbruno@contoso.com\r\n\r\ncarla@contoso.com', ['Bruno Keller', 'Carla Rossi']],
    ['the same person three times', 'provision bruno@contoso.com, BRUNO@contoso.com; <bruno@contoso.com>', ['Bruno Keller']],
    ['&nbsp; and non-breaking spaces', '&nbsp;provision&nbsp;bruno@contoso.com\u00a0', ['Bruno Keller']],
    ['marks of right-to-left text', '\u200fprovision \u202bbruno@contoso.com\u202c\u2069', ['Bruno Keller']],
    ['a name in quotes', 'provision "Bruno Keller"', ['Bruno Keller']],
    ['the speaker', 'provision me', ['Adele Vance']],
    ['another mail address of the person', 'provision alice.nowak@studio.example', ['Alice Nowak']],
    ['an apostrophe as phones write it', 'provision sean.o’neill@contoso.com', ['Sean O’Neill'.replace('’', "'")]],
  ])('%s', async (_what, text, names) => {
    adele.mark();
    await (await adele.raw()).message(adele.personal, { text });
    const card = readMessage(await runEnds());
    expect(card).toMatch(heading(names.length));
    for (const name of names) expect(card.replaceAll('\\', '')).toContain(name);
  });

  it('is read from the text although the address is a link in the HTML', async () => {
    adele.mark();
    await (await adele.raw()).message(adele.personal, {
      text: 'provision bruno@contoso.com',
      textFormat: 'plain',
      attachments: [
        { contentType: 'text/html', content: '<p>provision <a href="mailto:bruno@contoso.com">bruno@contoso.com</a></p>' },
      ],
    });
    expect(readMessage(await runEnds())).toMatch(/Bruno Keller/);
  });

  it('takes people who are mentioned beside the bot in a group chat', async () => {
    const chat = adele.chat('groupChat');
    await adele.client.install(chat);
    adele.mark();
    const bot = `28:${town.sandbox.context.bot.appId}`;
    await (await adele.raw()).message(chat, {
      text: '<at>Unity Provisioning</at>&nbsp;provision <at>Bruno Keller</at>, <at>Carla Rossi</at>',
      entities: [
        { type: 'mention', mentioned: { id: bot, name: 'Unity Provisioning' }, text: '<at>Unity Provisioning</at>' },
        { type: 'mention', mentioned: { id: '29:bruno', name: 'Bruno Keller' }, text: '<at>Bruno Keller</at>' },
        { type: 'mention', mentioned: { id: '29:carla', name: 'Carla Rossi' }, text: '<at>Carla Rossi</at>' },
      ],
    });
    const card = readMessage(await runEnds());
    expect(card).toMatch(heading(2));
    expect(card).toMatch(/Bruno Keller[\s\S]*Carla Rossi/);
  });

  it('takes 3,000 characters', async () => {
    const one = 'bruno@contoso.com, ';
    const text = `provision ${one.repeat(Math.floor(2_990 / one.length))}`;
    await adele.say(text);
    expect(readMessage(await runEnds())).toMatch(heading(1));
  });

  it.each<[string, string, RegExp]>([
    [
      '300 people',
      `provision ${Array.from({ length: 300 }, (_, index) => `a${index}@x.io`).join(' ')}`,
      /These are 300 people; one command takes 50\. Nothing was done\. Send them in parts/,
    ],
    [
      'a list that is too long',
      `provision ${Array.from({ length: 300 }, (_, index) => `person.${index}@contoso.com`).join(', ')}`,
      /The message has \d+ characters; one command takes 3000 characters and 50 people\. Nothing was done\. Send it in parts/,
    ],
    ['an emoji', 'provision 🎨', /“🎨” is neither an address nor a name\. Nothing was done/],
    ['an emoji behind an address', 'provision bruno@contoso.com 😀', /“😀” is neither an address nor a name\. Nothing was done/],
    [
      'a word behind an address',
      'provision bruno@contoso.com please',
      /“please” is neither an address nor a name\. Nothing was done/,
    ],
    ['nobody', 'provision', /Whom\?.*provision alice@contoso\.com/],
    [
      'an organization that is not set up',
      'provision bruno@contoso.com to 99999999999',
      /“99999999999” is not set up here\. There are: .*1234567890123.*Nothing was done/,
    ],
  ])('with %s does nothing and says so', async (_what, text, words) => {
    await adele.say(text);
    await adele.hears(words);
    expect((await adele.heardInAll()).filter((said) => /^Provision/.test(said))).toEqual([]);
  });

  it('says of right-to-left names that fit nobody what was asked', async () => {
    await adele.say('provision نور');
    expect(readMessage(await runEnds())).toMatch(/Nobody in Entra fits “نور”.*\n.*address with which the person signs in/);
  });

  it('asks also about the only person whose name begins so, and the choice works', async () => {
    town.forgetCalls();
    await adele.say('provision Brun');
    const card = await runEnds();
    expect(readMessage(card)).toMatch(
      /“Brun” is the beginning of one person’s name[\s\S]*\[Bruno Keller \(bruno@contoso\.com\)\]/,
    );
    expect(town.calls('graph').filter((call) => /^POST.*(appRoleAssign|provisionOnDemand)/.test(call))).toEqual([]);
    adele.mark();
    const action = buttons(card.cards[0]).find(({ title }) => title === 'Bruno Keller (bruno@contoso.com)')!;
    await adele.client.act(card, action);
    expect(readMessage(await runEnds())).toMatch(heading(1));
  });

  it('offers those whom a name fits, and the choice works, once for a double click', async () => {
    await adele.say('provision Al');
    const card = await runEnds();
    expect(readMessage(card)).toMatch(
      /“Al” fits 2 people[\s\S]*\[Alex Wilber \(alex@contoso\.com\)\][\s\S]*\[Alice Nowak \(alice@contoso\.com\)\]/,
    );
    const action = buttons(card.cards[0]).find(({ title }) => title === 'Alice Nowak (alice@contoso.com)')!;
    adele.mark();
    const answers = await Promise.all([adele.client.act(card, action), adele.client.act(card, action)]);
    expect(answers).toEqual(Array(2).fill({ kind: 'message', text: 'Accepted.' }));
    expect(readMessage(await runEnds())).toMatch(/Alice Nowak/);
    expect((await adele.heardInAll()).filter((said) => /^Provision a person/.test(said))).toHaveLength(1);
  });
});

describe('what is no command', () => {
  it.each<[string, RegExp]>([
    ['help me', /Did you mean: help|Type: help/],
    ['sign in now', /Did you mean: sign in/],
    ['sign out please', /Did you mean: sign out/],
    ['setup 1234567890123', /Did you mean: setup/],
    ['status; setup', /Nothing was done/],
    ['provison bruno@contoso.com', /Did you mean: provision bruno@contoso\.com/],
    ['deprovision alice@contoso.com', /Nothing was done\. Type: help/],
    ['de-provision alice@contoso.com', /Nothing was done\. Type: help/],
    ['DEPROVISION alice@contoso.com', /Nothing was done\. Type: help/],
    ['unprovision alice@contoso.com', /Nothing was done\. Type: help/],
    ['please provision alice@contoso.com', /Nothing was done/],
    ['x'.repeat(3_000), /Nothing was done\. Type: help/],
    ['👍', /Nothing was done\. Type: help/],
    ['مرحبا', /Nothing was done\. Type: help/],
    [' ', /Nothing was done\. Type: help/],
    ['', /Nothing was done\. Type: help/],
  ])('%s is answered with text to copy and does nothing [teams 8.6 substring]', async (text, words) => {
    town.forgetCalls();
    adele.mark();
    await (await adele.raw()).message(adele.personal, { text });
    await adele.hears(words);
    await adele.heardInAll();
    expect(adele.heard().filter((said) => /^Provision/.test(said))).toEqual([]);
    expect(town.calls('graph')).toEqual([]);
  });
});

/** Every button of a card, wherever it stands; fallbacks do not count. */
function buttons(node: unknown): Record<string, unknown>[] {
  if (Array.isArray(node)) return node.flatMap(buttons);
  if (typeof node !== 'object' || node === null) return [];
  const { fallback: _fallback, ...own } = node as Record<string, unknown>;
  const inside = Object.values(own).flatMap(buttons);
  return own.type === 'Action.Execute' ? [node as Record<string, unknown>, ...inside] : inside;
}
