import type { ErrorCode } from '../../domain/codes.ts';
import type { CodedError } from '../../domain/error.ts';

type PrometheusCode = Extract<ErrorCode, `prometheus-${string}`>;

/** What Prometheus says of a query may be of any length, and errors end in logs and records. */
const LONGEST = 2000;

export class PrometheusError extends Error implements CodedError {
  readonly code: PrometheusCode;
  readonly hint: string | undefined;

  constructor(code: PrometheusCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message.length > LONGEST ? `${message.slice(0, LONGEST - 1)}…` : message, { cause: options.cause });
    this.name = 'PrometheusError';
    this.code = code;
    this.hint = options.hint;
  }
}

export function badAnswer(message: string, cause?: unknown): PrometheusError {
  return new PrometheusError('prometheus-bad-answer', message, { cause });
}
