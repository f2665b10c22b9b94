/** Sentences of the Teams edge: signing in, forms and buttons that no longer fit, slowness. Plain text. */
export const edgeWords = {
  onlyThisTenant:
    'This bot works only for members of the company that runs it. Nothing was done. If you are one, write from your account there.',
  goesOnAfterwards: (command: string) => `“${command}” goes on by itself afterwards.`,
  signInMoved: (displayName: string) => `Signing in goes on in ${displayName}’s personal chat with this bot.`,
  signInFirst: 'Sign in, so that the bot can act with your rights.',
  signInExpired: 'Your sign-in is no longer valid.',
  waitsGoOn: 'What waits for it goes on by itself afterwards.',
  signInButton: 'Sign in',
  watchedByApp: 'the bot itself, with its read permission',
  signedInShort: 'You are signed in.',
  signInCardNotSent: 'The sign-in card could not be shown. Type: sign in',
  signOutFailed:
    'Signing out did not work: the sign-in service of Microsoft’s Bot Framework gave no answer. Type “sign out” again in a minute.',
  otherAccount: 'You signed in with another account than the one that you use in Teams, so that sign-in was ended.',
  signInCancelled: (dropped: number) =>
    dropped === 0
      ? 'Signing in was cancelled. Runs that need you go on waiting. To sign in type: sign in'
      : 'Signing in was cancelled, and what waited for it was dropped. Type the command again when you want it.',
  codeNotAccepted: 'This code was not accepted: it is wrong, too old, or for another account. To get a new one type: sign in',
  tokenServiceSilent:
    'The sign-in service of Microsoft’s Bot Framework gave no answer. Nothing was changed; try again in a minute.',
  signInFailed: (code: string) =>
    SIGN_IN_FAILURES[code] ?? `Signing in failed in Teams (${code}). To try again with the button type: sign in`,
  tooSlow: 'This takes longer than Teams waits. It may still be done: look at the newest card in this chat before you try again.',
  unknownAction: 'This button belongs to an older card. To see what you can do type: help',
  draftGone: 'This form is older than 24 hours or belongs to somebody else. To begin again type: setup',
  setupRequested:
    'The bot looks at Entra and Unity now. The plan appears in the chat, and nothing changes before you confirm it.',
  accepted: 'Accepted.',
  /** @param told - the card's own short text */
  cardNotShown: (told: string) =>
    `${told === '' ? 'There is news' : told}. Teams did not take the card that shows more. To see how things are type: status`,
  nobodyChosen: 'Choose a person first.',
  tokenNotOneLine: 'This is too long for a token. Paste only the value that Unity shows.',
  addressOfOtherOrganization: (organizationId: string) => `This address belongs to another organization than ${organizationId}.`,
} as const;

/** What the Teams client reports in `signin/failure`. */
const SIGN_IN_FAILURES: Readonly<Record<string, string>> = {
  installappfailed:
    'Teams could not add this app for you, so signing in did not work. Add the app to your personal chat, then type: sign in',
  installedappnotfound: 'Teams does not find this app in your personal chat. Add it there, then type: sign in',
  authrequestfailed: 'Teams got no token for this app. An administrator may have to give consent first; then type: sign in',
  resourcematchfailed:
    'Teams and the bot name this app differently, so signing in works only with the button. Tell whoever runs the bot: resourcematchfailed.',
  oauthcardnotvalid:
    'Teams did not understand the sign-in card. Tell whoever runs the bot: oauthcardnotvalid. To try again type: sign in',
  tokenmissing: 'Teams got no token for this app. To try again with the button type: sign in',
  invokeerror: 'Signing in was interrupted. To try again type: sign in',
};

/** Why a sign-in did not come about, and what to do; `consent` and `challenge` have their own cards. */
export function signInRefusedText({ why, code = null }: { why: RefusedWhy; code?: number | null }): string {
  return REFUSED[why](code === null ? '' : ` (AADSTS${code})`);
}

type RefusedWhy = 'consent' | 'challenge' | 'blocked' | 'account' | 'configuration' | 'again' | 'busy' | 'code' | 'silence';
const REFUSED: Record<RefusedWhy, (code: string) => string> = {
  consent: () => 'This app needs consent first. To give it or ask for it type: sign in',
  challenge: (code) => `Your company asks for another check of who you are${code}. Type: sign in`,
  blocked: (code) =>
    `Your company’s access rules do not let you sign in from here${code}. Signing in again does not help. Use a device or network that they allow, or ask your administrator; then type: sign in`,
  account: (code) =>
    `Entra does not let this account sign in${code}: it is disabled, locked or unknown. Ask your administrator; then type: sign in`,
  configuration: (code) =>
    `The sign-in of this bot is not set up right${code}. Signing in again does not help: tell whoever runs the bot.`,
  again: (code) =>
    `Entra did not take the sign-in that Teams offered${code}: it was too old or revoked. To try again type: sign in`,
  busy: (code) => `Entra is busy and did not sign you in${code}. Nothing was changed. In a minute type: sign in`,
  code: () => edgeWords.codeNotAccepted,
  silence: () =>
    'The sign-in service of Microsoft’s Bot Framework gave no answer, so you are not signed in. In a minute type: sign in',
};
