import type { NodeAddress } from '../node.ts';

/**
 * Every statement that changes a cluster. Texts are built from validated hosts and ports only. With `backendId` it is meant
 * for that row alone: another row under the same address is another backend, and ours counts as gone.
 */
export type ClusterChange =
  | { readonly kind: 'add-backend'; readonly node: NodeAddress; readonly group: string }
  | { readonly kind: 'decommission-backend'; readonly node: NodeAddress; readonly backendId?: string | undefined }
  | { readonly kind: 'cancel-decommission'; readonly node: NodeAddress; readonly backendId?: string | undefined }
  /** DROPP: only for a backend of ours that was never alive and holds no tablet. */
  | { readonly kind: 'drop-never-alive-backend'; readonly node: NodeAddress; readonly backendId?: string | undefined }
  | {
      readonly kind: 'disable-query';
      readonly node: NodeAddress;
      readonly backendId?: string | undefined;
      readonly disabled: boolean;
    }
  | {
      readonly kind: 'disable-load';
      readonly node: NodeAddress;
      readonly backendId?: string | undefined;
      readonly disabled: boolean;
    }
  | { readonly kind: 'add-frontend'; readonly node: NodeAddress; readonly role: 'OBSERVER' | 'FOLLOWER' }
  | { readonly kind: 'drop-frontend'; readonly node: NodeAddress; readonly role: 'OBSERVER' | 'FOLLOWER' }
  /** ADMIN SET FRONTEND CONFIG, with ALL where the version has it; checked in range first. */
  | { readonly kind: 'set-config'; readonly key: string; readonly value: string };

export interface ApplyOptions {
  readonly clusterId: string;
  /** Asked right before the statement is sent, after all looks, which may take a minute: a reason = it is not sent. */
  readonly refusal?: (() => string | undefined) | undefined;
}

/**
 * Sends one change to the master after checking, on the same connection, that it shows `clusterId` and a majority of
 * followers alive. `already` = the cluster says that it is so already (backend exists, gone, not leaving): treat as done.
 * Rejects with doris-outcome-unknown when the reply was lost: look before anything else.
 */
export interface ClusterWriter {
  apply(change: ClusterChange, options: ApplyOptions): Promise<'done' | 'already'>;
}
