import type * as z from 'zod';
import type { EpochMs } from '../../domain/instant.ts';
import type { Finding } from '../problem.ts';
import type { SecretBook } from '../resolve-secrets.ts';
import { valueAt } from '../source/located.ts';

/** What checks know besides their section. */
export interface CheckContext {
  readonly at: EpochMs;
  readonly secrets: SecretBook;
  /** Names under `provisioners`, whatever their shape. */
  readonly provisioners: readonly string[];
}

/** Runs a check on a section if its shape is valid, whatever is wrong elsewhere in the file. */
export function checkSection<Section>(
  schema: z.ZodType<Section>,
  value: unknown,
  check: (section: Section) => readonly Finding[],
): readonly Finding[] {
  const shaped = schema.safeParse(value);
  return shaped.success ? check(shaped.data) : [];
}

/** Items of a list at a key, of whatever shape; none when it is no list. */
export function itemsAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? (list as unknown[]) : [];
}

/** Entries of a map at a key; none when it is no map. */
export function entriesAt(
  value: unknown,
  ...path: readonly (string | number)[]
): readonly (readonly [string, unknown])[] {
  const map = valueAt(value, path);
  return typeof map === 'object' && map !== null && !Array.isArray(map) ? Object.entries(map) : [];
}
