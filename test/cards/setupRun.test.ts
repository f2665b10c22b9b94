import { setupRunCard } from '../../src/cards/setupRun';
import type { SetupRunView } from '../../src/cards/views';
import { type RunStep, SETUP_STEPS } from '../../src/provisioning/runs';
import { buttonsOf, type Part, partsOf, readable } from '../support/readCard';
import { doneSteps, newJobPlan, removalPlan, renewalPlan, setupViews } from '../support/setupSamples';

const view = (name: string, change: Partial<SetupRunView> = {}): SetupRunView => ({ ...setupViews[name]!, ...change });
const draw = (name: string, change: Partial<SetupRunView> = {}) => setupRunCard(view(name, change));
const pickerOf = (card: unknown): Part | undefined => partsOf(card).find(({ id }) => id === 'testPersonId');

describe('the plan', () => {
  const card = draw('plan');

  it('offers Start and Cancel, and shows the checks on request', () => {
    expect(buttonsOf(card)).toEqual(['plan.confirm', 'run.cancel', 'Action.ToggleVisibility']);
    expect(partsOf(card).find(({ id }) => id === 'checked')).toMatchObject({ isVisible: false });
  });

  it('says what is made, that groups are off, how many people are touched, and how leavers fare [unity 4.5 unverified]', () => {
    const text = readable(card);
    expect(text).toContain('**Make** a provisioning job for Unity Cloud.');
    expect(text).toContain('**Switch groups off.**');
    expect(text).toContain('**4 people** (1 person assigned directly, the rest as members of 1 group)');
    expect(text).toContain('What Unity does when somebody leaves is not verified');
    expect(text).toContain('account in Unity stays');
  });

  it('preselects the test person in a picker of Teams, which sends an object id [teams 4 picker]', () => {
    expect(pickerOf(card)).toMatchObject({
      type: 'Input.ChoiceSet',
      value: newJobPlan.testPerson.objectId,
      choices: [{ title: 'Alice Nowak (alice@contoso.com)', value: newJobPlan.testPerson.objectId }],
      'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' },
    });
  });

  it('checks the picker for Start only: Cancel works with an empty one', () => {
    const [start, cancel] = (card.actions ?? []) as Part[];
    expect([start?.associatedInputs, cancel?.associatedInputs]).toEqual(['auto', 'none']);
  });

  it('names for a renewal what is overwritten for good and that the job stays paused', () => {
    const text = readable(draw('plan-of-a-renewal'));
    expect(text).toContain('**Overwrite** the address and the token');
    expect(text).toContain('Nobody can read the old token back.');
    expect(text).toContain('**Leave the job paused**');
    expect(text).toContain('240 people');
    expect(text).toContain('\nRenew\n');
  });

  it('names the state of a job that runs or is in quarantine', () => {
    const change = (jobStateBefore: 'Active' | 'Quarantine') => ({ plan: { ...renewalPlan, jobStateBefore, start: true } });
    expect(readable(draw('plan', change('Active')))).toContain('it is running');
    expect(readable(draw('plan', change('Quarantine')))).toContain('it is in quarantine');
  });

  it('says that removals were held back, who may be removed, and what to check', () => {
    const text = readable(draw('plan-with-removals'));
    expect(text).toContain('The start lifts that stop and lets Entra go on with them');
    expect(text).toContain('Unity has 203 SCIM users and 3 people are in scope, so 200 or more are not.');
    expect(text).toContain('compare the app’s assigned users and groups with the members in Unity');
    const paused = readable(draw('plan-with-removals', { plan: { ...removalPlan, start: false } }));
    expect(paused).toContain('Resuming it lets Entra go on with them');
    expect(paused).toContain('When it runs again, a cycle may deactivate');
  });

  it('asks for no test person when it starts without a test, and says so', () => {
    const plan = { ...newJobPlan, startWithoutTest: true, assignTestPerson: false };
    const without = draw('plan', { plan });
    expect(pickerOf(without)).toBeUndefined();
    expect(readable(without)).toContain('**No test.**');
    expect(readable(without)).not.toContain('Cannot be brought back');
  });
});

describe('the progress', () => {
  it('shows every step with a word for its state, what it proved, and the time it took', () => {
    const text = readable(draw('running'));
    expect(text).toContain('9 of 11 steps');
    expect(text).toContain('Try the token at Unity\nUnity accepts the token and reports 2 SCIM users.\n4.4 s');
    expect(text).toContain('Provision the test person\nEntra has not seen the assignment of Alice Nowak yet.');
    expect(text).toContain('Start provisioning\nto do');
  });

  it('counts down to the next try and to the end of trying, in the reader’s own time', () => {
    expect(readable(draw('running'))).toMatch(
      /Next try at \{\{TIME\(2026-01-05T10:02:30Z\)\}\}; gives up at \{\{TIME\(2026-01-05T10:15:00Z\)\}\}/,
    );
  });

  it('expects only the looking steps before there is a plan', () => {
    const text = readable(draw('looking'));
    expect(text).toContain('3 of 5 steps');
    expect(text).toContain('nothing is changed yet');
    expect(text).not.toContain('Start provisioning');
  });

  it('expects no test where there will be none', () => {
    const text = readable(draw('running', { plan: { ...newJobPlan, startWithoutTest: true }, steps: [] }));
    expect(text).toContain('0 of 9 steps');
    expect(text).not.toContain('Provision the test person');
  });

  it('has a bar where the client knows one, and the same in words elsewhere', () => {
    expect(partsOf(draw('running')).find(({ type }) => type === 'ProgressBar')).toMatchObject({
      value: 9,
      max: 11,
      fallback: 'drop',
    });
  });

  it('folds the checks into one row once the plan is confirmed, and shows them on request', () => {
    const checks = partsOf(draw('running')).find(({ id }) => id === 'checked');
    expect(checks).toMatchObject({ isVisible: false });
    expect(readable(checks)).toContain('Run Entra’s Test Connection');
    expect(readable(draw('running'))).toContain(
      'Check Entra and Unity\n5 of 5 checks passed; nothing was changed by them.\n15 s',
    );
  });

  it('says that the checks are done again while they are, and unfolds them when one fails', () => {
    const again: RunStep = { ...doneSteps(['findApp'])[0]!, state: 'running', endedAt: null };
    expect(readable(draw('running', { steps: [again] }))).toContain(
      '0 of 1 checks passed; nothing was changed by them.\nunder way',
    );
    const failed = draw('failed', { plan: newJobPlan });
    expect(partsOf(failed).find(({ id }) => id === 'checked')).toBeUndefined();
    expect(buttonsOf(failed)).toEqual(['run.retry', 'run.cancel']);
  });

  it('offers only Cancel, which undoes once something was made', () => {
    expect(buttonsOf(draw('running'))).toEqual(['run.cancel', 'Action.ToggleVisibility']);
    expect(readable(draw('running'))).toContain('Cancel and undo');
    expect(readable(draw('looking'))).not.toContain('undo');
    expect(buttonsOf(draw('running', { cancelling: true }))).toEqual(['Action.ToggleVisibility']);
  });
});

describe('the end', () => {
  it('says what failed, why and what to do, and offers Retry', () => {
    const card = draw('failed');
    expect(readable(card)).toContain('**Try the token at Unity:** Unity Cloud knows the token');
    expect(readable(card)).toContain('SCIM Authenticator');
    expect(readable(card)).toContain('Try the token at Unity\nfailed');
    expect(buttonsOf(card)).toEqual(['run.retry', 'run.cancel']);
    expect(pickerOf(card)).toBeUndefined();
  });

  it('offers another test person and a start without a test only after a failed test', () => {
    const card = draw('failed-test');
    expect(buttonsOf(card)).toEqual(['run.retry', 'run.startWithoutTest', 'run.cancel', 'Action.ToggleVisibility']);
    expect(pickerOf(card)).toMatchObject({ value: newJobPlan.testPerson.objectId });
    expect(readable(card)).toContain('Entra did not report Alice Nowak as created. The person’s mail domain is not validated');
  });

  it('names a job of somebody else and leads to the portal', () => {
    const card = draw('stopped');
    expect(buttonsOf(card)).toEqual(['run.retry', 'Action.OpenUrl', 'run.cancel']);
    expect(readable(card)).toContain('may have made it by hand');
  });

  it('lets a person who cannot be the test person name another one', () => {
    const card = draw('stopped-at-the-test-person');
    expect(pickerOf(card)).toMatchObject({ choices: [], isRequired: true });
    expect(readable(card)).toContain('adele@contoso.onmicrosoft.example');
    expect((card.actions as Part[])[0]).toMatchObject({ verb: 'run.retry', associatedInputs: 'auto' });
  });

  it('waits for the approval of a second administrator, and changes nothing before', () => {
    const card = draw('approval');
    expect(readable(card)).toContain('Waiting for approval\nThe rules want a second administrator to approve this plan.');
    expect(buttonsOf(card)).toEqual(['run.cancel', 'Action.ToggleVisibility']);
    expect(partsOf(card).filter(({ style }) => style === 'good')).toEqual([]);
  });

  it('says for whom it waits, and offers the sign-in', () => {
    const card = draw('sign-in');
    expect(readable(card)).toContain('Waiting for Adele Vance to sign in');
    expect(buttonsOf(card)).toEqual(['auth.signIn', 'run.cancel']);
  });

  it('says until when it waits', () => {
    expect(readable(draw('plan'))).toContain('Waits until {{DATE(2026-01-06T10:00:00Z,SHORT)}} {{TIME(2026-01-06T10:00:00Z)}}.');
  });

  it('ends with the start, and promises the news of the first cycle', () => {
    const card = draw('done');
    expect(readable(card)).toContain('Provisioning is started');
    expect(readable(card)).toContain('Entra reports Alice Nowak created (change 1a2b3c4d-0000-4000-8000-00000000c001).');
    expect(readable(card)).toContain('tells you when it has finished');
    expect(buttonsOf(card)).toEqual(['Action.OpenUrl', 'Action.ToggleVisibility']);
  });

  it('asks to leave Entra’s mappings as they are [unity 4.3 mappings]', () => {
    expect(readable(draw('done'))).toContain('Leave the attribute mappings in Entra as they are');
  });

  it('does not call a job started that was left paused', () => {
    const paused: RunStep = { ...doneSteps(['startSynchronizationJob'])[0]!, proof: { code: 'job_left_paused', facts: {} } };
    const text = readable(draw('done', { steps: [...doneSteps(SETUP_STEPS.slice(0, -1)), paused] }));
    expect(text).toContain('Renewed; the job stays paused');
    expect(text).not.toContain('Provisioning is started');
  });

  it('says after Cancel what was undone, what went with it, and that nobody is removed from Unity', () => {
    const text = readable(draw('cancelled'));
    expect(text).toContain('Delete the provisioning job\nThe job is gone.');
    expect(text).toContain('Take back address and token\nThey go with the job.');
    expect(text).toContain('if Entra made an account for Alice Nowak, it stays');
    expect(text).not.toContain('\nSteps\n');
  });

  it('says that an overwritten token cannot be brought back', () => {
    const undo: RunStep = { ...doneSteps(['findApp'])[0]!, name: 'undoSecrets', proof: { code: 'token_overwritten', facts: {} } };
    expect(readable(draw('cancelled', { steps: [undo] }))).toContain('the old token is overwritten. Paste a valid one');
  });

  it('speaks of no account where nothing was undone', () => {
    expect(readable(draw('cancelled', { steps: [] }))).not.toContain('stays');
  });

  it('shows a name from the directory as it is, and makes no link of it', () => {
    const testPerson = { ...newJobPlan.testPerson, displayName: '[Alice](https://evil.example)' };
    expect(readable(draw('plan', { plan: { ...newJobPlan, testPerson } }))).toContain(
      'create** \\[Alice\\](https://evil.example) in Unity',
    );
  });
});
