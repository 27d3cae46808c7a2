import type {
  BackendRow,
  BackendState,
  ClusterState,
  DatabaseState,
  FrontendRow,
  FrontendState,
  PartitionState,
  TableState,
  TabletState,
} from './state.ts';

/* What is read from the state in more than one place. None of these changes it, and none walks all tablets unless it says so. */

/** The FE that leads, if there is one. */
export declare function masterOf(state: ClusterState): FrontendState | undefined;

/** More than half of the electable followers run and reach each other. */
export declare function hasMajority(state: ClusterState): boolean;

/** This FE answers statements: its catalog is ready and it knows a master. */
export declare function isServing(state: ClusterState, frontend: FrontendState): boolean;

/** Newest journal entry that this FE has replayed. */
export declare function replayedJournalId(state: ClusterState, frontend: FrontendState): number;

export declare function registeredFrontends(
  state: ClusterState,
): readonly (FrontendState & { readonly row: FrontendRow })[];

/** In the order of their ids. */
export declare function registeredBackends(
  state: ClusterState,
): readonly (BackendState & { readonly row: BackendRow })[];

export declare function backendByAddress(state: ClusterState, address: string): (BackendState & { readonly row: BackendRow }) | undefined;
export declare function backendById(state: ClusterState, id: string): (BackendState & { readonly row: BackendRow }) | undefined;
export declare function frontendByAddress(state: ClusterState, address: string): (FrontendState & { readonly row: FrontendRow }) | undefined;

/** Alive, not leaving and, in 4.0, not shutting down. */
export declare function isSchedulable(backend: BackendState & { readonly row: BackendRow }): boolean;

/** Replicas in the FE's index, those of the recycle bin included. Kept up to date, not counted. */
export declare function tabletNum(state: ClusterState, backendId: string): number;

/** Bytes of tablets, kept up to date. */
export declare function dataUsedBytes(state: ClusterState, backendId: string): number;

/** As the newest disk report told; zeros before the first. */
export declare function diskUse(
  state: ClusterState,
  backend: BackendState,
): readonly {
  readonly path: string;
  readonly pathHash: string;
  readonly medium: 'HDD' | 'SSD';
  readonly online: boolean;
  readonly dataBytes: number;
  readonly otherBytes: number;
  readonly trashBytes: number;
  readonly availableBytes: number;
  readonly totalBytes: number;
}[];

/** The first partition whose replicas would not find enough backends of their tag. Walks all partitions. */
export declare function decommissionRefusal(
  state: ClusterState,
  leaving: readonly string[],
):
  | {
      readonly database: DatabaseState;
      readonly table: TableState;
      readonly partition: PartitionState;
      readonly tag: string;
      readonly available: number;
    }
  | undefined;

/** Counts of SHOW PROC '/cluster_health/tablet_health' for one database. Walks its tablets. */
export declare function tabletHealth(
  state: ClusterState,
  database: DatabaseState,
): Readonly<
  Record<
    | 'tablets'
    | 'healthy'
    | 'replicaMissing'
    | 'versionIncomplete'
    | 'replicaRelocating'
    | 'redundant'
    | 'replicaMissingForTag'
    | 'forceRedundant'
    | 'colocateMismatch'
    | 'colocateRedundant'
    | 'needFurtherRepair'
    | 'unrecoverable'
    | 'compactionTooSlow'
    | 'inconsistent'
    | 'oversize'
    | 'cloning',
    number
  >
>;

/** Where a tablet belongs. Walks all tablets. */
export declare function findTablet(
  state: ClusterState,
  tabletId: string,
):
  | {
      readonly database: DatabaseState;
      readonly table: TableState;
      readonly partition: PartitionState;
      readonly tablet: TabletState;
    }
  | undefined;
