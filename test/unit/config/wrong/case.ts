/** A policy with something wrong, and exactly what is said about it. */
export interface WrongPolicy {
  readonly name: string;
  /** Lines of the right policy, by their first words, and what stands there instead. */
  readonly lines: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}
