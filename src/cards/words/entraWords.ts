import type { SkipCode } from '../../provisioning/provision';
import { md } from '../markdown';

const skips: Record<SkipCode, { what: string; next: string }> = {
  guest: { what: 'A guest of your company.', next: 'Guests are not provisioned; they need a member’s account.' },
  disabled: { what: 'The account is disabled in Entra.', next: 'Enable it in Entra, then ask again.' },
  no_mail: { what: 'The account has no mail address in Entra.', next: 'Set the mail address, then ask again.' },
  other_domain: {
    what: 'The address is in no domain that the setup names as validated.',
    next: 'Validate the domain in Unity, then name it in **setup**.',
  },
  not_entitled: {
    what: 'Entra says that the person has no right to the app.',
    next: 'A new assignment can take some minutes: ask again later, or look at the assignment in the Entra portal.',
  },
  out_of_scope: {
    what: 'A scoping filter of the provisioning job leaves the person out.',
    next: 'Look at Provisioning, Mappings, Source Object Scope in the Entra portal.',
  },
  matching_attribute_empty: {
    what: 'The attribute by which Entra finds people in Unity is empty.',
    next: 'Fill it (by default the user principal name), then ask again.',
  },
  other: { what: 'Entra skipped the person.', next: 'The provisioning logs in the Entra portal name the reason.' },
};

/** Why a person was left out, and what to do about it. */
export function skipWords(why: SkipCode): { what: string; next: string } {
  return skips[why];
}

/** Codes that Entra's provisioning reports for one person; capitals do not count. */
const entryErrors: Record<string, { what: string; next: string }> = {
  conflict: {
    what: 'Unity already has an account with the same user name or mail that Entra could not match.',
    next: 'Look for it in the Unity dashboard; rename or remove it there, then ask again.',
  },
  toomanyrequests: { what: 'Unity asked Entra to slow down.', next: 'Ask again in a few minutes.' },
  internalservererror: {
    what: 'Unity reported a fault of its own.',
    next: 'Look at [status.unity.com](https://status.unity.com/), then ask again.',
  },
  timeout: { what: 'Unity did not answer Entra in time.', next: 'Ask again in a few minutes.' },
  insufficientrights: {
    what: 'Unity did not let Entra do this.',
    next: 'Check the role SCIM Authenticator of the service account, then ask again.',
  },
  unprocessableentity: {
    what: 'Unity could not use the data that Entra sent.',
    next: 'Check name and mail of the person in Entra, and that the mapping is the default one.',
  },
  invaliddomain: {
    what: 'The person’s mail domain is not validated in Unity.',
    next: 'Add the domain under single sign-on in the Unity dashboard, then ask again.',
  },
  missingvalues: {
    what: 'A value that Unity needs is empty in Entra.',
    next: 'Fill name and mail of the person in Entra, then ask again.',
  },
  duplicatetargetentries: {
    what: 'Unity has several accounts that fit this person.',
    next: 'Leave only one of them in the Unity dashboard, then ask again.',
  },
  duplicatesourceentries: {
    what: 'Several people in Entra have the same matching value.',
    next: 'Make the user principal names differ, then ask again.',
  },
  licenselimitexceeded: { what: 'Unity has no seat left.', next: 'Free or buy a seat in Unity, then ask again.' },
  serviceincompatible: {
    what: 'Unity’s answer was not the SCIM that Entra expects.',
    next: 'Check the SCIM connector URL with **status**, then ask again.',
  },
  invalidanchor: {
    what: 'The account that Entra knew in Unity is gone.',
    next: 'Restart provisioning in the Entra portal, so that Entra looks for it anew.',
  },
  invalidcredentials: {
    what: 'Unity refused the token that Entra uses.',
    next: 'Type **setup** and paste a new token.',
  },
  notimplemented: { what: 'Unity does not offer what Entra asked for.', next: 'Check that the mapping is the default one.' },
  schemaattributenotfound: {
    what: 'The mapping names an attribute that is not there.',
    next: 'Restore the default mapping in the Entra portal, then ask again.',
  },
};

/** The same trouble under other names. */
const sameAs: Record<string, string> = {
  entryconflict: 'conflict',
  methodnotallowed: 'insufficientrights',
  notpermitted: 'insufficientrights',
  unauthorized: 'insufficientrights',
  webexceptionprotocolerror: 'internalservererror',
  internalerror: 'internalservererror',
  mandatoryfieldsmissing: 'missingvalues',
  schemapropertycanonlyacceptvalue: 'unprocessableentity',
  systemforcrossdomainidentitymanagementmultipleentriesinresponse: 'duplicatetargetentries',
  systemforcrossdomainidentitymanagementserviceincompatible: 'serviceincompatible',
  systemforcrossdomainidentitymanagementinvalidcredentials: 'invalidcredentials',
  systemforcrossdomainidentitymanagementcredentialvalidationfailure: 'invalidcredentials',
  systemforcrossdomainidentitymanagementcredentialvalidationunavailable: 'timeout',
};

/** What one of Entra's codes for a person means; `undefined` for codes without words of ours. */
export function entryErrorWords(code: string): { what: string; next: string } | undefined {
  const key = code.toLowerCase();
  return entryErrors[sameAs[key] ?? key];
}

/** Why nothing is proven, and what to do: no answer came, the assignment was not seen in time, or the answer says too little. */
export function notProvenWords(code: string): { what: string; next: string } {
  if (code === 'assignment_not_seen')
    return {
      what: 'Entra did not see the new assignment in the time that was set.',
      next: 'The assignment stays, and the next cycle takes the person along. Or ask again in some minutes.',
    };
  if (code === 'graph_unreachable')
    return {
      what: 'No answer came, so nobody knows whether Entra did it.',
      next: 'Ask again: where it was done, Entra finds nothing to change.',
    };
  return {
    what: 'Entra’s answer does not say whether it worked.',
    next: 'Look at the provisioning logs in the Entra portal before you ask again.',
  };
}

/** The reason in a sentence of its own: a skip code, one of Entra's codes, an outcome that proves nothing, or nothing. */
export function outcomeDetail({ why, code, outcome }: { why: string; code: string; outcome: string }): string {
  if (Object.hasOwn(skips, why)) return skips[why as SkipCode].what;
  if (why === 'not_found' || outcome === 'not_found') return 'Entra does not know this person any more.';
  if (outcome === 'not_proven') return notProvenWords(code).what;
  return code === '' ? '' : (entryErrorWords(code)?.what ?? md`Entra reports ${code}.`);
}
