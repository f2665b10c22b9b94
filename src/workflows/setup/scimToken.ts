import { StepFailedError } from '../../errors';
import type { WorkflowDeps } from '../deps';

/**
 * Opens the sealed SCIM bearer token; called inside the one step that uses it, and never returned from a step. The log gets its
 * print alone.
 * @throws StepFailedError `secret_gone` when it was removed: the person pastes it again
 */
export async function openScimToken(
  { store, secrets, log }: Pick<WorkflowDeps, 'store' | 'secrets' | 'log'>,
  tenantId: string,
  scimTokenRef: string,
): Promise<string> {
  const scimToken = await secrets.open(store, tenantId, scimTokenRef);
  if (scimToken === undefined) throw new StepFailedError('secret_gone');
  log.info({ secretId: scimTokenRef, print: secrets.printOf(scimToken) }, 'SCIM token is used');
  return scimToken;
}
