import type { SqlAnswer } from '../../../../src/simulator/cluster.ts';
import type { Recorded, Recording } from './recordings.ts';
import { shapeOf, withoutNames } from './shapes.ts';

/** Shapes that any FE of a version sent in a column of a statement. */
export type KnownShapes = ReadonlyMap<string, ReadonlySet<string>>;

/** SHOW BACKENDS and PROC '/backends' have the same cells, as have all queues of the scheduler. */
function kindOf(sql: string): string {
  return withoutNames(sql)
    .replace(/;$/, '')
    .replace(/^SHOW PROC '\/(backends|frontends)\/?'$/, (_, name: string) => `SHOW ${name.toUpperCase()}`)
    .replace(/^(SHOW ALL GRANTS|SHOW PROC '\/auth')$/, 'SHOW GRANTS')
    .replace(/^(ADMIN )?SHOW REPLICA/, 'SHOW REPLICA')
    .replace(/(pending|running|history)_tablets/, '<queue>')
    .replace(/shop\.\w+/, 'shop.<table>')
    .toLowerCase();
}

export function collectShapes(recordings: readonly Recording[]): (recording: Recording) => KnownShapes {
  const byVersion = new Map<string, Map<string, Set<string>>>();
  for (const { version, statements } of recordings) {
    const shapes = byVersion.get(version) ?? new Map<string, Set<string>>();
    byVersion.set(version, shapes);
    for (const { sql, columns = [], rows = [] } of statements) {
      for (const row of rows) {
        columns.forEach(({ name }, at) => {
          const key = `${kindOf(sql)} ${name}`;
          const known = shapes.get(key) ?? new Set<string>();
          known.add(shapeOf(row[at] ?? null));
          shapes.set(key, known);
        });
      }
    }
  }
  return ({ version }) => byVersion.get(version) ?? new Map<string, Set<string>>();
}

/** Answers that never change: every row counts. */
const EXACT =
  /^(desc|show tables from|show proc '\/'|show proc '\/tasks'|show proc '\/catalogs'|show collation|show variables|show create table|admin show frontend config like|show proc '\/cluster_health'|show proc '\/jobs\/-1')/i;

/** The simulated cluster holds the same then, row for row, but for what its past left behind. */
const COUNTED = /1 database of 5 tables with replication 1, 2 and 3$/;
const UNCOUNTED = /history_tablets|PROCESSLIST|'\/auth'/;

/** What differs between the recorded and the simulated answer, in sentences; none if nothing does. */
export function differences(recorded: Recorded, answer: SqlAnswer, known: KnownShapes): readonly string[] {
  const expected = recorded.error ?? (recorded.ok === undefined ? 'rows' : 'ok');
  if (typeof expected === 'object') return errorDifferences(recorded.sql, expected, answer);
  if (answer.kind !== expected) return [`${expected} was recorded, the answer is ${describe(answer)}`];
  return answer.kind === 'rows' ? rowDifferences(recorded, answer, known) : [];
}

function errorDifferences(sql: string, expected: NonNullable<Recorded['error']>, answer: SqlAnswer): readonly string[] {
  // Hosts of another length move what follows them.
  const placed = (text: string): string =>
    /127\.0\.0\./.test(sql) ? text.replaceAll(/pos \d+/g, 'pos <number>') : text;
  const wanted = placed(describe({ kind: 'error', ...expected }));
  const found = placed(describe(answer));
  return found === wanted ? [] : [`"${wanted}" was recorded, the answer is "${found}"`];
}

function describe(answer: SqlAnswer): string {
  return answer.kind === 'error'
    ? `${String(answer.errno)} ${answer.sqlState} ${withoutNames(answer.message)}`
    : answer.kind;
}

/** ANTLR's words for what it cannot read. */
export function isSyntaxError(message: string): boolean {
  return /^(mismatched|extraneous|no viable alternative at) input|^missing /m.test(message);
}

function rowDifferences(
  recorded: Recorded,
  answer: Extract<SqlAnswer, { readonly kind: 'rows' }>,
  known: KnownShapes,
): readonly string[] {
  const columns = (recorded.columns ?? []).map(({ name, type }) => `${name}:${String(type)}`).join(' ');
  const own = answer.columns.map(({ name, type }) => `${name}:${String(type)}`).join(' ');
  if (columns !== own) return [`columns ${columns} were recorded, not ${own}`];
  if (EXACT.test(recorded.sql)) return exactDifferences(recorded.rows ?? [], answer.rows);
  const found = new Set<string>();
  const count = recorded.rows?.length ?? 0;
  if (COUNTED.test(recorded.state) && !UNCOUNTED.test(recorded.sql) && answer.rows.length !== count)
    found.add(`${String(count)} rows were recorded, not ${String(answer.rows.length)}`);
  for (const row of answer.rows) {
    answer.columns.forEach(({ name }, at) => {
      const shape = shapeOf(row[at] ?? null);
      const shapes = known.get(`${kindOf(recorded.sql)} ${name}`);
      if (shapes !== undefined && !shapes.has(shape))
        found.add(`${name}: ${JSON.stringify(row[at])} is ${shape}, recorded were ${[...shapes].join(', ')}`);
    });
  }
  return [...found];
}

type Rows = readonly (readonly (string | null)[])[];

function exactDifferences(expected: Rows, rows: Rows): readonly string[] {
  const written = (row: Rows[number] | undefined): string =>
    row === undefined ? 'nothing' : withoutNames(JSON.stringify(row)).replace(/(_port",")[^"]*/, '$1<port>');
  const length = Math.max(expected.length, rows.length);
  return Array.from({ length }, (_, at) => at)
    .filter((at) => written(expected[at]) !== written(rows[at]))
    .map((at) => `row ${String(at)}: ${written(expected[at])} was recorded, not ${written(rows[at])}`);
}
