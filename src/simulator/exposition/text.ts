/** Labels as they stand between the braces, '' for none, and a value as it is printed. */
export type Sample = readonly [labels: string, value: number | string];

/** `name{labels} value` */
export function sampleLine(name: string, [labels, value]: Sample): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${String(value)}\n`;
}

export function sampleLines(name: string, samples: readonly Sample[]): string {
  let text = '';
  for (const sample of samples) text += sampleLine(name, sample);
  return text;
}

/** A Java double: 14 is printed 14.0. */
export function double(value: number): string {
  return Number.isInteger(value) ? `${String(value)}.0` : String(value);
}
