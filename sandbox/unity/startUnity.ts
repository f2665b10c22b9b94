import { createServer } from 'node:http';
import express from 'express';
import { recordCalls } from '../core/calls';
import { close, listen } from '../core/context';
import { faultMiddleware } from '../core/faults';
import type { ScimUserView, StartUnity } from '../core/services';
import { createDashboard } from './dashboard/dashboardRouter';
import { sendFault, sendGatewayError } from './errors';
import { createOrganizations, type Organization } from './organizations';
import { present } from './scim/resources';
import { createScimRouter } from './scim/scimRouter';

/**
 * Starts the pretend Unity Cloud on one http server: SCIM at `/scim/v2/tenants/{genesisId}`, the dashboard at `/__dashboard/`.
 * Its organizations come from the tenant and live in memory.
 * @throws Error naming `portSetting` when the port is in use
 */
export const startUnity: StartUnity = async (context, { port, portSetting }) => {
  const organizations = createOrganizations(context.tenant, context.clock);
  let origin = '';
  const app = express().disable('x-powered-by').disable('etag');
  app.use(
    '/scim',
    recordCalls(context.calls, 'scim'),
    faultMiddleware(context.faults, 'scim', sendFault),
    createScimRouter(context, organizations, () => origin),
  );
  app.use(
    '/__dashboard',
    createDashboard(context, organizations, () => origin),
  );
  app.get('/', (_request, response) => response.redirect('/__dashboard/'));
  app.use((_request, response) => sendGatewayError(response, 4));
  const server = createServer(app);
  origin = `http://127.0.0.1:${await listen(server, port, portSetting)}`;
  return {
    origin,
    scimUrl: `${origin}/scim/v2`,
    dashboardUrl: `${origin}/__dashboard`,
    state: () => ({ organizations: [...organizations.values()].map((organization) => view(organization, `${origin}/scim/v2`)) }),
    stop: () => close(server),
  };
};

/** What `/__sandbox/state` shows of an organization. Secrets are not in memory, and their hashes are left out. */
function view({ serviceAccounts, users, groups, ...facts }: Organization, scimUrl: string) {
  const baseUrl = `${scimUrl}/tenants/${facts.genesisId}`;
  const shown = ({ id, createdAt, lastUsedAt }: { id: string; createdAt: string; lastUsedAt: string | undefined }) => ({
    id,
    createdAt,
    lastUsedAt: lastUsedAt ?? null,
  });
  return {
    ...facts,
    scimConnectorUrl: baseUrl,
    members: [...users.values()].map(({ id, attributes, memberType, provisionedByScim }) => ({
      id,
      email: attributes.userName,
      type: memberType,
      provisionedByScim,
    })),
    serviceAccounts: [...serviceAccounts.values()].map((account) => ({
      id: account.id,
      name: account.name,
      description: account.description,
      createdAt: account.createdAt,
      orgRoles: [...account.orgRoles.keys()],
      keys: account.keys.map(shown),
      bearerTokens: account.bearerTokens.map(shown),
    })),
    scimUsers: [...users.values()]
      .filter(({ provisionedByScim }) => provisionedByScim)
      .map((user) => ({ ...present('User', user, baseUrl), ...user.attributes, id: user.id }) satisfies ScimUserView),
    scimGroups: [...groups.values()].map((group) => present('Group', group, baseUrl)),
  };
}
