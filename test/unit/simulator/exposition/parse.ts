export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples of an exposition text, blanks before braces and after commas allowed. */
export function samplesOf(text: string): readonly Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^([a-z_0-9]+) ?(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/([a-zA-Z_]+)="([^"]*)"/g)].map(([, key = '', text_ = '']) => [key, text_]);
      return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
    });
}

export function sum(
  samples: readonly Sample[],
  name: string,
  matches: (labels: Readonly<Record<string, string>>) => boolean = () => true,
): number {
  return samples
    .filter((sample) => sample.name === name && matches(sample.labels))
    .reduce((total, { value }) => total + value, 0);
}
