import { z } from 'zod';
import type { SandboxOptions } from './startSandbox';

export const portSetting = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

/** What every command that starts the sandbox reads: see docs/sandbox.md. */
export const sandboxSettings = z.object({
  SANDBOX_PORT: portSetting(3979),
  SANDBOX_ENTRA_PORT: portSetting(3980),
  SANDBOX_UNITY_PORT: portSetting(3981),
  SANDBOX_TENANT: z.string().optional(),
  SANDBOX_SPEED: z.coerce.number().gt(0).default(1),
});

/** The same, and the bot's, for a command that starts both. */
export const botAndSandboxSettings = sandboxSettings.extend({ PORT: portSetting(3978), LOG_LEVEL: z.string().default('warn') });

/** The sandbox answers at once, so waits that suit the real services would only look slow. */
export const LIVELY_BOT = {
  WATCH_FAST_MS: '2000',
  WATCH_SLOW_MS: '5000',
  SWEEP_INTERVAL_MS: '1000',
  CARD_UPDATE_MS: '500',
  ASSIGNMENT_RETRY_MS: '5000',
};

/**
 * Reads a command's settings from the environment; an empty one counts as not set.
 * @throws Error that names every wrong setting
 */
export function readCommandSettings<Schema extends z.ZodType>(schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== '')));
  if (!parsed.success) throw new Error(`Settings:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

export function sandboxOptions(settings: z.infer<typeof sandboxSettings>): SandboxOptions {
  return {
    ports: { teams: settings.SANDBOX_PORT, entra: settings.SANDBOX_ENTRA_PORT, unity: settings.SANDBOX_UNITY_PORT },
    speed: settings.SANDBOX_SPEED,
    ...(settings.SANDBOX_TENANT ? { tenantFile: settings.SANDBOX_TENANT } : {}),
  };
}
