const SECRET_KEY = /(token|secret|password|credential)$/i;

/** A copy in which every text under a secret-like key is `***`; numbers, flags, objects and lists stay readable. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, content]) => [
      key,
      typeof content === 'string' && content !== '' && SECRET_KEY.test(key) ? '***' : maskSecrets(content),
    ]),
  );
}
