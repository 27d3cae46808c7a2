/** Transport time for one statement. */
export interface WriteDeadlines {
  /** A statement that hangs has no majority behind it; its effect may be visible all the same. */
  readonly changeMs: number;
  readonly readMs: number;
}
