/** The ways in which a secret may lie somewhere: plain, URL-encoded, in JSON, in hexadecimal, or inside base64 at any of its three offsets. */
export function disguisesOf(secret: string): Map<string, string> {
  const bytes = Buffer.from(secret);
  const found = new Map([
    ['plain', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['hexadecimal', bytes.toString('hex')],
  ]);
  for (const offset of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // What depends on the neighbours is cut off: the first characters at an offset, and the last one.
    const inner = whole.slice(offset === 0 ? 0 : offset + 1, -1);
    found.set(`base64 at ${offset}`, inner);
    found.set(`base64url at ${offset}`, inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return found;
}

/** Where which secret was found, by name and disguise; the text itself is not repeated. */
export function leaksIn(places: ReadonlyMap<string, string | Buffer>, secrets: ReadonlyMap<string, string>): string[] {
  const leaks: string[] = [];
  for (const [secretName, secret] of secrets)
    for (const [disguise, needle] of disguisesOf(secret))
      for (const [place, content] of places) if (content.includes(needle)) leaks.push(`${secretName}, ${disguise}, in ${place}`);
  return leaks;
}
