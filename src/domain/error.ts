import type { ErrorCode } from './codes.ts';

/** Shape that every error class of an adapter has: a stable code, what happened, and the line that mends it. */
export interface CodedError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
}
