import type { ErrorCode } from '../domain/codes.ts';
import type { CodedError } from '../domain/error.ts';

const SQLITE_BUSY = 5;

type StoreCode = Extract<ErrorCode, `store-${string}`>;

export class StoreError extends Error implements CodedError {
  readonly code: StoreCode;
  readonly hint: string | undefined;

  constructor(code: StoreCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'StoreError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** Whether an error of node:sqlite says that another connection holds what this one needs. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
