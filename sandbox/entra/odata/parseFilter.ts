export type Literal = string | number | boolean | null;
export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
type FilterFunction = 'startswith' | 'endswith' | 'contains';

/** What a `$filter` says. In the condition of an `any()`, `property` is `''` for the item itself. */
export type Filter =
  | { kind: 'compare'; property: string; operator: Comparison; value: Literal }
  | { kind: 'in'; property: string; values: Literal[] }
  | { kind: 'function'; name: FilterFunction; property: string; value: string; lowered: boolean }
  | { kind: 'any'; property: string; condition: Filter }
  | { kind: 'and'; left: Filter; right: Filter }
  | { kind: 'or'; left: Filter; right: Filter }
  | { kind: 'not'; operand: Filter };

export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError';
}

const tokenPattern = /\s*(?:('(?:[^']|'')*')|(\d[\w:.+-]*|[A-Za-z_][\w./-]*)|([(),:]))/y;
const comparisons: readonly string[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const functions: readonly string[] = ['startswith', 'endswith', 'contains'];

/** Reads the part of OData's filter language that the contract's calls use. @throws FilterSyntaxError */
export function parseFilter(text: string): Filter {
  const tokens = tokenize(text);
  let at = 0;
  const peek = () => tokens[at];
  const fail = (): never => {
    throw new FilterSyntaxError(`Invalid filter clause: Syntax error near '${tokens[at] ?? 'the end'}' in '${text}'.`);
  };
  const next = (): string => tokens[at++] ?? fail();
  const expect = (token: string) => {
    if (next().toLowerCase() !== token) {
      at -= 1;
      fail();
    }
  };
  const isWord = (word: string) => peek()?.toLowerCase() === word;

  function chain(kind: 'and' | 'or', operand: () => Filter): Filter {
    let left = operand();
    while (isWord(kind)) {
      next();
      left = { kind, left, right: operand() };
    }
    return left;
  }
  const expression = (variable?: string): Filter => chain('or', () => chain('and', () => unary(variable)));

  function unary(variable: string | undefined): Filter {
    if (isWord('not')) {
      next();
      return { kind: 'not', operand: unary(variable) };
    }
    if (peek() === '(') {
      next();
      const inner = expression(variable);
      expect(')');
      return inner;
    }
    return condition(variable);
  }

  function condition(variable: string | undefined): Filter {
    const word = next();
    const name = word.toLowerCase();
    if (peek() === '(' && functions.includes(name)) return functionCall(name as FilterFunction, variable);
    if (peek() === '(' && name.endsWith('/any')) return anyOf(word.slice(0, -'/any'.length));
    const property = propertyOf(word, variable);
    const operator = next().toLowerCase();
    if (operator === 'in') return { kind: 'in', property, values: literalList() };
    if (!comparisons.includes(operator)) {
      at -= 1;
      fail();
    }
    return { kind: 'compare', property, operator: operator as Comparison, value: literal(next()) };
  }

  function functionCall(name: FilterFunction, variable: string | undefined): Filter {
    expect('(');
    let word = next();
    const lowered = word.toLowerCase() === 'tolower';
    if (lowered) {
      expect('(');
      word = next();
      expect(')');
    }
    expect(',');
    const value = literal(next());
    expect(')');
    return { kind: 'function', name, property: propertyOf(word, variable), value: String(value), lowered };
  }

  function anyOf(property: string): Filter {
    expect('(');
    const variable = next();
    expect(':');
    const inner = expression(variable);
    expect(')');
    return { kind: 'any', property, condition: inner };
  }

  function literalList(): Literal[] {
    expect('(');
    const values = [literal(next())];
    while (peek() === ',') {
      next();
      values.push(literal(next()));
    }
    expect(')');
    return values;
  }

  function propertyOf(word: string, variable: string | undefined): string {
    if (!/^[A-Za-z_][\w./]*$/.test(word)) {
      at -= 1;
      fail();
    }
    if (variable === undefined) return word;
    if (word === variable) return '';
    return word.startsWith(`${variable}/`) ? word.slice(variable.length + 1) : fail();
  }

  const filter = expression();
  if (at < tokens.length) fail();
  return filter;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (text.slice(tokenPattern.lastIndex).trim() !== '') {
    const from = tokenPattern.lastIndex;
    const found = tokenPattern.exec(text);
    if (!found) throw new FilterSyntaxError(`Invalid filter clause: Syntax error at position ${from} in '${text}'.`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

function literal(token: string): Literal {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'null') return null;
  if (token === 'true' || token === 'false') return token === 'true';
  return /^-?\d+(\.\d+)?$/.test(token) ? Number(token) : token;
}
