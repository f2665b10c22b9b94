import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planSetup } from '../../src/provisioning/planSetup';
import type { SetupDecision, SetupEffects, SetupInput, SetupObserved } from '../../src/provisioning/setup';

/** A folder per tenant: what was asked and read, what earlier attempts made (effects.json, where there are any), and the decision. */
const tenants = join(__dirname, '../fixtures/tenants');

const facts: Record<string, string> = {
  'new-app': 'makes a new job with groups off, the test person and a start [unity 4.6 users only]',
  'app-is-the-bot': 'stops at the app of the bot itself [entra 0.9 middle tier]',
  'app-is-a-plain-registration': 'stops at an app that was not made from a template [entra 0.1 template]',
  'templates-not-there-yet': 'stops when Entra offers no template [entra 2.1 no-templates]',
  'only-the-old-template': 'makes no job from the unsupported template [entra 2.1 template]',
  'several-jobs': 'stops at several jobs, whatever they are',
  'job-of-the-old-kind': 'stops at a job of the old kind, even one of ours [entra 2.1 customappsso]',
  'job-made-by-hand': 'stops at a job that is not in our rows',
  'job-of-another-app-of-ours': 'stops at a job whose row belongs to another app',
  'address-in-our-row-differs': 'stops when our row has another address',
  'address-in-the-job-differs': 'stops when the job has another address, a feature flag included [entra 9.2 flag]',
  'sync-all-masked-and-never-saved': 'stops when nobody knows whether the job takes the whole tenant [entra 2.4 SyncAll]',
  'sync-all-is-true': 'stops when the job takes the whole tenant now, whatever we once saved [entra 2.4 SyncAll]',
  'sync-all-masked-but-saved-by-us': 'goes on when SyncAll is masked and we saved it as "false" [entra 2.4 mask]',
  'secret-keys-that-we-do-not-write': 'stops at secrets with keys that our own full list would lose [entra 2.4 secrets]',
  'job-running': 'renews a running job, names the overwrite and switches its groups off',
  'job-paused-by-hand': 'renews a paused job without starting it',
  'job-never-started': 'starts a job of ours that never ran [entra 2.3 new job]',
  'job-in-quarantine': 'renews and starts a job in quarantine [entra 7.4 start]',
  'job-whose-removals-are-held-back':
    'warns when a start lets Entra go on with removals that it held back, however the reason is spelled',
  'job-with-more-users-than-people': 'warns when Unity has more users than are in scope of a job that is kept',
  'job-paused-with-more-users-than-people': 'warns of the same when the job stays paused',
  'app-without-roles': 'takes the all-zero role only when the app declares none [entra 0.6 all-zero role]',
  'app-with-msiam-access-only': 'takes msiam_access when User is switched off [entra 1.4 roles]',
  'app-with-roles-to-choose': 'stops when a role would have to be guessed [entra 1.4 roles]',
  'app-with-one-own-role': 'takes the only role that people may have [entra 1.4 roles]',
  'test-person-is-a-guest': 'refuses a guest as test person [entra 4.1 guest]',
  'test-person-is-disabled': 'refuses a disabled test person [entra 4.1 disabled]',
  'test-person-has-no-mail': 'refuses a test person without mail',
  'test-person-in-another-domain': 'refuses a test person of a domain that was not named, subdomains too [unity 2 P3]',
  'test-person-with-mail-in-another-domain': 'warns when only the mail is in another domain, and ignores capitals',
  'test-person-assigned-directly': 'assigns nobody twice',
  'test-person-in-an-assigned-group': 'gives a member of an assigned group no second assignment [entra 4.3 group]',
  'people-in-scope-twice': 'counts each person once, and no service principals',
  'a-hundred-people': 'does not warn at a hundred people',
  'more-than-a-hundred-people': 'warns above a hundred people',
  'app-for-something-else': 'warns when Entity ID and reply URL are not those of Unity [entra 1.3 reply URL]',
  'organization-set-up-through-another-app': 'warns when another app already provisions the organization',
  'retry-after-the-job-was-made': 'plans the same after it made the job itself',
  'retry-after-secrets-and-assignment': 'plans the same after secrets and assignment were made',
  'retry-after-groups-were-switched-off': 'plans the same after it switched the groups off',
  'retry-after-somebody-switched-sync-all-on': 'stops at its own job when somebody switched SyncAll on meanwhile',
  'retry-with-a-job-that-is-not-the-one-we-made': 'stops at a job that is not the one it made',
  'retry-after-the-answer-to-the-job-was-lost': 'takes an untouched job for its own when it never heard whether it made one',
  'retry-after-a-lost-answer-with-a-job-in-use': 'stops at a job in use when it never heard whether it made one',
  'retry-after-a-lost-answer-with-a-stored-address': 'stops at a job with an address when it never heard whether it made one',
  'retry-with-another-test-person': 'does not count whom an earlier attempt assigned and this one takes back',
  'unity-refuses-the-search': 'warns when Unity refuses the search that Entra’s test makes, whatever is asked [unity 5 400]',
  'unity-searches-in-domains-only': 'warns when Unity answers it for a validated domain only [unity 5 400-domain]',
  'start-without-a-test': 'starts without a test, and then asks nothing of the test person',
};

describe('planSetup', () => {
  it('has a fact for each tenant', () => {
    expect(readdirSync(tenants).sort()).toEqual(Object.keys(facts).sort());
  });

  it.each(Object.entries(facts).map(([tenant, fact]) => ({ tenant, fact })))('$fact ($tenant)', ({ tenant }) => {
    const decision = planSetup(
      read<SetupInput>(tenant, 'input'),
      read<SetupObserved>(tenant, 'observed'),
      existsSync(join(tenants, tenant, 'effects.json')) ? read<SetupEffects>(tenant, 'effects') : {},
    );
    expect(decision).toEqual(read<SetupDecision>(tenant, 'plan'));
  });
});

function read<T>(tenant: string, name: string): T {
  return JSON.parse(readFileSync(join(tenants, tenant, `${name}.json`), 'utf8'));
}
