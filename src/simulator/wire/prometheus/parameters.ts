/** A parameter that Prometheus would refuse, in its words. */
export class BadParameterError extends Error {
  readonly code = 'simulator-bad-parameter';
  constructor(name: string, why: string) {
    super(`invalid parameter "${name}": ${why}`);
    this.name = 'BadParameterError';
  }
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Seconds since 1970 or RFC 3339. */
export function instantParameter(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? '';
  if (/^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return Math.round(Number(text) * 1000);
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new BadParameterError(name, `cannot parse "${text}" to a valid timestamp`);
  }
}

/** Seconds or a duration such as 1m30s. */
export function stepParameter(parameters: URLSearchParams): number {
  const text = parameters.get('step') ?? '';
  const stepMs = /^-?\d+(\.\d*)?$/.test(text) ? Math.round(Number(text) * 1000) : durationMs(text);
  if (stepMs === undefined) throw new BadParameterError('step', `cannot parse "${text}" to a valid duration`);
  if (stepMs > 0) return stepMs;
  throw new BadParameterError(
    'step',
    'zero or negative query resolution step widths are not accepted. Try a positive integer',
  );
}

function durationMs(text: string): number | undefined {
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (total, [, count, unit]) => total + Number(count) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  );
}
