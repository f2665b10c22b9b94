/**
 * A string as a literal of `$filter`: quoted, its own quotes doubled.
 * @see https://learn.microsoft.com/graph/query-parameters#escaping-single-quotes
 */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A path below `/v1.0` with every id encoded, so that `#` in a guest's name or a `/` cannot change the address. */
export function path(strings: TemplateStringsArray, ...ids: string[]): string {
  return strings.reduce((whole, part, index) => whole + encodeURIComponent(ids[index - 1] ?? '') + part);
}

/** Appends OData options, encoded; those that are undefined are left out. */
export function withQuery(address: string, options: Record<string, string | number | undefined>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const query = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return query.length === 0 ? address : `${address}?${query.join('&')}`;
}
