import type { ErrorCode } from '../domain/codes.ts';
import type { CodedError } from '../domain/error.ts';

type ProvisionerCode = Extract<ErrorCode, `provisioner-${string}`>;

/** What a provisioner could not do; `provisioner-timeout` means unknown: ask again with the same key. */
export class ProvisionerError extends Error implements CodedError {
  readonly code: ProvisionerCode;
  readonly hint: string | undefined;

  constructor(code: ProvisionerCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'ProvisionerError';
    this.code = code;
    this.hint = options.hint;
  }
}
