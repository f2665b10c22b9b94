import { auditCard } from '../../src/cards/audit';
import { policyFormCard } from '../../src/cards/policyForm';
import { policyRunCard } from '../../src/cards/policyRun';
import { requestFormCard } from '../../src/cards/requestForm';
import type { PolicyRunView } from '../../src/cards/requestViews';
import { durationWords, policyLines } from '../../src/cards/words';
import { auditViews, policy, policyFormView, policyRunViews, requestFormView } from '../support/policySamples';
import { buttonsOf, type Part, partsOf, readable } from '../support/readCard';

const inputOf = (card: unknown, id: string): Part | undefined => partsOf(card).find((part) => part.id === id);
const draw = (name: string, change: Partial<PolicyRunView> = {}) => policyRunCard({ ...policyRunViews[name]!, ...change });

describe('the policy dialog', () => {
  it('has a field for every value and sends them with connection and version', () => {
    const card = policyFormCard(policyFormView('change'));
    const ids = partsOf(card).flatMap(({ type, id }) => (type?.startsWith('Input.') ? [String(id)] : []));
    expect(ids.sort()).toEqual(Object.keys(policyFormView().values).sort());
    expect(card.actions).toMatchObject([
      { type: 'Action.Submit', data: { verb: 'policy.submit', connectionId: '1234567890123', basedOn: '3' } },
    ]);
  });

  it('picks several people through Teams and groups through the bot [teams 4 people picker] [teams 4 typeahead]', () => {
    const card = policyFormCard(policyFormView('change'));
    for (const id of ['approvers', 'escalateTo'])
      expect(inputOf(card, id)).toMatchObject({ isMultiSelect: true, 'choices.data': { dataset: 'graph.microsoft.com/users' } });
    for (const id of ['approverGroupId', 'askerGroupId', 'autoGroupId'])
      expect(inputOf(card, id)).toMatchObject({ style: 'filtered', 'choices.data': { dataset: 'groups' } });
  });

  it('keeps the chosen ids with the names that are known', () => {
    const card = policyFormCard(policyFormView('change'));
    expect(inputOf(card, 'approvers')?.value).toBe(policyFormView('change').values.approvers);
    expect(inputOf(card, 'approvers')).toMatchObject({ choices: [{ title: 'Adele Vance' }, { title: 'Alex Wilber' }] });
    expect(inputOf(card, 'approverGroupId')).toMatchObject({ choices: [{ title: 'Unity Leads' }] });
  });

  it('begins with approval by somebody else, one up to twenty people and two above, for eight hours', () => {
    const card = policyFormCard(policyFormView());
    const values = ['approvalsSmall', 'smallUpTo', 'approvalsLarge', 'remindMinutes'].map((id) => inputOf(card, id)?.value);
    expect(values).toEqual([1, 20, 2, 15]);
    expect(inputOf(card, 'lifetimeHours')?.value).toBe('8');
    expect(inputOf(card, 'selfApproval')?.value).toBe('false');
  });

  it('keeps what was typed and puts each problem under its field', () => {
    const card = policyFormCard(policyFormView('problems'));
    expect(inputOf(card, 'lifetimeHours')?.value).toBe('a day');
    expect(readable(card)).toContain('Hours until a request expires\n“a day” is not a number of hours.');
    expect(partsOf(card).filter(({ color }) => color === 'Attention')).toHaveLength(3);
  });

  it('leaves a number empty that is none, since a number field cannot show it', () => {
    const view = policyFormView();
    const card = policyFormCard({ ...view, values: { ...view.values, smallUpTo: 'many', remindMinutes: '' } });
    expect(inputOf(card, 'smallUpTo')?.value).toBeUndefined();
    expect(inputOf(card, 'remindMinutes')?.value).toBeUndefined();
  });

  it('gives no number field bounds, because Microsoft’s renderer takes an empty one with bounds for wrong', () => {
    const numbers = partsOf(policyFormCard(policyFormView())).filter(({ type }) => type === 'Input.Number');
    expect(numbers).toHaveLength(6);
    for (const number of numbers)
      expect(Object.keys(number)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^m(in|ax)$/)]));
  });

  it('offers the channels where the app is, and says so when there is none', () => {
    expect(inputOf(policyFormCard(policyFormView('change')), 'channelId')?.choices).toEqual([
      { title: 'Unity › Approvals', value: '19:approvals@thread.tacv2' },
      { title: 'Unity › General', value: '19:general@thread.tacv2' },
    ]);
    expect(inputOf(policyFormCard(policyFormView()), 'channelId')).toBeUndefined();
    expect(readable(policyFormCard(policyFormView()))).toContain('The app is in no channel or group chat yet.');
  });

  it('says that an automatic approval never acts', () => {
    expect(readable(policyFormCard(policyFormView()))).toContain('The rules decide and never act');
  });

  it('says whose day the quota goes by', () => {
    expect(readable(policyFormCard(policyFormView()))).toContain('People a day (UTC) at most');
  });
});

describe('the card of a policy', () => {
  it('says that the rules before hold until the new ones are checked', () => {
    expect(readable(draw('checking'))).toContain('The rules before hold until then.');
  });

  it('refuses what nobody could satisfy with the reason, and says what holds', () => {
    expect(readable(draw('refused'))).toContain(
      'Not saved**\nMore approvals are needed than there are people who may give them.\nAsk for fewer approvals, or name more approvers.\nVersion 3 stays in force.',
    );
    expect(readable(draw('refused-first'))).toContain('There are no rules, so nobody can ask.');
  });

  it('opens the form again after a refusal [teams 1.6 task/fetch]', () => {
    expect(draw('refused').actions).toMatchObject([
      { type: 'Action.Submit', data: { msteams: { type: 'task/fetch' }, verb: 'policy.open', connectionId: '1234567890123' } },
    ]);
    expect(buttonsOf(draw('changed-meanwhile'))).toEqual(['policy.open']);
  });

  it('offers Retry where a call failed, and the way out for activated roles', () => {
    expect(buttonsOf(draw('no-right'))).toEqual(['run.retry', 'policy.open']);
    expect(readable(draw('no-right'))).toContain('PIM');
  });

  it('waits for the sign-in of whoever saves it', () => {
    expect(buttonsOf(draw('sign-in'))).toEqual(['auth.signIn', 'run.cancel']);
  });

  it('sums up what is in force', () => {
    const text = readable(draw('in-force'));
    expect(text).toContain('In force, version 3');
    expect(text).toContain('Approve\nAdele Vance, Alex Wilber, members of Unity Leads');
    expect(text).toContain('How many\n1 up to 20 people, 2 above');
    expect(text).toContain('Then\nafter 2 h also Irvin Sayers');
    expect(text).toContain('By the rules\ncontoso.com; 10 people a day (UTC)');
    expect(buttonsOf(draw('in-force'))).toEqual(['policy.open']);
  });

  it('has words for the other half of each rule', () => {
    const lines = policyLines({
      ...policy,
      whoMayAsk: { kind: 'group', group: { objectId: 'g', displayName: 'Artists*' } },
      guestsMayAsk: true,
      approvals: [{ upTo: null, needed: 2 }],
      selfApproval: true,
      reasonRequired: false,
      escalation: null,
      autoApproval: null,
      postTo: { kind: 'channel', conversationId: '19:a@thread.tacv2' },
      setupNeedsApproval: false,
    });
    expect(lines.map(([, value]) => value)).toEqual([
      'members of Artists\\*, guests too',
      'Adele Vance, Alex Wilber, members of Unity Leads',
      '2 for each request',
      'may be approved by oneself',
      'not required',
      '8 h',
      'after 15 min, then each pause doubles',
      'nothing',
      'one channel',
      'needs no approval',
    ]);
  });

  it('names one number of approvals where every size of request needs the same', () => {
    const same = { ...policy, approvals: policy.approvals.map((size) => ({ ...size, needed: 1 })) };
    expect(policyLines(same)).toContainEqual(['How many', '1 for each request']);
  });

  it.each([
    [600_000, '10 min'],
    [5_400_000, '1 h 30 min'],
    [28_800_000, '8 h'],
    [86_400_000, '24 h'],
    [172_800_000, '2 days'],
    [2_592_000_000, '30 days'],
  ])('says how long %d ms are: %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });
});

describe('the request dialog', () => {
  it('takes people from Teams, further addresses and a reason [teams 4 people picker]', () => {
    const card = requestFormCard(requestFormView());
    expect(inputOf(card, 'people')).toMatchObject({
      isMultiSelect: true,
      'choices.data': { dataset: 'graph.microsoft.com/users' },
    });
    expect(inputOf(card, 'reason')?.isRequired).toBeUndefined();
    expect(card.actions).toMatchObject([{ data: { verb: 'request.submit', connectionId: '1234567890123' } }]);
  });

  it('asks which organization where there are several, and for the reason where the rules want one', () => {
    const card = requestFormCard(requestFormView('problems'));
    expect(inputOf(card, 'connectionId')).toMatchObject({ isRequired: true, value: '9876543210987' });
    expect(inputOf(card, 'reason')).toMatchObject({ isRequired: true, value: 'Mars project' });
    expect((card.actions as Part[])[0]?.data).not.toHaveProperty('connectionId');
    expect(readable(card)).toContain('Is “Mallory the great” one person?');
  });
});

describe('the audit card', () => {
  it('says that the record is sound, and lists who did what and when', () => {
    const text = readable(auditCard(auditViews.sound!));
    expect(text).toContain('The record is sound');
    expect(text).toContain(
      '**18** Request done\nAdele Vance, {{DATE(2026-01-05T10:13:10Z,SHORT)}} {{TIME(2026-01-05T10:13:10Z)}}',
    );
    expect(text).toContain('**14** Request expired\nthe bot, ');
    expect(text).toContain('verdict approve · because own request');
    expect(text).toContain('request 42 · fingerprint 3fa29c1b · people 3');
    expect(text).toContain('self approval no · reason required yes');
    expect(text).toContain(
      'person Alice Nowak · outcome created · run provision:…3:f:17:1 · object id 7b0c1d2e… · change 3d9a0000… · Graph request 9e2b0000…',
    );
  });

  it('names the first bad row', () => {
    const text = readable(auditCard(auditViews['bad-row']!));
    expect(text).toContain('Row 1 does not fit the one before');
    expect(text).toContain('**2** some.new\\_action');
  });

  it('leaves empty facts out, shortens long ones and counts those that are not shown', () => {
    const facts = { a: null, b: '', c: 'x'.repeat(200), d: 1, e: 2, f: 3, g: 4, h: 5, i: 6 };
    const card = auditCard({
      rows: [{ number: 1, at: '2026-01-05T10:00:00Z', action: 'run.done', by: 'A', facts }],
      firstBadRow: null,
    });
    expect(readable(card)).toContain(`c ${'x'.repeat(39)}… · d 1 · e 2 · f 3 · g 4 · h 5 · 1 more`);
  });

  it('says so when nothing is on record', () => {
    expect(readable(auditCard({ rows: [], firstBadRow: null }))).toContain('Nothing is on record yet.');
  });
});
