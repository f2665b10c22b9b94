import { markup, plainText } from '../../src/cards/markdown';
import {
  commandProblemText,
  domainsProblemText,
  entryErrorWords,
  errorWords,
  jobStateWords,
  organizationProblemText,
  outcomeWords,
  proofWords,
  quarantineWords,
  refusalText,
  runStateWords,
  signInWords,
  skipWords,
  stepName,
  stepStateWords,
  stopWords,
  unclearCommandText,
  unknownCommandText,
  unusableAppText,
  warningWords,
} from '../../src/cards/words';
import { ERROR_CODES } from '../../src/errors';
import { CLOSED_STATES, OPEN_STATES, PROOF_CODES, PROVISION_STEPS, SETUP_STEPS, UNDO_STEPS } from '../../src/provisioning/runs';
import type { SetupWarning, StopReason } from '../../src/provisioning/setup';
import type { Refusal } from '../../src/workflows/runCommands';
import { renewalPlan } from '../support/setupSamples';

/** A sentence for people: it ends like one, and no fact that was missing left a hole in it. */
const sentence = expect.stringMatching(/^(?!.*(undefined|null|NaN|\[object| {2}|\(\)|“”| \.|\.\.)).{8,}[.:”\w)*]$/s);

const stopReasons: Record<StopReason, true> = {
  app_is_the_bot: true,
  app_not_provisionable: true,
  no_template: true,
  several_jobs: true,
  job_is_customappsso: true,
  job_not_ours: true,
  address_differs: true,
  sync_all: true,
  unknown_secret_keys: true,
  no_app_role: true,
  test_person_disabled: true,
  test_person_guest: true,
  test_person_no_mail: true,
  test_person_domain: true,
};
const warnings: Record<SetupWarning, true> = {
  removals_held_back: true,
  more_users_than_people: true,
  domain_mismatch: true,
  many_people: true,
  leaving_people_unverified: true,
  entity_id_differs: true,
  reply_url_differs: true,
  set_up_through_another_app: true,
  unity_refuses_filter: true,
  unity_filter_needs_domain: true,
};
const refusals: Record<Refusal, true> = {
  run_unknown: true,
  not_yours: true,
  already_confirmed: true,
  already_ended: true,
  not_failed: true,
  already_cancelling: true,
  run_open_elsewhere: true,
};
const keys = <Key extends string>(record: Record<Key, true>) => Object.keys(record) as Key[];

describe('words', () => {
  it.each(ERROR_CODES)('say what happened and what comes next for %s, also without facts', (code) => {
    expect(errorWords(code, {})).toEqual({ what: sentence, next: sentence });
  });

  it.each(PROOF_CODES)('say what %s proves, also without facts', (code) => {
    expect(proofWords({ code, facts: {} })).toEqual(sentence);
  });

  it.each(keys(stopReasons))('say why a setup stops and what to do for %s, also without facts', (reason) => {
    expect(stopWords(reason, {})).toEqual({ what: sentence, next: sentence });
  });

  it.each(keys(warnings))('warn about %s', (warning) => {
    expect(warningWords(warning, renewalPlan)).toEqual(sentence);
  });

  it.each(keys(refusals))('say why a click changed nothing: %s', (why) => {
    expect(refusalText(why)).toEqual(sentence);
    expect(refusalText(why, { by: 'Alex Wilber', at: '2026-01-05T10:04:30.123Z' })).toEqual(sentence);
  });

  it('name who was faster and when, in a time zone that is written out', () => {
    expect(refusalText('already_confirmed', { by: 'Alex Wilber', at: '2026-01-05T10:04:30.123Z' })).toBe(
      'The plan was already confirmed by Alex Wilber at 2026-01-05 10:04 UTC. Nothing was changed. Look at the card for how it goes.',
    );
  });

  it.each([...SETUP_STEPS, ...UNDO_STEPS, ...PROVISION_STEPS])('name the step %s', (name) => {
    expect(stepName(name)).toMatch(/^[A-Z][^.]{8,40}$/);
  });

  it('name every state of a step, a run and a job', () => {
    const names = [
      ...(['running', 'waiting', 'done', 'failed'] as const).map((state) => stepStateWords[state]),
      ...[...OPEN_STATES, ...CLOSED_STATES].map((state) => runStateWords[state]),
      ...(['NotConfigured', 'NotRun', 'Active', 'Paused', 'Quarantine'] as const).map(jobStateWords),
    ];
    expect(names.filter((name) => !/^[\w ,]{4,}$/.test(name))).toEqual([]);
  });

  it.each([
    'guest',
    'disabled',
    'no_mail',
    'other_domain',
    'not_entitled',
    'out_of_scope',
    'matching_attribute_empty',
    'other',
  ] as const)('say why somebody is skipped and what to do: %s', (why) => {
    expect(skipWords(why)).toEqual({ what: sentence, next: sentence });
  });

  it.each(
    `Conflict EntryConflict TooManyRequests InternalServerError InsufficientRights MethodNotAllowed NotPermitted Unauthorized
    UnprocessableEntity WebExceptionProtocolError InvalidAnchor NotImplemented MandatoryFieldsMissing MissingValues
    SchemaAttributeNotFound InternalError InvalidDomain Timeout LicenseLimitExceeded DuplicateTargetEntries DuplicateSourceEntries
    SystemForCrossDomainIdentityManagementMultipleEntriesInResponse SystemForCrossDomainIdentityManagementServiceIncompatible
    SystemForCrossDomainIdentityManagementInvalidCredentials SchemaPropertyCanOnlyAcceptValue`.split(/\s+/),
  )('explain %s, however it is spelled [entra 5.3 codes]', (code) => {
    expect(entryErrorWords(code)).toEqual({ what: sentence, next: sentence });
    expect(entryErrorWords(code.toLowerCase())).toEqual(entryErrorWords(code));
  });

  it('show a code of Entra without words of ours as it is [entra 5.3 codes]', () => {
    expect(entryErrorWords('constructor')).toBeUndefined();
    expect(outcomeWords({ kind: 'failed', step: 'export', code: 'Some_New*Code', facts: {} }, 'x')).toMatchObject({
      what: 'Stopped while writing to Unity (Some\\_New\\*Code).',
      next: sentence,
    });
  });

  it.each(
    `EncounteredBaseEscrowThreshold EncounteredTotalEscrowThreshold EncounteredEscrowProportionThreshold Unknown
    EncounteredQuarantineException QuarantinedOnDemand QuarantineOnDemand TooManyDeletes IngestionInterrupted`.split(/\s+/),
  )('explain the quarantine %s [entra 2.3 quarantine] [entra 2.3 quarantine reason]', (reason) => {
    expect(quarantineWords(reason)).toEqual({ what: sentence, next: sentence });
    expect(quarantineWords(reason).what).not.toContain(reason);
  });

  it('show an unknown reason of a quarantine as it is [entra 2.3 quarantine reason]', () => {
    expect(quarantineWords('toString').what).toBe('Entra’s reason is toString.');
  });

  it('give Entra the word for a success, never Unity [unity 0.1 not proven]', () => {
    const created = outcomeWords({ kind: 'created', changeId: 'c-1' }, 'alice');
    expect(created).toMatchObject({ label: 'Created', what: 'Entra reports it created (change c-1).' });
    const good = [created, outcomeWords({ kind: 'updated', changeId: null }, 'a'), outcomeWords({ kind: 'in_step' }, 'a')];
    for (const { what } of good) expect(what).toMatch(/^Entra reports /);
  });

  it('tell the same 403 with the way out for activated roles [entra 0.8 roles]', () => {
    expect(errorWords('no_right', { operation: 'list synchronization jobs' })).toEqual({
      what: 'Entra does not let this account list synchronization jobs now.',
      next: expect.stringContaining('PIM, activate it, type **sign out**, then **sign in**'),
    });
  });

  it('tell a 403 of the directory by the permission that is missing, with the request id', () => {
    const facts = { operation: 'read an app', status: 403, graphCode: 'Authorization_RequestDenied', requestId: '1a2b' };
    expect(errorWords('graph_refused', facts).next).toMatch(/lacks a permission in Entra.*request id is 1a2b/);
  });

  it('name the reason for which a test person was not provisioned', () => {
    const what = (facts: Record<string, string>) =>
      errorWords('test_person_not_provisioned', { displayName: 'Alice', ...facts }).what;
    expect(what({ outcome: 'failed', code: 'InvalidDomain' })).toContain('domain is not validated');
    expect(what({ outcome: 'skipped', why: 'disabled' })).toContain('disabled in Entra');
    expect(what({ outcome: 'not_proven' })).toContain('does not say whether it worked');
  });

  it('find the words of a stop that happened later, in the middle of a run', () => {
    expect(errorWords('setup_stopped', { reason: 'job_not_ours' }).what).toContain('did not make');
    expect(errorWords('setup_stopped', { reason: 'job_gone' })).toEqual({ what: sentence, next: sentence });
  });

  it('explain each problem with what was typed', () => {
    const organization = ['empty', 'default', 'uuid', 'number_length', 'not_understood', 'missing_in_url', 'path'] as const;
    for (const code of organization) expect(organizationProblemText({ code: `organization_${code}` })).toEqual(sentence);
    expect(organizationProblemText({ code: 'organization_host', host: 'evil.example' })).toContain('evil.example');
    expect(domainsProblemText({ code: 'no_domain' })).toEqual(sentence);
    expect(domainsProblemText({ code: 'not_a_domain', text: 'contoso' })).toContain('contoso');
    expect(domainsProblemText({ code: 'too_many_domains', limit: 50 })).toContain('50');
    expect(commandProblemText({ code: 'nobody' })).toContain('provision alice@contoso.com');
    expect(commandProblemText({ code: 'too_many_people', limit: 50, count: 51 })).toMatch(/51.*50/);
    expect(commandProblemText({ code: 'text_too_long', limit: 3000, length: 4000 })).toMatch(/4000.*3000/);
    expect(commandProblemText({ code: 'organization_unclear', text: '' })).toEqual(sentence);
    for (const code of ['not_an_address', 'name_needs_quotes', 'organization_unclear'] as const) {
      expect(commandProblemText({ code, text: 'x'.repeat(500) })).toMatch(/^.{20,220} Nothing was done\.$/);
    }
  });

  it('list five problems of a command and count the rest', () => {
    const problems = Array.from({ length: 8 }, (_, index) => ({ code: 'not_an_address' as const, text: `word${index}` }));
    expect(unclearCommandText(problems).split('\n\n')).toHaveLength(6);
    expect(unclearCommandText(problems)).toMatch(/3 more of this kind\.$/);
    expect(unclearCommandText(problems.slice(0, 1))).not.toContain('more');
  });

  it('answer an unknown command with the nearest one as text, at the end to be copied', () => {
    expect(unknownCommandText('provision alice@contoso.com')).toMatch(/Nothing was done\..*: provision alice@contoso\.com$/);
    expect(unknownCommandText('help')).toMatch(/Type: help$/);
  });

  it('say why an app cannot be used', () => {
    for (const why of ['not_provisionable', 'is_the_bot', 'disabled'] as const)
      expect(unusableAppText(why)).toMatch(/^[^.]{10,}$/);
    expect(unusableAppText(null)).toBe('');
  });

  it('count the runs that a sign-in lets go on', () => {
    expect(signInWords.signedIn('Adele', 0)).toBe('Signed in as Adele.');
    expect(signInWords.signedIn('Adele', 1)).toBe('Signed in as Adele. Your waiting run goes on.');
    expect(signInWords.signedIn('Adele', 3)).toBe('Signed in as Adele. Your 3 waiting runs go on.');
  });
});

describe('plainText', () => {
  it('leaves no Markdown and writes times in UTC', () => {
    const markdown = `${markup('**Start** at ').text}{{DATE(2026-01-05T10:04:00Z,SHORT)}} {{TIME(2026-01-05T10:04:00Z)}}: [a\\_b](https://x.example)`;
    expect(plainText(markdown)).toBe('Start at 2026-01-05 10:04 UTC: a_b');
  });
});
