import { nextId } from '../ids.ts';
import { type Placement, placeReplicas } from './placement.ts';
import type { ClusterState } from '../state.ts';
import type { ColocateGroupState, DatabaseState, PartitionState, TableState } from './state.ts';
import { addReplica } from './tablet-index.ts';

/*
 * The databases of a new cluster: `shop` as in the recordings, small or scaled to the bytes and the number of backends, the
 * version's own `__internal_schema`, and `mart` on the backends of another tag.
 */

const MIB = 2 ** 20;
const DAY_MS = 86_400_000;
/** Replicas of tablets that a backend holds at the start, about. */
const REPLICAS_PER_BACKEND = 220;
const MOST_PARTITIONS = 24;
const MOST_BUCKETS = 4096;

interface TableShape {
  readonly name: string;
  readonly replicas: number;
  readonly partitions: readonly { readonly name: string; readonly buckets: number }[];
  /** Of one tablet, on average. */
  readonly tabletBytes: number;
  readonly colocateGroup?: string;
}

/** Fills the databases of a state whose backends are registered. Without any there are no tables, as in a real FE. */
export function fillDatabases(state: ClusterState): void {
  const { options } = state;
  const { tagged } = options;
  const most = options.backends - (tagged?.backends ?? 0);
  const untagged: Tagged = { tag: 'default', backends: most, placement: placeReplicas(state, 'default') };
  const internal = newDatabase(nextId(state), '__internal_schema');
  const mysql = newDatabase('1', 'mysql');
  state.databases.push(internal, mysql);
  if (state.profile.version !== '2.1') {
    for (const name of ['user', 'procs_priv']) mysql.tables.push(emptyTable(state, name));
  }
  if (most === 0) return;
  for (const shape of internalShapes(state, most)) addTable(state, internal, shape, untagged);
  const shop = newDatabase(nextId(state), 'shop');
  state.databases.push(shop);
  const shapes = options.dataset === 'recorded' ? RECORDED : scaledShapes(most, backendBytes(state));
  for (const shape of shapes) addTable(state, shop, shape, untagged);
  for (const group of new Set(shapes.flatMap(({ colocateGroup }) => colocateGroup ?? []))) addGroup(state, shop, group);
  if (tagged === undefined) return;
  const mart = newDatabase(nextId(state), 'mart');
  state.databases.push(mart);
  const own: Tagged = { ...tagged, placement: placeReplicas(state, tagged.tag) };
  for (const shape of scaledShapes(tagged.backends, backendBytes(state))) {
    if (shape.colocateGroup === undefined) addTable(state, mart, shape, own);
  }
}

/** Where the tables of a tag lie. */
interface Tagged {
  readonly tag: string;
  readonly backends: number;
  readonly placement: Placement;
}

function backendBytes({ options }: ClusterState): number {
  return options.backendBytes ?? 20 * 2 ** 30;
}

const months = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `p${String(202_601 + 100 * Math.floor(index / 12) + (index % 12))}`);

const RECORDED: readonly TableShape[] = [
  {
    name: 'orders',
    replicas: 3,
    partitions: months(2).map((name) => ({ name, buckets: 10 })),
    tabletBytes: 40 * MIB,
  },
  { name: 'events', replicas: 2, partitions: [{ name: 'events', buckets: 12 }], tabletBytes: 40 * MIB },
  { name: 'scratch', replicas: 1, partitions: [{ name: 'scratch', buckets: 6 }], tabletBytes: 40 * MIB },
  ...['c1', 'c2'].map((name) => ({
    name,
    replicas: 3,
    partitions: [{ name, buckets: 4 }],
    tabletBytes: 40 * MIB,
    colocateGroup: 'grp',
  })),
];

/** Two thirds of the replicas in orders, the others in events; the small tables stay as recorded. */
function scaledShapes(backends: number, bytes: number): readonly TableShape[] {
  const replicas = backends * REPLICAS_PER_BACKEND;
  const orders = Math.ceil((replicas * 2) / 3 / Math.min(3, backends));
  const events = Math.min(MOST_BUCKETS, Math.ceil(replicas / 3 / Math.min(2, backends)));
  const partitions = Math.min(MOST_PARTITIONS, Math.max(2, Math.floor(orders / 10)));
  const buckets = Math.min(MOST_BUCKETS, Math.max(1, Math.round(orders / partitions)));
  const held = partitions * buckets * Math.min(3, backends) + events * Math.min(2, backends);
  const tabletBytes = Math.floor((backends * bytes) / held);
  return RECORDED.map((shape) => {
    if (shape.name === 'orders') {
      return { ...shape, partitions: months(partitions).map((name) => ({ name, buckets })), tabletBytes };
    }
    if (shape.name === 'events') return { ...shape, partitions: [{ name: 'events', buckets: events }], tabletBytes };
    return { ...shape, tabletBytes: Math.min(shape.tabletBytes, tabletBytes) };
  });
}

/** Statistics of seven buckets each, and the audit log of today and the three days to come. */
function internalShapes(state: ClusterState, backends: number): readonly TableShape[] {
  const { options, profile } = state;
  const replicas = Math.min(3, backends);
  const small = Math.min(32 * MIB, Math.ceil(backendBytes(state) / 1000));
  const days = [0, 1, 2, 3].map((ahead) => `p${isoDate(options.startAtMs + ahead * DAY_MS).replaceAll('-', '')}`);
  const second = profile.version === '4.0' ? 'partition_statistics' : 'histogram_statistics';
  return [
    ...['column_statistics', second].map((name) => ({
      name,
      replicas,
      partitions: [{ name, buckets: 7 }],
      tabletBytes: small,
    })),
    {
      name: 'audit_log',
      // Partitions made before there were three backends keep their one replica in 4.x.
      replicas: profile.version === '4.0' ? 1 : replicas,
      partitions: days.map((name) => ({ name, buckets: 2 })),
      tabletBytes: small,
    },
  ];
}

function isoDate(atMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toString().slice(0, 10);
}

function newDatabase(id: string, name: string): DatabaseState {
  return { id, name, tables: [] };
}

/** One of `mysql`: it has columns, and no partition that FE and BE would know. */
function emptyTable(state: ClusterState, name: string): TableState {
  return { id: nextId(state), name, state: 'NORMAL', colocateGroup: undefined, partitions: [] };
}

function addTable(
  state: ClusterState,
  owner: DatabaseState,
  shape: TableShape,
  { tag, backends: most, placement }: Tagged,
): void {
  const copies = Math.min(shape.replicas, most);
  const partitionIds = shape.partitions.map(() => nextId(state));
  const table: TableState = {
    id: nextId(state),
    name: shape.name,
    state: 'NORMAL',
    colocateGroup: shape.colocateGroup,
    partitions: [],
  };
  nextId(state); // the base index
  owner.tables.push(table);
  shape.partitions.forEach(({ name, buckets }, index) => {
    const partition: PartitionState = {
      id: partitionIds[index] ?? '',
      name,
      replicaAllocation: { [tag]: copies },
      medium: 'HDD',
      visibleVersion: 1,
      tablets: [],
    };
    table.partitions.push(partition);
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const tablet = { id: nextId(state), bytes: varied(shape.tabletBytes, state.random), bucket, replicas: [] };
      partition.tablets.push(tablet);
      state.index.places.set(tablet.id, { database: owner, table, partition, tablet });
      const backends =
        shape.colocateGroup === undefined
          ? placement.spread(copies, tablet.bytes)
          : placement.ofBucket(bucket, copies, tablet.bytes);
      for (const { backendId, diskIndex } of backends) {
        const id = nextId(state);
        addReplica(state, tablet, { id, backendId, diskIndex, state: 'NORMAL', watermarkTxnId: undefined });
      }
    }
  });
}

/** Half as much to one and a half times as much. */
function varied(bytes: number, random: () => number): number {
  return Math.max(1, Math.round(bytes * (0.5 + random())));
}

function addGroup(state: ClusterState, owner: DatabaseState, name: string): void {
  const tables = owner.tables.filter(({ colocateGroup }) => colocateGroup === name);
  const tablets = tables[0]?.partitions[0]?.tablets ?? [];
  const group: ColocateGroupState = {
    id: `${owner.id}.${nextId(state)}`,
    name: `${owner.name}.${name}`,
    tableIds: tables.map(({ id }) => id),
    buckets: tablets.length,
    replicas: tablets[0]?.replicas.length ?? 0,
    stable: true,
    placement: tablets.map(({ replicas }) => replicas.map(({ backendId }) => backendId)),
  };
  state.colocateGroups.push(group);
}
