import { domainToASCII } from 'node:url';

export type DomainsProblem =
  | { code: 'no_domain' }
  | { code: 'not_a_domain'; text: string }
  | { code: 'too_many_domains'; limit: number };

const MOST_DOMAINS = 50;
const domainName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(xn--[a-z0-9-]{2,59}|[a-z]{2,63})$/;

/**
 * Reads the validated e-mail domains that an administrator typed: separated by commas, semicolons or white space,
 * with or without `@`; a whole address counts for its domain. Gives each once, lower case, international ones as `xn--…`.
 */
export function parseDomains(text: string): { domains: string[]; problems: DomainsProblem[] } {
  const domains = new Set<string>();
  const problems: DomainsProblem[] = [];
  for (const typed of text.split(/[\s,;\u00a0]+/).filter((part) => part !== '')) {
    const domain = asDomain(typed);
    if (domain === undefined) problems.push({ code: 'not_a_domain', text: typed });
    else domains.add(domain);
  }
  if (domains.size === 0 && problems.length === 0) problems.push({ code: 'no_domain' });
  if (domains.size > MOST_DOMAINS) problems.push({ code: 'too_many_domains', limit: MOST_DOMAINS });
  return { domains: [...domains], problems };
}

function asDomain(typed: string): string | undefined {
  const bare = typed.replace(/^(mailto:|https?:\/\/)/i, '').replace(/[/.]+$/, '');
  const afterAt = bare.slice(bare.lastIndexOf('@') + 1);
  const domain = domainToASCII(afterAt.toLowerCase());
  return domainName.test(domain) ? domain : undefined;
}

/** The part of an address after its last `@`, lower case; empty where there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1).toLowerCase();
}

/** True when the address is in one of the domains, exactly. With no domains stated nothing can be said against it. */
export function isInDomains(address: string, domains: readonly string[]): boolean {
  return domains.length === 0 || domains.includes(domainToASCII(domainOf(address)));
}
