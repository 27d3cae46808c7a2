import type { SqlAnswer } from '../../cluster.ts';
import { tabletHealth } from '../../model/tablets/tablet-health.ts';
import type { DatabaseState } from '../../model/tablets/state.ts';
import { failure } from '../answer/errors.ts';
import { type Cell, columns, list } from '../answer/table.ts';
import type { Execution } from '../statement.ts';
import type { ProcNode } from './node.ts';

type Counts = ReturnType<typeof tabletHealth>;

/** Column, the list of the same tablets in one database, and the count. */
const CATEGORIES: readonly (readonly [number: string, key: keyof Counts])[] = [
  ['ReplicaMissing', 'replicaMissing'],
  ['VersionIncomplete', 'versionIncomplete'],
  ['ReplicaRelocating', 'replicaRelocating'],
  ['Redundant', 'redundant'],
  ['ReplicaMissingForTag', 'replicaMissingForTag'],
  ['ForceRedundant', 'forceRedundant'],
  ['ColocateMismatch', 'colocateMismatch'],
  ['ColocateRedundant', 'colocateRedundant'],
  ['NeedFurtherRepair', 'needFurtherRepair'],
  ['Unrecoverable', 'unrecoverable'],
  ['ReplicaCompactionTooSlow', 'compactionTooSlow'],
  ['Inconsistent', 'inconsistent'],
  ['Oversize', 'oversize'],
];

const ITEMS = columns('Items');
const HEALTH = columns(
  ['DbId, DbName, TabletNum, HealthyNum', ...CATEGORIES.map(([name]) => `${name}Num`), 'CloningNum'].join(', '),
);
const TABLETS = columns(CATEGORIES.map(([name]) => `${name}Tablets`).join(', '));
const KEYS: readonly (keyof Counts)[] = ['tablets', 'healthy', ...CATEGORIES.map(([, key]) => key), 'cloning'];

export const HEALTH_NODES: readonly ProcNode[] = [
  { path: '/cluster_health', show: ({ version }) => list(version, ITEMS, [['tablet_health']]) },
  { path: '/cluster_health/tablet_health', show: showHealth },
  {
    path: '/cluster_health/tablet_health/{id}',
    show: ({ state, version }, [id = '']) =>
      state.databases.some((database) => database.id === id)
        ? list(version, TABLETS, [CATEGORIES.map(() => '')])
        : failure(`Can't find database[${id}]`),
  },
];

function showHealth({ state, version }: Execution): SqlAnswer {
  const counted = databasesByName(state.databases).map((database) => ({
    database,
    counts: tabletHealth(state, database),
  }));
  const rows = counted.map(({ database, counts }): readonly Cell[] => [
    database.id,
    database.name,
    ...KEYS.map((key) => counts[key]),
  ]);
  const total = KEYS.map((key) => counted.reduce((sum, { counts }) => sum + counts[key], 0));
  return list(version, HEALTH, [...rows, ['Total', counted.length, ...total]]);
}

/** As '/statistic' and '/cluster_health' sort them; information_schema is left out. */
export function databasesByName(databases: readonly DatabaseState[]): readonly DatabaseState[] {
  return databases.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
