/** A wall instant in milliseconds since 1970-01-01T00:00:00Z. Persisted as an integer, printed as RFC 3339 in UTC. */
export type EpochMs = number;

/** Half-open interval [startMs, endMs). */
export interface Interval {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
}
