import express, { type Request, type Response, Router } from 'express';
import type { SandboxContext } from '../../core/context';
import { loopbackOnly } from '../../core/loopbackOnly';
import type { Organization, Organizations } from '../organizations';
import {
  addBearerToken,
  addKey,
  createServiceAccount,
  DashboardRefusal,
  type ServiceAccount,
  setOrganizationRoles,
} from '../serviceAccounts';
import { COPY_SCRIPT, STYLE } from './assets';
import { organizationPath } from './layout';
import { signUpPage, usersPage } from './peoplePages';
import { newServiceAccountPage, rolesPage, serviceAccountPage, serviceAccountsPage } from './serviceAccountPages';
import { chooserPage, notFoundPage, overviewPage, ssoPage } from './settingsPages';
import { signUp } from './signUp';

/** Pages of one organization and of one service account get both from here. */
const organizationOf = (response: Response) => response.locals.organization as Organization;
const accountOf = (response: Response) => response.locals.account as ServiceAccount;
const field = (request: Request, name: string) => {
  const value: unknown = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
};

/** Runs what a person asked for; a refusal shows the same page again, with the reason, as 400. */
function attempt(response: Response, work: () => void, again: (reason: string) => string): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DashboardRefusal)) throw error;
    response.status(400).send(again(error.message));
  }
}

/**
 * The pretend dashboard: what a person does at Unity by hand, as plain pages and forms. It stands for human action, not for an API of Unity.
 * Answers only to this machine: no page elsewhere can reach it through a name of its own, or send one of its forms.
 */
export function createDashboard(context: SandboxContext, organizations: Organizations, origin: () => string): Router {
  const router = Router();
  router.use(loopbackOnly, express.urlencoded({ extended: false, limit: '20kb' }));
  router.get('/style.css', (_request, response) => void response.type('css').send(STYLE));
  router.get('/copy.js', (_request, response) => void response.type('js').send(COPY_SCRIPT));
  router.get('/', (_request, response) => void response.send(chooserPage(organizations)));

  const ofOrganization = Router();
  router.use('/home/organizations/:genesisId', (request, response, next) => {
    const organization = organizations.get(request.params.genesisId);
    if (!organization) return void response.status(404).send(notFoundPage());
    response.locals.organization = organization;
    ofOrganization(request, response, next);
  });
  ofOrganization.get('/settings', (_request, response) => void response.send(overviewPage(organizationOf(response))));
  ofOrganization.get('/settings/users', (_request, response) => void response.send(usersPage(organizationOf(response))));
  addSsoRoutes(ofOrganization, origin);
  addSignUpRoutes(ofOrganization, context);
  addServiceAccountRoutes(ofOrganization, context);

  router.use((_request, response) => void response.status(404).send(notFoundPage()));
  return router;
}

function addSsoRoutes(router: Router, origin: () => string): void {
  const show = (organization: Organization, reason?: string) =>
    ssoPage(
      organization,
      `${origin()}/scim/v2/tenants/${organization.genesisId}`,
      reason === undefined ? undefined : { kind: 'bad', text: reason },
    );
  router.get('/settings/sso', (_request, response) => void response.send(show(organizationOf(response))));
  router.post('/settings/sso/scim', (request, response) => {
    organizationOf(response).scimEnabled = field(request, 'enabled') === 'on';
    response.redirect(303, `${organizationPath(organizationOf(response))}/settings/sso`);
  });
  router.post('/settings/sso/enforce', (request, response) => {
    const organization = organizationOf(response);
    const enforce = field(request, 'enforced') === 'on';
    if (enforce && field(request, 'confirmed') !== 'yes')
      return void response.status(400).send(show(organization, 'Confirm first that single sign-on becomes enforced.'));
    organization.scimEnforced = enforce;
    // Unity tells only this direction: what enforcement turned on stays on.
    if (enforce) organization.ssoEnforced = true;
    response.redirect(303, `${organizationPath(organization)}/settings/sso`);
  });
}

function addSignUpRoutes(router: Router, { clock }: SandboxContext): void {
  router.get('/sign-up', (_request, response) => void response.send(signUpPage(organizationOf(response))));
  router.post('/sign-up', (request, response) => {
    const organization = organizationOf(response);
    const email = field(request, 'email').trim();
    attempt(
      response,
      () => {
        signUp(organization, email, field(request, 'way'), clock);
        response.send(signUpPage(organization, { kind: 'ok', text: `${email} is now in ${organization.name}.` }));
      },
      (reason) => signUpPage(organization, { kind: 'bad', text: reason }, email),
    );
  });
}

function addServiceAccountRoutes(router: Router, { clock, switches }: SandboxContext): void {
  const path = (response: Response) => `${organizationPath(organizationOf(response))}/settings/service-accounts`;
  const ofAccount = Router();
  router.get(
    '/settings/service-accounts',
    (_request, response) => void response.send(serviceAccountsPage(organizationOf(response))),
  );
  router.get(
    '/settings/service-accounts/new',
    (_request, response) => void response.send(newServiceAccountPage(organizationOf(response))),
  );
  router.post('/settings/service-accounts', (request, response) => {
    const typed = { name: field(request, 'name'), description: field(request, 'description') };
    attempt(
      response,
      () => response.redirect(303, `${path(response)}/${createServiceAccount(organizationOf(response), typed, clock).id}`),
      (reason) => newServiceAccountPage(organizationOf(response), typed, { kind: 'bad', text: reason }),
    );
  });
  router.use('/settings/service-accounts/:accountId', (request, response, next) => {
    const account = organizationOf(response).serviceAccounts.get(request.params.accountId);
    if (!account) return void response.status(404).send(notFoundPage());
    response.locals.account = account;
    ofAccount(request, response, next);
  });

  const detailsPath = (response: Response) => `${path(response)}/${accountOf(response).id}`;
  ofAccount.get(
    '/',
    (_request, response) => void response.send(serviceAccountPage(organizationOf(response), accountOf(response))),
  );
  ofAccount.get('/roles', (_request, response) => void response.send(rolesPage(organizationOf(response), accountOf(response))));
  ofAccount.post('/roles', (request, response) => {
    const role = field(request, 'role');
    setOrganizationRoles(accountOf(response), role ? [role] : [], clock);
    response.redirect(303, detailsPath(response));
  });
  // The secret is in the answer to the form itself, so that it is kept nowhere.
  ofAccount.post('/bearer-tokens', (_request, response) => {
    const [organization, account] = [organizationOf(response), accountOf(response)];
    attempt(
      response,
      () => {
        const bearerToken = addBearerToken(account, clock, switches);
        response.set('Cache-Control', 'no-store').send(serviceAccountPage(organization, account, { bearerToken }));
      },
      (reason) => serviceAccountPage(organization, account, undefined, { kind: 'bad', text: reason }),
    );
  });
  ofAccount.post('/keys', (_request, response) => {
    const key = addKey(accountOf(response), clock);
    response.set('Cache-Control', 'no-store').send(serviceAccountPage(organizationOf(response), accountOf(response), key));
  });
  ofAccount.post('/bearer-tokens/:credentialId/delete', (request, response) => {
    const account = accountOf(response);
    account.bearerTokens = account.bearerTokens.filter(({ id }) => id !== request.params.credentialId);
    response.redirect(303, detailsPath(response));
  });
  ofAccount.post('/keys/:credentialId/delete', (request, response) => {
    const account = accountOf(response);
    account.keys = account.keys.filter(({ id }) => id !== request.params.credentialId);
    response.redirect(303, detailsPath(response));
  });
  ofAccount.post('/delete', (_request, response) => {
    organizationOf(response).serviceAccounts.delete(accountOf(response).id);
    response.redirect(303, path(response));
  });
}
