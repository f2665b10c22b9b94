import { requestCard, requestSummary } from '../../src/cards/request';
import type { RequestView } from '../../src/cards/requestViews';
import { requestStateWords } from '../../src/cards/words';
import { REQUEST_TRANSITIONS, type RequestState } from '../../src/provisioning/requests';
import { buttonsOf, type Part, partsOf, readable, sizeOf } from '../support/readCard';
import { frozenPerson, requestViews } from '../support/requestSamples';

const STATES = Object.keys(REQUEST_TRANSITIONS) as RequestState[];
const view = (name: string, change: Partial<RequestView> = {}): RequestView => ({ ...requestViews[name]!, ...change });
const draw = (name: string, change: Partial<RequestView> = {}) => requestCard(view(name, change));
const none = { approve: false, decline: false, run: false, withdraw: false, again: false };
const titles = (card: { actions?: unknown }) => ((card.actions ?? []) as Part[]).map(({ title }) => title);
/** Colours of everything but the outcomes of people, which Entra has proven one by one. */
const isGreen = (card: unknown) => partsOf(card).some(({ color, style }) => color === 'Good' || style === 'good');

describe('the card of a request', () => {
  it('says who asks for what and why, what is known of each person now, and what would change', () => {
    const text = readable(draw('requested-approver'));
    expect(text).toMatch(/^Request 42\nMegan Bowen asks to provision 3 people\n/);
    expect(text).toContain('Reason\nThey join the Mars project on Monday.');
    expect(text).toContain('**Alice Nowak** alice@contoso.com\nAssign and create. Now: member, enabled, not assigned yet.');
    expect(text).toContain('**Bruno Keller** bruno@contoso.com\nCreate or update. Now: member, enabled, assigned to the app.');
    expect(text).toContain('not assigned yet, mail k.tanaka@contoso.com.');
    expect(text).toContain('Fingerprint\n3fa29c1b');
    expect(text).toContain('Valid until\n{{DATE(2026-01-05T18:00:00Z,SHORT)}} {{TIME(2026-01-05T18:00:00Z)}}');
  });

  it('shows a disabled account and a guest as what they were when it was frozen', () => {
    const people = [frozenPerson('Pat Quinn', { enabled: false, userType: 'Guest' })];
    expect(readable(draw('requested-approver', { people }))).toContain('Now: guest, disabled, not assigned yet.');
  });

  it.each(STATES)('says the state %s in words of its own, the same on every copy', (state) => {
    for (const role of ['requester', 'approver', 'escalation', 'channel'] as const)
      expect(readable(draw('requested-approver', { state, role, can: none }))).toMatch(
        new RegExp(`\\*\\*. ${requestStateWords[state]}\\*\\*`),
      );
    expect(new Set(STATES.map((one) => requestStateWords[one])).size).toBe(STATES.length);
  });

  it.each(STATES.filter((state) => state !== 'done'))('is not green while it is %s', (state) => {
    expect(isGreen(draw('requested-approver', { state }))).toBe(false);
    expect(isGreen(draw('of-a-setup', { state }))).toBe(false);
  });

  it('is not green by a click that was counted, only by the result', () => {
    expect(isGreen(draw('counted-one-of-two'))).toBe(false);
    expect(isGreen(draw('approved'))).toBe(false);
    expect(isGreen(draw('done'))).toBe(true);
  });

  it('shows an expired request as expired, never as declined', () => {
    const text = readable(draw('expired'));
    expect(text).toContain('Expired');
    expect(text).not.toMatch(/Declined/);
    expect(text).toContain('nobody declined it');
  });

  it('counts approvals and names who gave them and when', () => {
    expect(readable(draw('counted-one-of-two'))).toContain(
      'Approvals\n1 of 2 by Adele Vance ({{DATE(2026-01-05T10:12:00Z,SHORT)}} {{TIME(2026-01-05T10:12:00Z)}})',
    );
    expect(readable(draw('approved'))).toMatch(/2 of 2 by Adele Vance \(.*\) and Alex Wilber \(/);
    expect(readable(draw('requested-approver'))).toContain('Approvals\n0 of 1');
    expect(readable(draw('auto-approved'))).toContain('none needed: the rules approve this');
  });

  it('says that an auto-approval decides and never acts', () => {
    expect(readable(draw('auto-approved'))).toContain('an approver still has to run it. Nothing has been changed so far.');
    expect(buttonsOf(draw('auto-approved'))).toEqual(['request.run']);
  });

  it('names who declined, when and why', () => {
    const text = readable(draw('declined'));
    expect(text).toContain('By Alex Wilber, {{DATE(2026-01-05T10:20:00Z,SHORT)}}');
    expect(text).toContain('“Ask the project lead for seats first.”');
  });

  it('gives everybody exactly one outcome with its proof once it has run', () => {
    const text = readable(draw('done'));
    expect(text).toContain('3 done');
    expect(text).toContain('Entra reports it created (change 1a2b3c4d-0000-4000-8000-00000000c001).\nCreated');
    expect(readable(draw('partly-done'))).toContain('1 done · 1 failed · 1 not reached');
    expect(readable(draw('running'))).toContain('1 done · 2 under way');
  });

  it('says what is no longer as it was approved, and offers a new request', () => {
    const card = draw('failed');
    expect(readable(card)).toContain(
      'Nowak, Alice’s account was disabled. Keiko Tanaka’s address has changed. The provisioning job was replaced.',
    );
    expect(buttonsOf(card)).toEqual(['request.again']);
  });

  it('keeps the outcomes of a failed request that a newer one has replaced', () => {
    const { failure } = view('failed');
    const text = readable(draw('partly-done', { state: 'superseded', supersededBy: 43, failure, can: none }));
    expect(text).toContain('went on as request 43');
    expect(text).toContain('no longer what was approved');
    expect(text).toContain('Created');
  });

  it('links to the request before and after it', () => {
    expect(readable(draw('superseded'))).toContain('went on as request 43');
    expect(readable(draw('asked-again'))).toContain('takes the place of request 42');
  });

  it('tells only the requester whom the bot cannot reach', () => {
    expect(readable(draw('requested-requester'))).toContain('The bot cannot reach Diego Alvarez, Emma Lee');
    expect(readable(draw('requested-approver'))).not.toContain('cannot reach');
  });

  it('escapes what people typed', () => {
    const text = readable(
      draw('requested-approver', { reason: '[click](https://evil.example) **now** {{DATE(2026-01-01T00:00:00Z)}}' }),
    );
    expect(text).toContain('\\[click\\](https://evil.example) \\*\\*now\\*\\* { {DATE');
  });

  it('shows the plan of a setup, and folds it away once it is decided', () => {
    const open = draw('of-a-setup');
    expect(readable(open)).toContain('Megan Bowen asks to set up provisioning');
    expect(readable(open)).toContain('**Make** a provisioning job for Unity Cloud.');
    expect(partsOf(open).filter(({ id }) => id === 'plan')).toEqual([]);
    const done = draw('of-a-setup-done');
    expect(partsOf(done).find(({ id }) => id === 'plan')).toMatchObject({ isVisible: false });
    expect(buttonsOf(done)).toEqual(['Action.ToggleVisibility']);
    expect(readable(done)).not.toContain('Not reached');
  });

  it('has one line of plain text for the toast', () => {
    expect(requestSummary(view('requested-approver'))).toBe(
      'Request 42: Megan Bowen asks to provision 3 people. Waiting for approval.',
    );
    expect(requestSummary(view('of-a-setup'))).toBe('Request 42: Megan Bowen asks to set up provisioning. Waiting for approval.');
  });

  it('takes fifty people in every state within what Teams accepts [teams 4 size]', () => {
    const { people } = view('partly-done');
    const many = Array.from({ length: 50 }, (_, index) => ({
      ...people[index % people.length]!,
      displayName: `Person${index} With A Rather Long Surname`,
    }));
    for (const state of STATES)
      for (const all of [many, many.map((person) => ({ ...person, outcome: null }))]) {
        expect(JSON.stringify(draw('requested-approver', { state, people: all })).length).toBeLessThan(80 * 1024);
        expect(sizeOf(draw('requested-approver', { state, people: all }))).toBeLessThan(100 * 1024);
      }
  });
});

describe('the buttons of a request', () => {
  it('stand only on the copies of those who may use them', () => {
    expect(titles(draw('requested-approver'))).toEqual(['Approve', 'Decline']);
    expect(buttonsOf(draw('requested-requester'))).toEqual(['request.withdraw', 'request.administer']);
    expect(buttonsOf(draw('declined'))).toEqual(['request.again']);
    for (const name of [
      'checking',
      'approved',
      'running',
      'done',
      'declined-by-me',
      'withdrawn',
      'superseded',
      'declined-channel',
    ])
      expect(buttonsOf(draw(name))).toEqual([]);
  });

  it('are one for a channel, whatever the view says: it answers the clicker with their own copy', () => {
    const all = { approve: true, decline: true, run: true, withdraw: true, again: true };
    expect(buttonsOf(draw('requested-channel', { can: all }))).toEqual(['request.view']);
    expect(titles(draw('requested-channel'))).toEqual(['Decide']);
  });

  it('ask why before a decline is sent [teams 4 Execute]', () => {
    const [decline] = (draw('requested-approver').actions as Part[]).filter(({ type }) => type === 'Action.ShowCard');
    expect(partsOf(decline).find(({ id }) => id === 'declineReason')).toMatchObject({
      type: 'Input.Text',
      isRequired: true,
      isMultiline: true,
    });
    expect(partsOf(decline).find(({ verb }) => verb === 'request.decline')).toMatchObject({
      associatedInputs: 'auto',
      fallback: { type: 'Action.Submit', data: { verb: 'request.decline', requestId: view('requested-approver').requestId } },
    });
  });

  it('carry the id of the request and nothing else: no approver, tenant, person or hash', () => {
    for (const name of Object.keys(requestViews))
      for (const { data } of partsOf(draw(name)).filter(({ type }) => type === 'Action.Execute'))
        expect(Object.keys(data as object).filter((key) => key !== 'requestId')).toEqual([]);
  });

  it('offer the sign-in instead of the click that waits for it', () => {
    expect(titles(draw('waiting-for-sign-in'))).toEqual(['Sign in', 'Decline']);
  });

  it('let an approver decline an own request, and say who has to approve it', () => {
    const card = draw('requested-own-approver');
    expect(titles(card)).toEqual(['Decline', 'Withdraw']);
    expect(readable(card)).toContain('somebody else has to approve it');
  });

  it('offer "I administer this app" only to whoever asked for people, and only while nothing is decided', () => {
    const administers = (change: Partial<RequestView>) =>
      buttonsOf(draw('requested-requester', change)).includes('request.administer');
    expect(administers({})).toBe(true);
    expect(administers({ role: 'approver' })).toBe(false);
    expect(administers({ state: 'approved' })).toBe(false);
    expect(administers({ kind: 'setup' })).toBe(false);
  });
});

describe('a viewer’s own click', () => {
  const mine = (name: string) =>
    readable(draw(name))
      .split('\n')
      .find((line) => /Your (approval|decline|click)/.test(line) && line.includes('**'));

  it.each([
    ['checking', '**● Your approval:** Checking…'],
    ['waiting-for-sign-in', '**◔ Your approval:** Waits for your sign-in, then goes on by itself.'],
    ['counted-one-of-two', '**✓ Your approval:** Counted. One more is needed.'],
  ])('is shown as %s', (name, words) => {
    expect(mine(name)).toBe(words);
  });

  it('that changed nothing says why, who was first and when', () => {
    expect(mine('refused-too-late')).toBe(
      '**✕ Your approval:** It was already decided by Adele Vance, {{DATE(2026-01-05T10:12:00Z,SHORT)}} {{TIME(2026-01-05T10:12:00Z)}}. Your click changed nothing.',
    );
    expect(mine('refused-no-right')).toContain('PIM');
  });

  it('is not repeated once the request has its end', () => {
    const end = { state: 'done' as const, mine: { verdict: 'approve' as const, state: 'counted' as const } };
    expect(readable(draw('done', end))).not.toContain('Your approval');
    expect(readable(draw('done', { mine: { verdict: 'approve', state: 'refused', why: 'no_right' } }))).toContain(
      'Your approval',
    );
  });
});
