import type { Scope } from '../../teams/clientTypes';

export type Theme = 'light' | 'dark';
type Width = 'desktop' | 'phone';
export interface PageSettings {
  /** Object id of the person to be; empty for the first one of the tenant. */
  as: string;
  theme: Theme;
  width: Width;
  /** The chat that is open at the start. */
  chat: Scope;
}

const SCOPES: readonly Scope[] = ['personal', 'groupChat', 'channel'];

/** Reads `?as=…&theme=dark&width=phone&chat=channel`; whatever is missing or unknown gets its default. */
export function readSettings(query: string): PageSettings {
  const given = new URLSearchParams(query);
  return {
    as: given.get('as') ?? '',
    theme: given.get('theme') === 'dark' ? 'dark' : 'light',
    width: given.get('width') === 'phone' ? 'phone' : 'desktop',
    chat: SCOPES.find((scope) => scope === given.get('chat')) ?? 'personal',
  };
}

/** The query that `readSettings` reads back; defaults are left out, other parameters stay. */
export function writeSettings(settings: PageSettings, query = ''): string {
  const next = new URLSearchParams(query);
  const defaults = readSettings('');
  for (const name of ['as', 'theme', 'width', 'chat'] as const) {
    if (settings[name] === defaults[name]) next.delete(name);
    else next.set(name, settings[name]);
  }
  const text = next.toString();
  return text ? `?${text}` : '';
}
