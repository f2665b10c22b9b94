import type { PolicyRunView, RequestRunView, RequestView } from '../../src/cards/requestViews';
import { createDrawMessage } from '../../src/notify/drawMessage';
import { noticeViews } from '../support/noticeSamples';
import { policyRunViews } from '../support/policySamples';
import { provisionViews } from '../support/provisionSamples';
import { buttonsOf, readable } from '../support/readCard';
import { requestRunViews, requestViews } from '../support/requestSamples';
import { setupViews } from '../support/setupSamples';

const runs: Record<
  string,
  Parameters<typeof createDrawMessage>[0] extends (subject: string) => Promise<infer View> ? View : never
> = {
  setup: { kind: 'setup', ...setupViews.running! },
  provision: { kind: 'provision', ...provisionViews.running! },
  preparing: { kind: 'request', ...(requestRunViews.preparing as RequestRunView) },
  asked: { kind: 'request', ...(requestRunViews.asked as RequestRunView) },
  policy: { kind: 'policy', ...(policyRunViews['in-force'] as PolicyRunView) },
};
const copies: Record<string, RequestView> = {
  'a:adele': requestViews['requested-approver']!,
  '19:approvals': requestViews['requested-channel']!,
};
const draw = createDrawMessage(
  async (subject) => runs[subject],
  async (tenantId, requestId, conversationId) =>
    tenantId === 'tenant' && requestId === 'request-1' ? copies[conversationId] : undefined,
  async (tenantId, connectionId) =>
    tenantId === 'tenant' && connectionId === 'org-1'
      ? { connectionId, organizationId: '1234567890123', appDisplayName: 'Unity Cloud', requests: [] }
      : undefined,
);
const message = (tag: string, conversationId = 'a:adele', content: unknown = null) =>
  draw({ tenantId: 'tenant', conversationId, tag, content, alert: true });

describe('a message', () => {
  it('of a run is drawn from its rows, and tells programs its state', async () => {
    expect(await message('run:setup')).toMatchObject({
      value: {
        kind: 'run',
        runId: setupViews.running!.runId,
        state: 'running',
        steps: expect.arrayContaining([{ name: 'findApp', state: 'done', ms: 180 }]),
      },
    });
    expect(readable((await message('run:provision'))?.card)).toContain('Entra provisions');
    expect(readable((await message('run:policy'))?.card)).toContain('In force, version 3');
    expect(await message('run:policy')).toMatchObject({ value: { kind: 'run', state: 'done' } });
  });

  it('of a run that freezes a request becomes the request in the same place', async () => {
    expect(await message('run:preparing')).toMatchObject({ value: { kind: 'run', state: 'running' } });
    const asked = await message('run:asked');
    expect(asked?.value).toEqual({
      kind: 'request',
      requestId: requestViews['requested-requester']!.requestId,
      number: 42,
      state: 'requested',
      decisions: 0,
    });
    expect(readable(asked?.card)).toMatch(/^Request 42\n/);
  });

  it('of a request is drawn for the viewer of its conversation', async () => {
    const [adele, channel] = [await message('request:request-1'), await message('request:request-1', '19:approvals')];
    expect(buttonsOf({ actions: adele?.card?.actions })).toContain('request.approve');
    expect(buttonsOf({ actions: channel?.card?.actions })).toEqual(['request.view']);
    expect(adele).toMatchObject({
      alert: true,
      summary: 'Request 42: Megan Bowen asks to provision 3 people. Waiting for approval.',
      value: { kind: 'request', number: 42, state: 'requested' },
    });
  });

  it('of what the rules approved shows what still waits, of this connection only', async () => {
    expect(await message('approved:org-1')).toMatchObject({ value: { kind: 'approved', waiting: 0 } });
    expect(await message('approved:org-2')).toBeUndefined();
  });

  it('is none for somebody who is no viewer, and for what is not there any more', async () => {
    expect(await message('request:request-1', 'a:mallory')).toBeUndefined();
    expect(await message('request:request-2')).toBeUndefined();
    expect(await message('run:gone')).toBeUndefined();
    expect(await message('post:1')).toBeUndefined();
  });

  it('of a notice says what was seen then', async () => {
    const notice = await message('notice:request:1:done', 'a:adele', noticeViews['request-done']);
    expect(notice).toMatchObject({ alert: true, value: { kind: 'request_ended' } });
    expect(notice?.summary).toBe('Request 42: Entra reports all 3 people as done.');
  });

  it('that is posted goes as it is given', async () => {
    expect(await message('post:1', 'a:adele', { text: 'Signed out.' })).toEqual({ text: 'Signed out.' });
  });
});
