import type { DirectoryPerson } from '../../src/provisioning/people';
import { finalOutcomeOf, meantPerson, outcomeOf, planPerson } from '../../src/provisioning/planPeople';
import type { OnDemandAnswer, PersonObserved } from '../../src/provisioning/provision';

const alice: DirectoryPerson = {
  objectId: 'alice-id',
  displayName: 'Alice Nowak',
  userPrincipalName: 'alice@contoso.com',
  mail: 'alice@contoso.com',
  accountEnabled: true,
  userType: 'Member',
};
const connection = { domains: ['contoso.com'] };
const seen = (change: Partial<PersonObserved> = {}): PersonObserved => ({
  asked: 'alice@contoso.com',
  person: alice,
  candidates: [],
  assignment: null,
  ...change,
});

describe('meantPerson', () => {
  it.each(['alice@studio.example', 'ALICE-ID', 'Alice Nowak', 'alice  nowak'])('takes the one whom “%s” names whole', (asked) => {
    expect(meantPerson(asked, [alice])).toBe(alice);
  });

  it('takes an apostrophe for what it is, in any typing', () => {
    const sean = { ...alice, displayName: 'Sean O’Neill' };
    expect(meantPerson("Sean O'Neill", [sean])).toBe(sean);
  });

  it.each(['Ali', 'Alice', 'me'])('leaves it open whether “%s” means the only one whose name begins so', (asked) => {
    expect(meantPerson(asked, [alice])).toBeUndefined();
  });

  it('leaves it open between several, and among nobody', () => {
    expect(meantPerson('Alice Nowak', [alice, { ...alice, objectId: 'other' }])).toBeUndefined();
    expect(meantPerson('Alice Nowak', [])).toBeUndefined();
  });
});

describe('planPerson', () => {
  it('assigns somebody who is not in scope yet', () => {
    expect(planPerson(seen(), connection)).toEqual({ kind: 'assign_and_provision', asked: 'alice@contoso.com', person: alice });
  });

  it('assigns nobody twice', () => {
    const directly = seen({ assignment: { how: 'directly', assignmentId: 'a1' } });
    expect(planPerson(directly, connection)).toMatchObject({ kind: 'provision', through: null });
  });

  it('names the group through which somebody is in scope [entra 4.3 group]', () => {
    const byGroup = seen({ assignment: { how: 'group', groupId: 'g1', groupDisplayName: 'Unity Artists' } });
    expect(planPerson(byGroup, connection)).toMatchObject({ kind: 'provision', through: 'Unity Artists' });
  });

  it('offers all whom a typed name fits, without their other data', () => {
    const henry = { ...alice, objectId: 'henry-id', displayName: 'Henry Lee', userPrincipalName: 'henry@contoso.com' };
    expect(planPerson(seen({ person: null, candidates: [alice, henry] }), connection)).toMatchObject({
      kind: 'end',
      outcome: {
        kind: 'choose',
        candidates: [
          { objectId: 'alice-id', displayName: 'Alice Nowak', userPrincipalName: 'alice@contoso.com' },
          { objectId: 'henry-id', displayName: 'Henry Lee', userPrincipalName: 'henry@contoso.com' },
        ],
      },
    });
  });

  it('says so when nobody fits', () => {
    expect(planPerson(seen({ person: null }), connection)).toMatchObject({ kind: 'end', outcome: { kind: 'not_found' } });
  });

  it.each<[string, Partial<DirectoryPerson>]>([
    ['guest', { userType: 'Guest', accountEnabled: false }],
    ['disabled', { accountEnabled: false, mail: null }],
    ['no_mail', { mail: ' ' }],
    ['other_domain', { userPrincipalName: 'alice@fabrikam.example' }],
  ])('skips before any change: %s', (why, change) => {
    const person = { ...alice, ...change };
    const assignment = { how: 'directly' as const, assignmentId: 'a1' };
    expect(planPerson(seen({ person, assignment }), connection)).toMatchObject({
      kind: 'end',
      outcome: { kind: 'skipped', why },
    });
  });

  it('says nothing against a domain when none was stated', () => {
    expect(planPerson(seen(), { domains: [] }).kind).toBe('assign_and_provision');
  });
});

const answer = (change: Partial<OnDemandAnswer>): OnDemandAnswer => ({
  result: 'skipped',
  skipReason: null,
  errorCode: null,
  failedStep: null,
  assigned: true,
  active: true,
  changeId: 'change-1',
  ...change,
});

describe('outcomeOf', () => {
  it.each(['created', 'updated'] as const)('takes %s with its change id as the proof', (result) => {
    expect(outcomeOf(answer({ result }))).toEqual({ kind: result, changeId: 'change-1' });
  });

  it.each([{ skipReason: 'RedundantExport' }, { skipReason: 'redundantexport' }, { errorCode: 'RedundantExport' }])(
    'takes a redundant export as good news, however it is spelled: %j [entra 3.4 redundant]',
    (change) => expect(outcomeOf(answer(change))).toEqual({ kind: 'in_step' }),
  );

  it('waits when Entra has not seen the assignment yet [entra 0.3 delay]', () => {
    expect(outcomeOf(answer({ skipReason: 'NotEffectivelyEntitled', assigned: false }))).toBe('not_yet_visible');
    expect(outcomeOf(answer({ skipReason: null, assigned: false }))).toBe('not_yet_visible');
  });

  it('waits as well when Entra gives no detail', () => {
    expect(outcomeOf(answer({ skipReason: 'NotEffectivelyEntitled', assigned: null, active: null }))).toBe('not_yet_visible');
  });

  it('does not wait for a disabled account [entra 3.4 disabled]', () => {
    const disabled = answer({ skipReason: 'NotEffectivelyEntitled', assigned: false, active: false });
    expect(outcomeOf(disabled)).toMatchObject({ kind: 'skipped', why: 'disabled' });
  });

  it('does not wait when the assignment is seen and the role gives no right [entra 3.4 not entitled]', () => {
    expect(outcomeOf(answer({ skipReason: 'NotEffectivelyEntitled' }))).toMatchObject({ kind: 'skipped', why: 'not_entitled' });
  });

  it.each([
    ['out_of_scope', { skipReason: 'NotInScope' }],
    ['out_of_scope', { skipReason: 'Filtered', failedStep: 'scoping' }],
    ['matching_attribute_empty', { errorCode: 'ImportSkipped' }],
    ['matching_attribute_empty', { result: 'failed', failedStep: 'import', errorCode: 'ImportSkipped' }],
    ['other', { skipReason: 'SomethingNew' }],
  ] as [string, Partial<OnDemandAnswer>][])('never shows a skip as success: %s %j [entra 3.4 skipped]', (why, change) => {
    expect(outcomeOf(answer(change))).toMatchObject({ kind: 'skipped', why });
  });

  it.each([
    { result: 'skipped', skipReason: 'ImportSkipped' },
    { result: 'skipped', errorCode: 'ImportSkipped' },
    { result: 'failed', failedStep: 'import', errorCode: 'ImportSkipped' },
  ] as Partial<OnDemandAnswer>[])(
    'knows an empty matching attribute, skipped or failed: %j [entra 3.4 matching empty]',
    (change) => {
      expect(outcomeOf(answer(change))).toMatchObject({ kind: 'skipped', why: 'matching_attribute_empty' });
    },
  );

  it('names the step that failed and the code [entra 3.4 failure]', () => {
    const failed = answer({ result: 'failed', failedStep: 'export', errorCode: 'Conflict' });
    expect(outcomeOf(failed)).toEqual({ kind: 'failed', step: 'export', code: 'Conflict', facts: { changeId: 'change-1' } });
    expect(outcomeOf(answer({ result: 'failed' }))).toMatchObject({ kind: 'failed', step: 'unknown', code: 'unknown' });
  });

  it('calls an answer that it does not know not proven [entra 3.3 unknown]', () => {
    expect(outcomeOf(answer({ result: 'notProven' }))).toMatchObject({ kind: 'not_proven' });
    expect(outcomeOf(answer({ result: 'Quantum' as 'created' }))).toMatchObject({ kind: 'not_proven' });
  });
});

describe('finalOutcomeOf', () => {
  it('ends the waiting as a skip, never as success', () => {
    const unseen = answer({ skipReason: 'NotEffectivelyEntitled', assigned: false });
    expect(finalOutcomeOf(unseen)).toMatchObject({ kind: 'skipped', why: 'not_entitled' });
  });
});
