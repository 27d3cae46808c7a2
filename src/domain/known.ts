/** A fact that was read, or the reason why it could not be. Unknown is never zero and never healthy. */
export type Known<T> = { readonly known: true; readonly value: T } | Unknown;

export interface Unknown {
  readonly known: false;
  /** One sentence for people. */
  readonly reason: string;
}
