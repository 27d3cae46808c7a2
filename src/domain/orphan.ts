import type { NodeAddress } from './node.ts';

/**
 * `host-held`: reserved for an operation that is over. `still-running`: it left the cluster and its process is up.
 * `never-alive`: a row that no heartbeat ever reached. `registered-twice`: two rows of one process.
 * `setting-left`: an FE setting that still, or again, has the value of an operation that is over.
 */
export const ORPHAN_CODES = ['host-held', 'still-running', 'never-alive', 'registered-twice', 'setting-left'] as const;
export type OrphanCode = (typeof ORPHAN_CODES)[number];

/** A host to be stopped and given back under the key that it was taken with. */
export interface HostRelease {
  readonly provisioner: string;
  readonly role: 'backend' | 'frontend';
  readonly host: string;
  readonly node: NodeAddress | undefined;
  readonly key: string;
}

/** Something that an operation, a crash or a person left behind and that belongs to nothing any more. */
export interface Orphan {
  readonly code: OrphanCode;
  /** As an operator would type it: `10.0.0.29:9050`, a host, or an FE config key. */
  readonly subject: string;
  /** One sentence: what it is and where it comes from. */
  readonly what: string;
  /** What a person does about it: a statement, or words. */
  readonly mend: string;
  /** Only where it is safe without anyone: its target came to nothing or was taken out, and it was not registered since. */
  readonly release?: HostRelease;
}
