import { provisionRunCard } from '../../src/cards/provisionRun';
import type { ProvisionRunView } from '../../src/cards/views';
import { provisionViews, runPerson } from '../support/provisionSamples';
import { buttonsOf, partsOf, readable, sizeOf } from '../support/readCard';

const view = (name: string, change: Partial<ProvisionRunView> = {}): ProvisionRunView => ({
  ...provisionViews[name]!,
  ...change,
});
const draw = (name: string, change: Partial<ProvisionRunView> = {}) => provisionRunCard(view(name, change));

describe('the card of a provision', () => {
  it('gives everybody exactly one outcome with its proof', () => {
    const text = readable(draw('every-outcome'));
    const outcomes = /^(Created|Updated|Already in step|Skipped|Failed|Not proven|Not found|Not reached)$/gm;
    expect(text.match(outcomes)).toHaveLength(9);
    expect(text).toContain(
      '**Alice Nowak** alice@contoso.com\nEntra reports it created (change 1a2b3c4d-0000-4000-8000-00000000c001).\nCreated',
    );
  });

  it('counts no skip, no doubt and no failure as done', () => {
    expect(readable(draw('every-outcome'))).toContain('**Finished** · 3 done · 4 skipped · 2 failed');
  });

  it('never says that somebody was created in Unity', () => {
    expect(readable(draw('every-outcome'))).not.toMatch(/created in Unity/i);
  });

  it('names the group through which somebody is in scope', () => {
    expect(readable(draw('every-outcome'))).toContain('both sides match. Assigned through Unity Artists.');
  });

  it('says why somebody is skipped and what failed, each with what to do', () => {
    const text = readable(draw('every-outcome'));
    expect(text).toContain('It names contoso.com.\nValidate the domain in Unity');
    expect(text).toContain('Stopped while writing to Unity (Conflict). Unity already has an account');
    expect(text).toContain('Nobody in Entra fits “alcie@contoso.com”.\nCheck the spelling');
  });

  it('counts down while Entra has not seen an assignment', () => {
    const text = readable(draw('running'));
    expect(text).toContain(
      'Entra has not seen the assignment yet. Next try at {{TIME(2026-01-05T10:02:30Z)}}; gives up at {{TIME(2026-01-05T10:15:00Z)}}.\nWaiting for Entra',
    );
    expect(text).toContain('Entra provisions');
    expect(text).toContain('Waits for its turn');
  });

  it('says what Cancel does, and offers it only while something is open', () => {
    expect(readable(draw('running'))).toContain('Nobody is removed.');
    expect(buttonsOf(draw('running'))).toEqual(['run.cancel']);
    for (const name of ['created', 'every-outcome', 'cancelled']) expect(buttonsOf(draw(name))).toEqual([]);
    expect(buttonsOf(draw('running', { cancelling: true }))).toEqual([]);
  });

  it('has a button with name and address for everybody whom a typed name fits, for all questions at once', () => {
    const card = draw('choice');
    const choices = partsOf(card).filter(({ verb }) => verb === 'provision.choose');
    expect(choices.map(({ title }) => title)).toEqual([
      'Emma Lee (emma@contoso.com)',
      'Henry Lee (henry@contoso.com)',
      'Rosa Lee (rosa@contoso.com)',
      'Emma Lee (emma@contoso.com)',
      'Henry Lee (henry@contoso.com)',
    ]);
    expect(choices[4]?.data).toEqual({ runId: view('choice').runId, asked: 'Smith', objectId: 'id-of-Henry Lee' });
    expect(readable(card)).toContain('**Choose a person** · 1 done · 2 to choose');
    expect(readable(card)).toContain('“Smith” fits 2 people.\nChoose who is meant.');
  });

  it('asks also about the only person whose name begins so', () => {
    const card = draw('choice-of-one');
    expect(readable(card)).toContain('“Em” is the beginning of one person’s name.\nIf this is who is meant, choose the name.');
    expect(partsOf(card).filter(({ verb }) => verb === 'provision.choose')).toHaveLength(1);
  });

  it('names the addresses instead where there would be too many buttons', () => {
    const many = (asked: string) => {
      const candidates = Array.from({ length: 9 }, (_, index) => ({
        objectId: `${asked}-${index}`,
        displayName: `${asked} ${index}`,
        userPrincipalName: `${asked}${index}@contoso.com`,
      }));
      return runPerson(asked, { asked, objectId: null, displayName: null, outcome: { kind: 'choose', candidates } });
    };
    const people = Array.from({ length: 50 }, (_, index) => many(`lee${index}`));
    const card = draw('choice', { people });
    expect(partsOf(card).filter(({ verb }) => verb === 'provision.choose')).toHaveLength(24);
    expect(readable(card)).toContain('There are 3 more.');
    expect(readable(card)).toContain('Ask again with the address. Among them: lee49');
    expect(JSON.stringify(card).length).toBeLessThan(80 * 1024);
  });

  it('explains a call that failed before Entra came to the person', () => {
    const outcome = { kind: 'failed', step: 'assign', code: 'graph_throttled', facts: { operation: 'assign a person' } } as const;
    const text = readable(draw('created', { people: [runPerson('Alice Nowak', { outcome })] }));
    expect(text).toContain(
      'Stopped while assigning the person to the app. Microsoft Graph asks to wait before it will assign a person.',
    );
    expect(text).toContain('Ask again in a few minutes.'); // the run is over: there is no Retry to speak of
    expect(text).not.toContain('Retry');
  });

  it('says after how long to ask again when Graph does', () => {
    const facts = { operation: 'provision on demand', retryAfterSeconds: 120 };
    const outcome = { kind: 'failed', step: 'provision', code: 'graph_throttled', facts } as const;
    expect(readable(draw('created', { people: [runPerson('Alice Nowak', { outcome })] }))).toContain('Ask again in 120 seconds.');
  });

  it.each([
    ['assignment_not_seen', /assignment stays, and the next cycle takes the person along/],
    ['graph_unreachable', /Ask again: where it was done, Entra finds nothing to change/],
    ['', /provisioning logs in the Entra portal before you ask again/],
  ])('says what to do when nothing is proven: %j', (code, next) => {
    const outcome = { kind: 'not_proven', facts: code === '' ? {} : { code } } as const;
    expect(readable(draw('created', { people: [runPerson('Alice Nowak', { outcome })] }))).toMatch(next);
  });

  it('says of people whose turn never came that nothing was changed', () => {
    expect(readable(draw('cancelled'))).toContain('nothing was changed.\nNot reached');
  });

  it('says what stopped the whole run and offers Retry', () => {
    const card = draw('failed');
    expect(buttonsOf(card)).toEqual(['run.retry', 'run.cancel']);
    expect(readable(card)).toContain('PIM');
  });

  it('waits for a sign-in by name', () => {
    const card = draw('sign-in');
    expect(buttonsOf(card)).toEqual(['auth.signIn', 'run.cancel']);
    expect(readable(card)).toContain('Waiting for Adele Vance to sign in.');
  });

  it('takes fifty people in every state within what Teams accepts [teams 4 size]', () => {
    const outcomes = view('every-outcome').people;
    const people = Array.from({ length: 50 }, (_, index) => ({
      ...runPerson(`Person${index} With A Rather Long Surname`),
      ...outcomes[index % outcomes.length],
    }));
    const failed = people.map((person) => ({ ...person, outcome: outcomes[5]!.outcome }));
    for (const all of [people, failed]) {
      expect(JSON.stringify(draw('every-outcome', { people: all })).length).toBeLessThan(80 * 1024);
      expect(sizeOf(draw('every-outcome', { people: all }))).toBeLessThan(100 * 1024);
    }
  });
});
