import { createHash } from 'node:crypto';
import type { SourceText } from './source/read-yaml.ts';

/**
 * First 12 hex digits of the SHA-256 of the files' names and contents. Secrets are left out: what is printed must not
 * help to guess one.
 */
export function revisionOf(sources: readonly SourceText[]): string {
  const hash = createHash('sha256');
  for (const { file, text } of sources) hash.update(`${file.length}:${file}${text.length}:${text}`);
  return hash.digest('hex').slice(0, 12);
}
