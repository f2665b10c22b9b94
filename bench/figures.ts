/** One measured figure, and what it has to be. */
export interface Figure {
  name: string;
  value: number;
  unit: 'ms' | 'MB' | '×';
  /** Undefined: a figure to watch, without a limit of its own. */
  atMost?: number;
  /** How it was measured and what it is made of. */
  means: string;
}

/** The value below which this share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const place = Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1));
  return sorted[place] ?? Number.NaN;
}

export function isWell({ value, atMost }: Figure): boolean {
  return atMost === undefined || value <= atMost;
}

/** One line each, with what it means below. */
export function asTable(figures: readonly Figure[]): string {
  const shown = (value: number, unit: Figure['unit']) => `${unit === '×' ? value.toFixed(2) : Math.round(value)} ${unit}`;
  return figures
    .map((figure) => {
      const { name, value, unit, atMost, means } = figure;
      const limit = atMost === undefined ? '' : `at most ${shown(atMost, unit)}${isWell(figure) ? '' : '   MISSED'}`;
      return `${name.padEnd(44)} ${shown(value, unit).padStart(10)}   ${limit}\n    ${means}`;
    })
    .join('\n');
}
