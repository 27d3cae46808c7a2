const CENSOR = '[redacted]';
/** A shorter secret is hidden where it stands alone: within words it would blacken the log and hide nothing. */
const SHORTEST_WITHIN = 4;
const DEEPEST = 8;

/** Hides given texts in whatever is logged, also where they stand within others or in the forms that URLs and headers have. */
export interface Redactor {
  /** Added to those of before: an old secret may still be on its way to the log. */
  hide(secrets: readonly string[]): void;
  text(text: string): string;
  /** A copy that JSON can print; errors become their name, code, message, stack and cause. */
  fields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

export function redactor(): Redactor {
  const hidden = new Set<string>();
  let longestFirst: readonly string[] = [];

  const text = (given: string): string => {
    let shown = given;
    for (const secret of longestFirst) {
      if (secret.length >= SHORTEST_WITHIN) shown = shown.replaceAll(secret, CENSOR);
      else if (shown === secret) shown = CENSOR;
    }
    return shown;
  };

  const value = (given: unknown, depth: number): unknown => {
    if (typeof given === 'string') return text(given);
    if (typeof given === 'bigint') return String(given);
    if (typeof given !== 'object' || given === null) return given;
    if (depth >= DEEPEST) return '[too deep]';
    if (given instanceof Error) return errorValue(given, depth);
    if (Array.isArray(given)) return given.map((each: unknown) => value(each, depth + 1));
    return fields(given, depth);
  };

  const fields = (given: object, depth: number): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      Object.entries(given).map(([key, field]: [string, unknown]) => [
        key,
        SECRET_KEY.test(key) && typeof field === 'string' ? CENSOR : value(field, depth + 1),
      ]),
    );

  const errorValue = (error: Error, depth: number): unknown => {
    const { name, message, stack, cause } = error;
    const code: unknown = 'code' in error ? error.code : undefined;
    return {
      type: name,
      ...(typeof code === 'string' ? { code } : {}),
      message: text(message),
      ...(stack === undefined ? {} : { stack: text(stack) }),
      ...(cause === undefined ? {} : { cause: value(cause, depth + 1) }),
    };
  };

  return {
    hide(secrets) {
      for (const secret of secrets) for (const form of formsOf(secret)) hidden.add(form);
      longestFirst = [...hidden].toSorted((a, b) => b.length - a.length);
    },
    text,
    fields: (given) => fields(given, 0),
  };
}

/** Fields of these names are hidden whatever they hold. */
const SECRET_KEY = /^(password|passwd|token|changeToken|authorization|secret|bearer)$/i;

/** As it is, in a URL, and as JSON within a message would escape it. */
function formsOf(secret: string): readonly string[] {
  return secret === '' ? [] : [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}
