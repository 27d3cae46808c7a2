import type { Finding } from '../../domain/finding.ts';
import { DorisError } from '../errors.ts';

export function failure(subject: string, error: unknown): Finding {
  const text = error instanceof Error ? error.message : String(error);
  const message = text.startsWith(`${subject} `) ? text.slice(subject.length + 1) : text;
  return { level: 'fail', subject, message, mend: error instanceof DorisError ? error.hint : undefined };
}
