/** Recorded statements, by their place in the file, that are answered in another way, and why that is meant. */
export const DEVIATIONS: Readonly<Partial<Record<string, readonly Deviation[]>>> = {};

interface Deviation {
  readonly at: number;
  readonly why: string;
}
