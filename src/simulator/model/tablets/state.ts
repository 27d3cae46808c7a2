export interface DatabaseState {
  readonly id: string;
  readonly name: string;
  readonly tables: TableState[];
}

export interface TableState {
  /** The base index has the next id. */
  readonly id: string;
  readonly name: string;
  /** NORMAL, SCHEMA_CHANGE, ROLLUP, RESTORE ... */
  state: string;
  readonly colocateGroup: string | undefined;
  readonly partitions: PartitionState[];
}

export interface PartitionState {
  readonly id: string;
  readonly name: string;
  /** Tag -> replicas. */
  replicaAllocation: Readonly<Record<string, number>>;
  medium: 'HDD' | 'SSD';
  readonly visibleVersion: number;
  readonly tablets: TabletState[];
}

export interface TabletState {
  readonly id: string;
  /** `resizeTablet` changes it. */
  bytes: number;
  /** Bucket index in its partition: colocate groups place by it. */
  readonly bucket: number;
  readonly replicas: ReplicaState[];
}

export interface ReplicaState {
  readonly id: string;
  readonly backendId: string;
  /** Of the backend's disks. */
  readonly diskIndex: number;
  /** CLONE: being copied, counts in TabletNum. DECOMMISSION: copied elsewhere, waits for transactions. */
  state: 'NORMAL' | 'CLONE' | 'DECOMMISSION';
  /** While DECOMMISSION: it goes when no transaction up to this one is open. */
  watermarkTxnId: number | undefined;
}

export interface RecycledState {
  readonly kind: 'Database' | 'Table' | 'Partition';
  readonly name: string;
  readonly ids: { readonly database: string; readonly table: string; readonly partition: string };
  readonly droppedAtMs: number;
  readonly bytes: number;
  /** Replicas that still count in TabletNum, by backend id. */
  readonly tabletsByBackend: Readonly<Record<string, number>>;
}

export interface ColocateGroupState {
  readonly id: string;
  readonly name: string;
  readonly tableIds: readonly string[];
  readonly buckets: number;
  readonly replicas: number;
  stable: boolean;
  /** Bucket -> backend ids. */
  readonly placement: string[][];
}
