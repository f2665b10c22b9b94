import { MOST_PEOPLE } from '../../provisioning/addresses';
import type { CommandProblem } from '../../provisioning/commands';
import type { DomainsProblem } from '../../provisioning/domains';
import type { OrganizationProblem } from '../../provisioning/organization';
import { shortened } from './shortened';

/** What is wrong with the typed organization; plain text, shown beside the field. */
export function organizationProblemText(problem: OrganizationProblem): string {
  switch (problem.code) {
    case 'organization_empty':
      return 'Type the organization’s number, or paste a link of the Unity dashboard or the SCIM base connector URL.';
    case 'organization_default':
      return '“default” means whatever organization is selected. Open the organization in the dashboard and paste the link that has its number.';
    case 'organization_uuid':
      return 'This is the organization’s UUID. SCIM needs its number, which stands in the links of the Unity dashboard behind /organizations/.';
    case 'organization_number_length':
      return 'An organization’s number has 6 to 20 digits. Copy it again.';
    case 'organization_not_understood':
      return 'This is neither a number nor a link. Names do not work, since several organizations may have the same.';
    case 'organization_missing_in_url':
      return 'This link names no organization. Open the organization in the dashboard and paste the link behind /organizations/.';
    case 'organization_path':
      return 'The SCIM base connector URL ends with /scim/v2/tenants/ and the number, with nothing behind it. Copy it again.';
    case 'organization_host':
      return `${problem.host} is not Unity Cloud. The token is sent to Unity’s own address only.`;
  }
}

export function domainsProblemText(problem: DomainsProblem): string {
  switch (problem.code) {
    case 'no_domain':
      return 'Name at least one e-mail domain that Unity has validated, for example contoso.com.';
    case 'not_a_domain':
      return `“${shortened(problem.text)}” is not a domain. Write it like contoso.com.`;
    case 'too_many_domains':
      return `Name at most ${problem.limit} domains.`;
  }
}

/** Why a command was not carried out; plain text. */
export function commandProblemText(problem: CommandProblem, command: 'provision' | 'request' = 'provision'): string {
  switch (problem.code) {
    case 'nobody':
      return `Whom? Write ${command} and one or several addresses, for example: ${command} alice@contoso.com, bob@contoso.com`;
    case 'too_many_people':
      return `These are ${problem.count} people; one command takes ${problem.limit}. Nothing was done. Send them in parts.`;
    case 'text_too_long':
      return `The message has ${problem.length} characters; one command takes ${problem.limit} characters and ${MOST_PEOPLE} people. Nothing was done. Send it in parts.`;
    case 'not_an_address':
      return `“${shortened(problem.text)}” is neither an address nor a name. Nothing was done.`;
    case 'name_needs_quotes':
      return `Is “${shortened(problem.text)}” one person? Put a name of several words in quotes, or use the address. Nothing was done.`;
    case 'organization_unclear':
      return problem.text === ''
        ? 'To which organization? Write its number behind “to”. Nothing was done.'
        : `“${shortened(problem.text)}” is not an organization. Write its number behind “to”. Nothing was done.`;
    case 'reason_missing':
      return 'Why? Write the reason behind “because”, or leave the word out. Nothing was done.';
    case 'reason_too_long':
      return `The reason has ${problem.length} characters; it can have ${problem.limit}. Nothing was done.`;
  }
}
