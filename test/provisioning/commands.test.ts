import { parseCommand } from '../../src/provisioning/commands';

describe('parseCommand', () => {
  it.each([
    ['help', 'help'],
    ['Help!', 'help'],
    ['?', 'help'],
    ['sign in', 'signIn'],
    ['Sign-In.', 'signIn'],
    ['login', 'signIn'],
    ['sign  out', 'signOut'],
    ['setup', 'setup'],
    ['set up', 'setup'],
    ['&nbsp;SETUP ', 'setup'],
    ['status ?', 'status'],
    ['Requests', 'requests'],
    ['request', 'requestForm'],
    ['request.', 'requestForm'],
    ['settings', 'settings'],
    ['AUDIT', 'audit'],
  ])('reads %j as %s', (text, kind) => {
    expect(parseCommand(text)).toEqual({ kind });
  });

  it.each([
    ['provision alice@contoso.com', ['alice@contoso.com'], null],
    ['PROVISION Alice@Contoso.com', ['alice@contoso.com'], null],
    ['\u00a0provision\u00a0alice@contoso.com,\nbob@contoso.com', ['alice@contoso.com', 'bob@contoso.com'], null],
    ['provision "Emma Lee"', ['Emma Lee'], null],
    ['provision alice@contoso.com to 1234567890123', ['alice@contoso.com'], '1234567890123'],
    ['provision alice@contoso.com to Contoso Games', ['alice@contoso.com'], 'Contoso Games'],
    ['provision alice@contoso.com TO "Contoso Labs".', ['alice@contoso.com'], 'Contoso Labs'],
    ['provision "Ann to Bee"', ['Ann to Bee'], null],
    ['provision to@contoso.com', ['to@contoso.com'], null],
  ])('reads %j', (text, people, organization) => {
    expect(parseCommand(text)).toEqual({ kind: 'provision', people, organization });
  });

  it.each([
    ['request alice@contoso.com', ['alice@contoso.com'], null, null],
    ['Request Alice@Contoso.com; bruno@contoso.com', ['alice@contoso.com', 'bruno@contoso.com'], null, null],
    ['request alice@contoso.com because she moves to Berlin.', ['alice@contoso.com'], null, 'she moves to Berlin.'],
    ['request alice@contoso.com to 1234567890123 BECAUSE of a, b; c', ['alice@contoso.com'], '1234567890123', 'of a, b; c'],
    ['request "Ann because Bee" because why not because', ['Ann because Bee'], null, 'why not because'],
    ['request alice@contoso.com because\nline one\nline two', ['alice@contoso.com'], null, 'line one\nline two'],
  ])('reads %j as asking others', (text, people, organization, reason) => {
    expect(parseCommand(text)).toEqual({ kind: 'request', people, organization, reason });
  });

  it.each([
    ['request 42', 42],
    ['Request #42', 42],
    ['request#42', 42],
    ['request 7.', 7],
    ['request 999999999', 999_999_999],
  ])('reads %j as one request', (text, number) => {
    expect(parseCommand(text)).toEqual({ kind: 'showRequest', number });
  });

  it.each([
    ['request because she joins', 'nobody'],
    ['request alice@contoso.com because', 'reason_missing'],
    [`request alice@contoso.com because ${'x'.repeat(501)}`, 'reason_too_long'],
    ['request alice@contoso.com please', 'not_an_address'],
    ['request 42, 43', 'not_an_address'],
    ['request "42"', 'not_an_address'],
    ['request 42 please', 'name_needs_quotes'],
    ['request 0', 'not_an_address'],
    ['request alice@contoso.com to bob@contoso.com because x', 'organization_unclear'],
  ])('asks for nothing with %j: %s', (text, code) => {
    expect(parseCommand(text)).toMatchObject({
      kind: 'unclear',
      command: 'request',
      problems: expect.arrayContaining([expect.objectContaining({ code })]),
    });
  });

  it.each([
    ['provision', 'nobody'],
    ['provision   ', 'nobody'],
    ['provision alice@contoso.com please', 'not_an_address'],
    ['provision alice nowak', 'name_needs_quotes'],
    ['provision alice@contoso.com to', 'organization_unclear'],
    ['provision alice@contoso.com to bob@contoso.com', 'organization_unclear'],
    ['provision alice@contoso.com to 1, 2', 'organization_unclear'],
  ])('executes nothing of %j: %s', (text, code) => {
    expect(parseCommand(text)).toMatchObject({ kind: 'unclear', command: 'provision', problems: [{ code }] });
  });

  it.each([
    ['deprovision alice@contoso.com', 'help'],
    ['de-provision alice@contoso.com', 'help'],
    ['remove alice@contoso.com', 'help'],
    ['please provision alice@contoso.com', 'help'],
    ['provison alice@contoso.com', 'provision alice@contoso.com'],
    ['provisioning "Emma Lee"', 'provision "Emma Lee"'],
    ['provisionalice@contoso.com', 'help'],
    ['setup now', 'setup'],
    ['requests please', 'requests'],
    ['reqest alice@contoso.com because x', 'request alice@contoso.com because x'],
    ['please request alice@contoso.com', 'help'],
    ['setings', 'settings'],
    ['audit all', 'audit'],
    ['statsu', 'status'],
    ['hlep', 'help'],
    ['sing in', 'sign in'],
    ['provsion', 'provision alice@contoso.com'],
    ['status; provision alice@contoso.com', 'help'],
    ['', 'help'],
    ['x'.repeat(5000), 'help'],
  ])('answers %j with text to copy: %s [teams 8.6 substring]', (text, nearest) => {
    expect(parseCommand(text)).toEqual({ kind: 'unknown', nearest });
  });
});
