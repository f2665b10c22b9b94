/** True for http and https addresses, the only ones that a card or message may lead to. */
export function isWebLink(address: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** True for a Teams deep link that leads to the bot's personal chat, which this page can show itself. */
export function isPersonalChatLink(address: string): boolean {
  if (!isWebLink(address)) return false;
  const { hostname, pathname } = new URL(address);
  return hostname === 'teams.microsoft.com' && /^\/l\/(chat|entity|app)\//.test(pathname);
}
