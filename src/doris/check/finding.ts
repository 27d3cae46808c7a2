import type { Finding } from '../../domain/finding.ts';
import { DorisError } from '../errors.ts';

export function failure(subject: string, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  return { level: 'fail', subject, message, mend: error instanceof DorisError ? error.hint : undefined };
}
