import { readSettings, type Settings } from '../../../src/config';
import type { TeamsStub } from './teamsStub';

export const BOT_ID = '11111111-2222-4333-8444-555555555555';
export const TENANT_ID = '99999999-8888-4777-8666-555555555555';

/** A machine that is busy elsewhere keeps nobody waiting this long: what is in time here fails by what it says, not by the clock. */
export const PATIENT = { TOKEN_IN_INVOKE_MS: '10000', INVOKE_ANSWER_MS: '20000', TYPING_AFTER_MS: '3600000' };

/** Settings that point at the stub; anything can be replaced by its environment name. */
export function testSettings(stub?: TeamsStub, more: Record<string, string> = {}): Settings {
  return readSettings({
    HOST: '127.0.0.1',
    PORT: '0',
    BOT_ID,
    BOT_TENANT_ID: TENANT_ID,
    SECRET_BOT_PASSWORD: 'not-a-real-secret',
    LOG_LEVEL: 'silent',
    ...PATIENT,
    ...(stub && { OAUTH_URL: stub.oauthUrl, OPENID_METADATA_URL: stub.metadataUrl, TOKEN_ISSUER: stub.issuer }),
    ...more,
  });
}
