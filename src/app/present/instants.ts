/** Names of fields that hold instants, besides those that end in `At`. */
const NAMES = new Set(['at', 'since', 'until']);

/** RFC 3339 in UTC, or null for unknown. */
export function instantText(at: number | undefined): string | null {
  return at === undefined ? null : Temporal.Instant.fromEpochMilliseconds(at).toString();
}

/** A copy in which every instant is RFC 3339 text and what is undefined is null. */
export function withInstants(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(withInstants);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => [
      name,
      typeof field === 'number' && (NAMES.has(name) || name.endsWith('At')) ? instantText(field) : withInstants(field),
    ]),
  );
}
