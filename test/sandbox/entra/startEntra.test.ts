import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { loadTenant } from '../../../sandbox/core/loadTenant';
import { startEntra } from '../../../sandbox/entra/startEntra';
import { type EntraTest, groups, people, startEntraTest, unityApp } from './support/entraTest';

let test: EntraTest;
beforeEach(async () => {
  test = await startEntraTest();
});
afterEach(() => test.stop());

it.each(['localhost', '127.0.0.1'])('its certificate is good for %s', async (host) => {
  const port = Number(new URL(test.entra.origin).port);
  const certificate = await new Promise<X509Certificate | undefined>((resolve, reject) => {
    const socket = connect(
      { host: '127.0.0.1', port, ca: test.entra.authorityPem, ...(host === 'localhost' ? { servername: host } : {}) },
      () => {
        resolve(socket.authorized ? socket.getPeerX509Certificate() : undefined);
        socket.destroy();
      },
    );
    socket.on('error', reject);
  });
  const authority = new X509Certificate(test.entra.authorityPem);
  expect(certificate?.verify(authority.publicKey)).toBe(true);
  expect(certificate?.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate?.checkHost('localhost')).toBe('localhost');
  expect([authority.ca, certificate?.ca]).toEqual([true, false]);
});

it('makes another authority at each start', async () => {
  const other = await startEntraTest();
  expect(other.entra.authorityPem).not.toBe(test.entra.authorityPem);
  await other.stop();
});

it('names the setting when its port is in use', async () => {
  const port = Number(new URL(test.entra.origin).port);
  await expect(startEntra(test.context, { port, portSetting: 'SANDBOX_ENTRA_PORT' })).rejects.toThrow(
    `Port ${port} is in use. Set SANDBOX_ENTRA_PORT to another port.`,
  );
});

it('begins with the assignments of the tenant file, visible at once', async () => {
  const tenant = loadTenant();
  tenant.apps[0]!.assigned = [people.alice, groups.artists];
  const { context } = test;
  const entra = await startEntra(
    { ...context, tenant, switches: { ...context.switches, assignmentVisibilityDelayMs: 60_000 } },
    { port: 0, portSetting: 'ENTRA_PORT' },
  );
  const { assignments } = entra.state() as { assignments: Record<string, unknown>[] };
  expect(assignments).toMatchObject([
    { principalId: people.alice, principalType: 'User', resourceId: unityApp },
    { principalId: groups.artists, principalType: 'Group', resourceId: unityApp },
  ]);
  for (const { visibleAt } of assignments) expect(Date.parse(String(visibleAt))).toBeLessThanOrEqual(context.clock.now());
  await entra.stop();
});
