import type { ErrorCode } from '../domain/codes.ts';
import type { CodedError } from '../domain/error.ts';

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
