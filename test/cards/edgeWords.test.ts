import { refusalText, speakerWords } from '../../src/cards/words/chatWords';
import { edgeWords, signInRefusedText } from '../../src/cards/words/edgeWords';
import { commandProblemText, domainsProblemText, organizationProblemText } from '../../src/cards/words/problemWords';

/** What a person can do: every failure they see names one of these. */
const NEXT = /\b(type|try|ask|tell|use|add|choose|paste|look|wait|open|copy|write|send|retry|put|name|compare|sign in|split)\b/i;

const failures: [string, string][] = [
  ...(['consent', 'challenge', 'blocked', 'account', 'configuration', 'again', 'busy', 'code', 'silence'] as const).map(
    (why): [string, string] => [`a sign-in that is refused: ${why}`, signInRefusedText({ why, code: 50076 })],
  ),
  ...[
    'installappfailed',
    'installedappnotfound',
    'authrequestfailed',
    'resourcematchfailed',
    'oauthcardnotvalid',
    'tokenmissing',
    'invokeerror',
    'unknown',
  ].map((code): [string, string] => [`signin/failure ${code}`, edgeWords.signInFailed(code)]),
  ...(
    [
      'run_unknown',
      'not_yours',
      'already_confirmed',
      'already_ended',
      'not_failed',
      'already_cancelling',
      'run_open_elsewhere',
    ] as const
  ).map((why): [string, string] => [`a click that changes nothing: ${why}`, refusalText(why)]),
  ['a stranger', edgeWords.onlyThisTenant],
  ['a card that could not be shown', edgeWords.signInCardNotSent],
  ['a card that Teams did not take', edgeWords.cardNotShown('Setup: Failed')],
  ['a sign-out without an answer', edgeWords.signOutFailed],
  ['a cancelled sign-in', edgeWords.signInCancelled(0)],
  ['a cancelled sign-in with a command', edgeWords.signInCancelled(1)],
  ['a wrong code', edgeWords.codeNotAccepted],
  ['a silent token service', edgeWords.tokenServiceSilent],
  ['an answer that takes too long', edgeWords.tooSlow],
  ['an old button', edgeWords.unknownAction],
  ['an old form', edgeWords.draftGone],
  ['nobody chosen', edgeWords.nobodyChosen],
  ['a token of many lines', edgeWords.tokenNotOneLine],
  ['an error that nobody foresaw', speakerWords.failed('7b0c1d2e')],
  ['a database that is away', speakerWords.databaseAway],
  ['several organizations', speakerWords.whichConnection(['1 (Unity)'])],
  ...(
    [
      { code: 'nobody' },
      { code: 'too_many_people', limit: 50, count: 300 },
      { code: 'text_too_long', limit: 3_000, length: 9_000 },
      { code: 'name_needs_quotes', text: 'Emma Lee' },
      { code: 'organization_unclear', text: '' },
      { code: 'organization_unclear', text: '1, 2' },
    ] as const
  ).map((problem): [string, string] => [`a command: ${problem.code}`, commandProblemText(problem)]),
  ...(
    [
      'organization_empty',
      'organization_default',
      'organization_number_length',
      'organization_missing_in_url',
      'organization_path',
    ] as const
  ).map((code): [string, string] => [`a form: ${code}`, organizationProblemText({ code })]),
  ['a form: no_domain', domainsProblemText({ code: 'no_domain' })],
  ['a form: not_a_domain', domainsProblemText({ code: 'not_a_domain', text: 'x' })],
];

it.each(failures)('%s: the words say what to do', (_what, text) => {
  expect(text).toMatch(NEXT);
  expect(text).toMatch(/^[“A-Z].*[.?a-z)>]$/s);
  expect(text).not.toMatch(/undefined|null|\bNaN\b|oops|sorry|please|unfortunately/i);
});

it('an error that nobody foresaw shows the number that finds it in the log', () => {
  expect(speakerWords.failed('7b0c1d2e-0000')).toContain('7b0c1d2e-0000');
});
