/**
 * What has changed in the cluster, told to `ClusterOptions.observe` at once, in the order in which it happened. Instants are epoch
 * milliseconds; hosts are addresses without a port, ids decimal texts.
 */
export type ModelEvent =
  | { readonly kind: 'backend-added'; readonly atMs: number; readonly host: string; readonly backendId: string }
  | {
      readonly kind: 'backend-removed';
      readonly atMs: number;
      readonly host: string;
      readonly backendId: string;
      /** `drained`: the drop daemon; `dropped`: DROPP; `undone`: an ADD that its master never wrote. */
      readonly why: 'drained' | 'dropped' | 'undone';
      /** Replicas in the catalog that went with it, copies in the making not counted. */
      readonly replicas: number;
    }
  | {
      readonly kind: 'backend-changed';
      readonly atMs: number;
      readonly host: string;
      readonly backendId: string;
      readonly what: 'decommissioned' | 'query-disabled' | 'load-disabled' | 'tags' | 'alive';
      /** Of tags: the location. */
      readonly to: boolean | string;
    }
  | {
      readonly kind: 'frontend-added';
      readonly atMs: number;
      readonly host: string;
      readonly role: 'FOLLOWER' | 'OBSERVER';
    }
  | {
      readonly kind: 'frontend-removed';
      readonly atMs: number;
      readonly host: string;
      readonly role: 'FOLLOWER' | 'OBSERVER';
      /** The row was alive. */
      readonly alive: boolean;
    }
  | {
      readonly kind: 'replica-added' | 'replica-removed';
      readonly atMs: number;
      readonly tabletId: string;
      readonly backendId: string;
      /** Finished replicas of the tablet that are left on registered backends. */
      readonly replicas: number;
      /** What the partition wants. */
      readonly wanted: number;
      /** Of `replica-removed`: the scheduler let go of it, or it went with its backend's row. */
      readonly why: 'scheduler' | 'backend-removed';
    }
  | {
      readonly kind: 'config-set';
      readonly atMs: number;
      readonly host: string;
      readonly key: string;
      /** undefined: the default again, as after a restart. */
      readonly value: string | undefined;
    }
  | { readonly kind: 'master-changed'; readonly atMs: number; readonly host: string | undefined }
  | {
      readonly kind: 'process-started' | 'process-stopped';
      readonly atMs: number;
      readonly host: string;
      readonly role: 'frontend' | 'backend';
    }
  | { readonly kind: 'write-lost'; readonly atMs: number; readonly text: string };

/** Must not change the cluster, nor ask it for anything that lets time pass. */
export type ModelObserver = (event: ModelEvent) => void;
