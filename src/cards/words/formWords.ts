import { md } from '../markdown';
import type { AppChoice } from '../views';

const unusable: Record<Exclude<AppChoice['why'], null>, string> = {
  not_provisionable: 'a plain app registration; Entra provisions only to apps made from a template',
  is_the_bot: 'this bot’s own registration',
  disabled: 'switched off in Entra',
};

/** Why an app cannot be used; plain text, without a full stop. */
export function unusableAppText(why: AppChoice['why']): string {
  return why === null ? '' : unusable[why];
}

export const appForm = {
  /** Of the dialog; the card inside has its own heading. */
  title: 'Set up Unity provisioning',
  heading: 'Organization and app',
  step: 'Step 1 of 2',
  organization: {
    label: 'Unity organization',
    placeholder: 'Number or link',
    hint: 'Its number, a link of the Unity dashboard, or the SCIM base connector URL.',
    missing: 'Name the Unity organization.',
  },
  app: {
    label: 'Entra app',
    placeholder: 'Choose, or type the name of another app',
    choose: 'Choose an app',
    hint: 'The app with which people already sign in to Unity.',
    missing: 'Choose an Entra app.',
    unusable: 'Cannot be used:',
    unity: 'People sign in to Unity with it',
  },
  domains: {
    label: 'E-mail domains that Unity has validated',
    placeholder: 'contoso.com, contoso.de',
    missing: 'Name at least one domain.',
  },
  checklist: {
    heading: 'In Unity Cloud',
    hint: 'Nobody can read these from outside. The bot keeps them as your statements, with the date.',
    planIsEnterpriseOrIndustry: 'The plan is Unity Enterprise or Unity Industry',
    ssoIsConfigured: 'Single sign-on with Entra works',
    scimTabIsVisible: 'Single sign-on shows a SCIM section',
    scimIsEnabled: 'SCIM provisioning is enabled there',
    isOwnerOrManager: 'I am Owner or Manager of the organization',
    incomplete: 'The setup needs all five. What is missing, somebody has to do in Unity first.',
  },
  submit: 'Next',
} as const;

export const unityForm = {
  title: 'Set up Unity provisioning',
  heading: 'Token from Unity',
  step: 'Step 2 of 2',
  intro: 'Unity offers no way to do these clicks for you. They take about two minutes.',
  open: 'Open Unity Cloud',
  steps: (organizationId: string, accountsPath: string, singleSignOnPath: string) => [
    md`Open Unity Cloud and check that organization **${organizationId}** is chosen.`,
    md`Go to **${accountsPath}** and make a new account, for example “Entra SCIM”. If Unity does not let a Manager do that, ask an Owner.`,
    'Under **Organization roles** choose **Manage organization roles**, pick **SCIM Authenticator** under Admin, and save.',
    'Under **Bearer tokens** choose **Add bearer token** and copy it. Unity may show it only once.',
    md`Go to **${singleSignOnPath}** and compare **SCIM base connector URL** with the field below.`,
  ],
  url: { label: 'SCIM base connector URL', missing: 'Paste the SCIM base connector URL.' },
  token: {
    label: 'Bearer token',
    placeholder: 'Paste the token',
    kept: 'Token kept. Leave this empty, or paste again to replace it.',
    missing: 'Paste the bearer token.',
    note: 'The token passes through Teams and Microsoft’s Bot Service on its way. The bot keeps it encrypted until the setup ends, sends it to Unity and Entra only, and leaves nothing in the chat.',
  },
  submit: 'Check and plan',
  back: 'Back',
} as const;

/** In place of the second form where forms are cards in the chat. */
export const tokenInTeams = {
  why: 'The next step takes a token. What is typed on a card stays in the chat’s history, so it is not asked for here.',
  next: (organizationId: string) =>
    md`Open the form in Teams. It shows how to make the token for organization **${organizationId}** and takes it in a dialog.`,
  open: 'Open the form in Teams',
  noDialogs: 'This client shows no dialogs. Open this chat in Teams and use the same button there.',
} as const;
