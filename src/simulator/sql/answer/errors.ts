import type { SqlAnswer } from '../../cluster.ts';

type Failure = Extract<SqlAnswer, { readonly kind: 'error' }>;

export const OK: SqlAnswer = { kind: 'ok' };

/** Nearly every failure of an FE. */
export function failure(detail: string): Failure {
  return bare(`errCode = 2, detailMessage = ${detail}`);
}

/** An exception that was no UserException has no errCode. */
export function bare(message: string): Failure {
  return coded(1105, 'HY000', message);
}

export function coded(errno: number, sqlState: string, message: string): Failure {
  return { kind: 'error', errno, sqlState, message };
}

/** Ends a statement from deep inside with the error that goes out. */
export class StatementRefused extends Error {
  readonly answer: Failure;

  constructor(answer: Failure) {
    super(answer.message);
    this.name = 'StatementRefused';
    this.answer = answer;
  }
}

export function refuse(detail: string): never {
  throw new StatementRefused(failure(detail));
}
