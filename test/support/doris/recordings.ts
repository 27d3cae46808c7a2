import { readFileSync, readdirSync } from 'node:fs';
import type { ResultSet } from '../../../src/domain/ports/frontend-channel.ts';

export const RECORDED_VERSIONS = ['4.x', '2.1'] as const;
export type RecordedVersion = (typeof RECORDED_VERSIONS)[number];

/** One statement that was asked of a real FE, and its answer. */
export interface Recording {
  readonly file: string;
  readonly sql: string;
  readonly state: string;
  readonly user: string | undefined;
  readonly result: ResultSet | undefined;
  readonly error: { readonly errno: number; readonly sqlState: string; readonly message: string } | undefined;
}

interface Entry {
  readonly sql?: string;
  readonly state?: string;
  readonly user?: string;
  readonly columns?: readonly { readonly name: string }[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly error?: { readonly errno?: number; readonly sqlState?: string; readonly message: string };
}

/** All SQL of one version, in the order asked. */
export function readRecordings(version: RecordedVersion): readonly Recording[] {
  const known = read.get(version);
  if (known !== undefined) return known;
  const recordings = readFiles(version);
  read.set(version, recordings);
  return recordings;
}

const read = new Map<RecordedVersion, readonly Recording[]>();

function readFiles(version: RecordedVersion): readonly Recording[] {
  const folder = new URL(`../../fixtures/doris/${version}/`, import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((file) => {
      const entries = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Entry[];
      return entries.flatMap((entry) => (entry.sql === undefined ? [] : [toRecording(file, entry.sql, entry)]));
    });
}

export function recordedResults(
  version: RecordedVersion,
  statement: RegExp,
): readonly (Recording & { readonly result: ResultSet })[] {
  return readRecordings(version).flatMap((one) =>
    one.result !== undefined && statement.test(one.sql) ? [{ ...one, result: one.result }] : [],
  );
}

function toRecording(file: string, sql: string, entry: Entry): Recording {
  const { columns, rows, error } = entry;
  return {
    file,
    sql,
    state: entry.state ?? '',
    user: entry.user,
    result:
      columns === undefined || rows === undefined ? undefined : { columns: columns.map(({ name }) => name), rows },
    error:
      error?.errno === undefined || error.sqlState === undefined
        ? undefined
        : { errno: error.errno, sqlState: error.sqlState, message: error.message },
  };
}
