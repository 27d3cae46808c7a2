/** A length of time for people; seconds below 2 min, since 90 s is no minute. */
export function span(ms: number): string {
  return ms < 120_000 ? `${String(Math.round(ms / 1000))} s` : `${String(Math.round(ms / 60_000))} min`;
}
