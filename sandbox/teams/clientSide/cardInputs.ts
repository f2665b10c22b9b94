import type { Card } from '../clientTypes';

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isInput = (value: Json): boolean =>
  typeof value.type === 'string' && value.type.startsWith('Input.') && typeof value.id === 'string';

/** Every object of a card for which `matches`; `into` says whether to look inside an object. */
function* walk(node: unknown, matches: (value: Json) => boolean, into: (value: Json) => boolean = () => true): Generator<Json> {
  if (Array.isArray(node)) for (const entry of node) yield* walk(entry, matches, into);
  else if (isRecord(node)) {
    if (matches(node)) yield node;
    if (into(node)) for (const value of Object.values(node)) yield* walk(value, matches, into);
  }
}

const same = (one: unknown, other: unknown): boolean => one === other || JSON.stringify(one) === JSON.stringify(other);
const isShowCard = (value: Json): boolean => value.type === 'Action.ShowCard';
const holds = (card: unknown, action: Json): boolean => [...walk(card, (value) => same(value, action))].length > 0;

/** The inputs that go along with an action: those of its card, and of each `Action.ShowCard` on the way to it. */
function inputsFor(card: unknown, action: Json): Json[] {
  const own = [...walk(card, isInput, (value) => !isShowCard(value))];
  const opened = [...walk(card, isShowCard, (value) => !isShowCard(value))].filter((shown) => holds(shown.card, action));
  return [...own, ...opened.flatMap((shown) => inputsFor(shown.card, action))];
}

/** What an untouched input submits. A toggle has two values, everything else is text. */
function initialValue(input: Json): string {
  if (input.type === 'Input.Toggle') return String(input.value ?? input.valueOff ?? 'false');
  return String(input.value ?? '');
}

interface FilledInputs {
  values: Record<string, string>;
  /** What the client itself says is wrong, before anything is sent. */
  problem?: { id: string; text: string };
}

/**
 * Collects the inputs of a card for an action, as Teams would: untouched ones submit their initial value, and `isRequired`
 * and `regex` are checked here and nowhere else.
 * @throws Error for a value whose input is not on the card, which no person could have filled in
 */
export function fillInputs(card: Card, action: Json, given: Record<string, string>): FilledInputs {
  if (action.associatedInputs === 'none') return { values: {} };
  const inputs = inputsFor(card, action);
  const known = new Set([...walk(card, isInput)].map(({ id }) => id));
  for (const id of Object.keys(given)) if (!known.has(id)) throw new Error(`The card has no input "${id}"`);
  const values = { ...Object.fromEntries(inputs.map((input) => [String(input.id), initialValue(input)])), ...given };
  for (const input of inputs) {
    const text = problemOf(input, values[String(input.id)] ?? '');
    if (text) return { values, problem: { id: String(input.id), text } };
  }
  return { values };
}

function problemOf(input: Json, value: string): string | undefined {
  const label = String(input.label ?? input.id);
  const isOff = input.type === 'Input.Toggle' && value === String(input.valueOff ?? 'false');
  if (input.isRequired === true && (value === '' || isOff)) return String(input.errorMessage ?? `${label} is required`);
  if (value === '' || typeof input.regex !== 'string') return undefined;
  return new RegExp(input.regex).test(value) ? undefined : String(input.errorMessage ?? `${label} is not valid`);
}

/** `data` of the action with the inputs on top; data that is no object is sent only where there are no inputs. */
export function mergeData(data: unknown, inputs: Record<string, string>): unknown {
  if (isRecord(data)) return { ...data, ...inputs };
  return data === undefined || Object.keys(inputs).length > 0 ? inputs : data;
}
