export interface ChoiceView {
  title: string;
  value: string;
  /** A second, quieter line. */
  subtitle?: string;
}

/** The choices whose title contains every word of the text, at a word's beginning first; all of them for an empty text. */
export function filterChoices(choices: readonly ChoiceView[], text: string): ChoiceView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const titles = choices.map((choice) => ({ choice, title: choice.title.toLowerCase() }));
  const found = titles.filter(({ title }) => words.every((word) => title.includes(word)));
  const starts = ({ title }: { title: string }) => words.every((word) => ` ${title}`.includes(` ${word}`));
  return [...found.filter(starts), ...found.filter((entry) => !starts(entry))].map(({ choice }) => choice);
}

/** Merges lists of choices; of two with the same value the first one stays. */
export function mergeChoices(...lists: readonly (readonly ChoiceView[])[]): ChoiceView[] {
  const byValue = new Map<string, ChoiceView>();
  for (const choice of lists.flat()) if (!byValue.has(choice.value)) byValue.set(choice.value, choice);
  return [...byValue.values()];
}

/** What a choice set submits: the values joined by commas, each once. */
export function joinValues(chosen: readonly ChoiceView[]): string {
  return [...new Set(chosen.map(({ value }) => value))].join(',');
}

/** The values that a preset `value` names. One that is no multi-select holds one value, commas and all. */
export function splitValues(value: string | undefined, isMultiSelect: boolean): string[] {
  if (!value) return [];
  return isMultiSelect
    ? value
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean)
    : [value];
}

/** The next highlighted row: moves by `step`, stays inside the list, and starts at an end from -1. */
export function moveHighlight(current: number, step: number, length: number): number {
  if (length === 0) return -1;
  if (current < 0) return step > 0 ? 0 : length - 1;
  return Math.min(length - 1, Math.max(0, current + step));
}
