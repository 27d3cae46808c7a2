import type { BackendState, ClusterState, FrontendState } from './state.ts';

/*
 * The changes that statements and REST calls make. Each is carried out at `state.nowMs` (the caller has advanced the state), takes
 * for granted that its caller has checked names, privileges and versions, and grows the journal by one.
 */

/** A row for a backend that nobody has heard of yet; its host may be unknown: then it never comes alive. */
export declare function addBackend(
  state: ClusterState,
  backend: { readonly host: string; readonly heartbeatPort: number; readonly tags: Readonly<Record<string, string>> },
): void;

/** DROPP: the row and its replicas are gone at once. */
export declare function dropBackend(state: ClusterState, backend: BackendState): void;

/** Sets or takes back the flag. */
export declare function setDecommissioned(state: ClusterState, backend: BackendState, on: boolean): void;

export declare function setDisabled(
  state: ClusterState,
  backend: BackendState,
  what: 'query' | 'load',
  disabled: boolean,
): void;

/** Replaces the whole tag map. */
export declare function setTags(state: ClusterState, backend: BackendState, tags: Readonly<Record<string, string>>): void;

export declare function addFrontend(
  state: ClusterState,
  frontend: { readonly host: string; readonly editLogPort: number; readonly role: 'FOLLOWER' | 'OBSERVER' },
): void;

export declare function dropFrontend(state: ClusterState, frontend: FrontendState): void;

/** ADMIN SET on one FE's memory (the master's for masterOnly keys), or on all (`everywhere`: survives a failover). */
export declare function setConfig(
  state: ClusterState,
  setting: { readonly frontendHost: string; readonly key: string; readonly value: string; readonly everywhere: boolean },
): void;

/** The value in force on an FE: its own memory, else the version's default; undefined = no such key known to the model. */
export declare function configValue(state: ClusterState, frontendHost: string, key: string): string | undefined;
