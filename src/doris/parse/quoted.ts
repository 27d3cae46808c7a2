const MOST = 100;

/** A text of an FE as an error repeats it: in quotes, and cut, since it ends in logs, records and notices. */
export function quoted(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return JSON.stringify(text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);
}
