import type { LoadSlot } from '../demand.ts';
import type { GroupPolicy, SignalPolicy } from '../group-policy.ts';
import type { EpochMs } from '../instant.ts';
import type { Known } from '../known.ts';
import type { IdleReading } from '../observation.ts';
import type { ClusterPolicy } from '../policy.ts';
import type { SignalReading } from '../signal.ts';
import type { Topology } from '../topology.ts';

/** Whose series of the past one is. */
export interface MemberOf {
  /** Group of a node that is or was a member, by `host:httpPort` or host; undefined = never seen, or not told apart. */
  (instance: {
    readonly role: 'backend' | 'frontend';
    readonly host: string;
    readonly httpPort: number | undefined;
  }): string | undefined;
  /** Group of every backend that has a series, whoever it is; undefined where there are or were backends of several. */
  readonly only: string | undefined;
}

/** How much the utilisation of a backend counts in a sum: its cores by the group's reference, 1 where that is unknown. */
export interface WeightOf {
  (instance: { readonly host: string; readonly httpPort: number | undefined }): number;
}

/**
 * Load of one cluster. Readings never reject: quality and reason say what is wrong. `history` rejects with a CodedError
 * when the source did not answer, so that the caller asks for the same range again.
 */
export interface LoadSource {
  read(request: {
    readonly policy: ClusterPolicy;
    readonly group: GroupPolicy;
    readonly topology: Topology;
    readonly at: EpochMs;
  }): Promise<readonly SignalReading[]>;
  /** The conditions of windows.idle at an instant. */
  idle(request: {
    readonly policy: ClusterPolicy;
    readonly topology: Topology;
    readonly at: EpochMs;
  }): Promise<readonly IdleReading[]>;
  /**
   * Closed slots of one size signal of a group in [from, until), oldest first. Left out are slots without clean data, and those
   * in which a node served that `memberOf` does not know.
   */
  history(request: {
    readonly policy: ClusterPolicy;
    readonly group: GroupPolicy;
    readonly signal: SignalPolicy;
    readonly memberOf: MemberOf;
    /** Undefined = every backend counts 1. */
    readonly weightOf: WeightOf | undefined;
    readonly from: EpochMs;
    readonly until: EpochMs;
  }): Promise<readonly LoadSlot[]>;
  /** Whether windows.emergency holds for its whole time; unknown is no emergency. Known false without the condition. */
  emergency(request: {
    readonly policy: ClusterPolicy;
    readonly topology: Topology;
    readonly at: EpochMs;
  }): Promise<Known<boolean>>;
  close(): Promise<void>;
}
