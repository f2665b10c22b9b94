import { helpCard } from '../../src/cards/help';
import { noticeCard, noticeSummary } from '../../src/cards/notice';
import { statusCard } from '../../src/cards/status';
import { welcomeCard } from '../../src/cards/welcome';
import { COMMAND_FORMS, parseCommand } from '../../src/provisioning/commands';
import { noticeViews, statusViews } from '../support/noticeSamples';
import { buttonsOf, readable } from '../support/readCard';

describe('status', () => {
  it('tells job, cycle, counts, next cycle, who watches and who set it up', () => {
    const text = readable(statusCard(statusViews.running!));
    expect(text).toContain('Provisioning: running');
    expect(text).toContain('Last cycle\nsucceeded, {{DATE(2026-01-06T08:40:12Z,SHORT)}} {{TIME(2026-01-06T08:40:12Z)}}');
    expect(text).toContain('24 read from Entra, 3 written to Unity, 0 failed');
    expect(text).toContain('Next cycle\n{{DATE(2026-01-06T09:20:00Z,SHORT)}}');
    expect(text).toContain('Watching\nAdele Vance');
    expect(text).toContain('by Adele Vance');
  });

  it('explains a quarantine, and says since when the watch is blind', () => {
    const text = readable(statusCard(statusViews['two-organizations']!));
    expect(text).toContain('Provisioning: in quarantine');
    expect(text).toContain('the token is refused');
    expect(text).toContain('Entra tries again {{DATE(2026-01-06T14:40:00Z,SHORT)}}');
    expect(text).toContain('blind since {{DATE(2026-01-06T07:00:00Z,SHORT)}}');
  });

  it('shows a started job whose first cycle is not finished as just that [entra 0.7 placeholder]', () => {
    const text = readable(statusCard(statusViews['two-organizations']!));
    expect(text).toContain('started, first cycle not finished');
    expect(text).toContain('Last cycle\nnone has finished yet');
  });

  it('claims nothing that Entra was not asked', () => {
    const text = readable(statusCard(statusViews.unread!));
    expect(text).toContain('Provisioning: not read');
    expect(text).toContain('PIM');
    expect(text).not.toMatch(/Last cycle|running/);
  });

  it('says how to begin when nothing is set up', () => {
    expect(readable(statusCard({ connections: [] }))).toContain('Type **setup** to begin.');
  });
});

describe('a notice', () => {
  it('tells the counts and the people of a cycle', () => {
    const text = readable(noticeCard(noticeViews.finished!));
    expect(text).toContain('4 read from Entra, 4 written to Unity, 0 failed');
    expect(text).toContain('Mina Park');
  });

  it('tells who failed and why, also for a code it does not know', () => {
    const text = readable(noticeCard(noticeViews.failures!));
    expect(text).toContain('**Keiko Tanaka**\nThe person’s mail domain is not validated in Unity.');
    expect(text).toContain('**Jonas Weber**\nEntra reports SomethingNew.');
  });

  it('lists fifteen and counts the rest', () => {
    const users = Array.from({ length: 20 }, (_, index) => `Person ${index}`);
    const text = readable(noticeCard({ ...noticeViews.finished!, users } as never));
    expect(text).toContain('Person 14\n');
    expect(text).not.toContain('Person 15');
    expect(text).toContain('and 5 more');
  });

  it('explains a quarantine with its fix and the end that Entra sets [entra 7.4 four weeks]', () => {
    const text = readable(noticeCard(noticeViews.quarantine!));
    expect(text).toContain('to replace it type **setup**');
    expect(text).toContain('SystemForCrossDomainIdentityManagementInvalidCredentials');
    expect(text).toContain('After four weeks in quarantine it switches the job off.');
  });

  it('names the role when the account that watches has lost its right, and offers no sign-in that would not help', () => {
    expect(buttonsOf(noticeCard(noticeViews.noRight!))).toEqual([]);
    expect(readable(noticeCard(noticeViews.noRight!))).toMatch(/PIM, activate .*Cloud Application Administrator/);
  });

  it('says what to type when the job is gone', () => {
    expect(readable(noticeCard(noticeViews.gone!))).toMatch(/Type \*\*setup\*\* to make a new one\.[\s\S]*the watch has ended/);
  });

  it('offers the sign-in when the watch is blind', () => {
    expect(buttonsOf(noticeCard(noticeViews.blind!))).toEqual(['auth.signIn']);
    expect(readable(noticeCard(noticeViews.blind!))).toContain('Sign in to see how it went.');
  });

  it('shows a request that ended or waits, and opens it', () => {
    const done = noticeCard(noticeViews['request-done']!);
    expect(readable(done)).toContain('Request 42: done');
    expect(readable(done)).toContain('**✓** Entra reports all 3 people as done.');
    expect(buttonsOf(done)).toEqual(['request.view']);
    const reminder = noticeCard(noticeViews['request-reminder']!);
    expect(readable(reminder)).toContain('Megan Bowen asks for 3 people, and it is not decided yet.');
    expect(buttonsOf(reminder)).toEqual(['request.view']);
  });

  it('tells an expired request apart from a declined one', () => {
    expect(readable(noticeCard(noticeViews['request-expired']!))).toMatch(/Request 42: expired[\s\S]*nobody declined it/);
    expect(readable(noticeCard(noticeViews['request-declined']!))).toMatch(/Request 42: declined[\s\S]*who declined it and why/);
  });

  it('tells the end of a setup as one, not as that of people', () => {
    expect(readable(noticeCard(noticeViews['setup-request-done']!))).toContain('The setup is done.');
    expect(readable(noticeCard(noticeViews['setup-request-failed']!))).toContain('The setup stopped. Its own card says where');
  });

  it('reminds of a setup, and of what only has to be run, each in its own words', () => {
    expect(readable(noticeCard(noticeViews['setup-request-reminder']!))).toContain('asks to set up provisioning, and it is not');
    const toRun = readable(noticeCard(noticeViews['run-reminder']!));
    expect(toRun).toContain('Request 42 waits to be run');
    expect(toRun).toContain('asks for 1 person. The rules approved it; an approver still has to run it.');
    expect(noticeSummary(noticeViews['run-reminder']!)).toBe(
      'Request 42: Megan Bowen asks for 1 person, and it waits to be run.',
    );
  });

  it('tells whoever wrote the rules that nobody could decide, and how to mend them', () => {
    const text = readable(noticeCard(noticeViews['nobody-can-decide']!));
    expect(text).toContain('Megan Bowen wanted to ask, and the request was not made. The bot cannot reach any approver');
    expect(text).toContain('Type **settings**.');
  });

  it.each(Object.keys(noticeViews))('has one line of plain text for the toast: %s', (name) => {
    expect(noticeSummary(noticeViews[name]!)).toMatch(/^[^*\\{\n]{15,110}\.$/);
    expect(noticeSummary(noticeViews[name]!)).toMatch(/1234567890123|Request 42|a request by Megan Bowen/);
  });
});

describe('help', () => {
  it('lists every command as it is typed, and each is one', () => {
    const commands = readable(helpCard())
      .split('\n')
      .filter((line) => /^\*\*.*\*\*$/.test(line))
      .map((line) => line.replaceAll('*', ''));
    expect([...commands].sort()).toEqual([...COMMAND_FORMS].sort());
    for (const command of commands) expect(parseCommand(command).kind).not.toMatch(/unknown|unclear/);
  });

  it('has a button that opens the request dialog [teams 1.6 task/fetch]', () => {
    expect(helpCard().actions).toMatchObject([{ data: { msteams: { type: 'task/fetch' }, verb: 'request.open' } }]);
  });

  it('is named by the welcome, together with the first command', () => {
    expect(readable(welcomeCard())).toContain('type **setup**. To see everything, type **help**');
  });
});
