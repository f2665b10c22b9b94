import { domainOf, isInDomains, parseDomains } from '../../src/provisioning/domains';

describe('parseDomains', () => {
  it.each<[string, string[]]>([
    ['contoso.com', ['contoso.com']],
    ['Contoso.COM, fabrikam.example;\n third.example', ['contoso.com', 'fabrikam.example', 'third.example']],
    ['@contoso.com @contoso.com', ['contoso.com']],
    ['alice@contoso.com', ['contoso.com']],
    ['https://contoso.com/ contoso.com.', ['contoso.com']],
    ['münchen.example', ['xn--mnchen-3ya.example']],
  ])('reads %j', (text, domains) => {
    expect(parseDomains(text)).toEqual({ domains, problems: [] });
  });

  it.each(['contoso', '*.contoso.com', 'con toso', '-x.com', 'contoso.c', '127.0.0.1', '.com'])(
    'does not take %j for a domain',
    (text) => {
      expect(parseDomains(text).problems[0]).toMatchObject({ code: 'not_a_domain' });
    },
  );

  it('asks for one when there is none', () => {
    expect(parseDomains(' , ')).toEqual({ domains: [], problems: [{ code: 'no_domain' }] });
  });

  it('takes fifty at most', () => {
    const text = Array.from({ length: 51 }, (_, index) => `d${index}.example`).join(' ');
    expect(parseDomains(text).problems).toEqual([{ code: 'too_many_domains', limit: 50 }]);
  });
});

describe('isInDomains', () => {
  it('compares the whole domain, without capitals, in both writings', () => {
    expect(isInDomains('Alice@CONTOSO.com', ['contoso.com'])).toBe(true);
    expect(isInDomains('alice@sub.contoso.com', ['contoso.com'])).toBe(false);
    expect(isInDomains('alice@evilcontoso.com', ['contoso.com'])).toBe(false);
    expect(isInDomains('zoë@münchen.example', ['xn--mnchen-3ya.example'])).toBe(true);
  });

  it('reads the domain of a guest behind the last @', () => {
    expect(domainOf('pat_partner.example#EXT#@contoso.com')).toBe('contoso.com');
    expect(domainOf('nobody')).toBe('');
  });
});
