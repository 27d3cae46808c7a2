import { readdirSync, readFileSync } from 'node:fs';
import type { DorisVersion } from '../../../../src/simulator/cluster.ts';

/** One statement that was sent to a real FE, with its answer: exactly one of columns and rows, ok, error. */
export interface Recorded {
  readonly index: number;
  readonly sql: string;
  readonly user: string;
  /** What the cluster looked like, in words. */
  readonly state: string;
  readonly note: string;
  /** The client's waiting time. */
  readonly ms: number;
  readonly columns?: readonly { readonly name: string; readonly type: number }[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly ok?: object;
  readonly error?: { readonly errno: number; readonly sqlState: string; readonly message: string };
}

export interface Recording {
  /** Which simulated version it holds to account. */
  readonly version: DorisVersion;
  readonly file: string;
  readonly statements: readonly Recorded[];
}

const FOLDERS = { '2.1': '2.1', '4.x': '4.0' } as const satisfies Record<string, DorisVersion>;
const ROOT = new URL('../../../fixtures/doris/', import.meta.url);

/** Every file that asks SQL. Steps that are no SQL text (greetings, logins, REST, prepared statements) are left out. */
export function readRecordings(): readonly Recording[] {
  return Object.entries(FOLDERS).flatMap(([folder, version]) =>
    readdirSync(new URL(`${folder}/`, ROOT))
      .filter((file) => file.endsWith('.json') && !file.startsWith('http'))
      .map((file) => ({ version, file, statements: readStatements(new URL(`${folder}/${file}`, ROOT)) })),
  );
}

interface RawEntry extends Omit<Recorded, 'index' | 'user' | 'state' | 'note' | 'ms'> {
  readonly action?: string;
  readonly user?: string;
  readonly state?: string;
  readonly note?: string;
  readonly ms?: number;
}

function readStatements(url: URL): readonly Recorded[] {
  const entries = JSON.parse(readFileSync(url, 'utf8')) as readonly RawEntry[];
  return entries.flatMap((entry, index) =>
    // A failure without a number is one of the client.
    entry.action !== undefined ||
    entry.sql === undefined ||
    (entry.error !== undefined && entry.error.errno === undefined)
      ? []
      : [
          {
            ...entry,
            index,
            user: entry.user ?? 'root',
            state: entry.state ?? '',
            note: entry.note ?? '',
            ms: entry.ms ?? 0,
          },
        ],
  );
}
