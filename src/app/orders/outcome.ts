import type { ErrorCode } from '../../domain/codes.ts';

/** What became of an order: JSON values, so that the answer can be kept and given again. */
export type Outcome<Done extends object> =
  | { readonly ok: true; readonly done: Done }
  | { readonly ok: false; readonly error: OrderError };

export interface OrderError {
  readonly code: Extract<ErrorCode, 'nothing-to-change' | 'bad-input' | 'not-found'>;
  readonly message: string;
  readonly hint: string;
}

export function refused(code: OrderError['code'], message: string, hint: string): Outcome<never> {
  return { ok: false, error: { code, message, hint } };
}
