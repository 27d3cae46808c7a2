import type { DiskUse } from '../../domain/evidence.ts';
import type { Known } from '../../domain/known.ts';
import type { SchedulerView, StallEvidence, TableLeft } from '../../domain/stall.ts';
import type { Backend } from '../../domain/topology.ts';
import { backendIn, nodeOf } from '../nodes.ts';
import { numberIn, recordOf } from '../steps/records.ts';
import type { Context } from '../steps/step.ts';

/** What a diagnosis rests on. An unknown fact recognises nothing: no cause is told that was not seen. */
export interface StallView {
  readonly row: Backend;
  /** Backends of its group that stay, dead ones included. */
  readonly staying: readonly Backend[];
  readonly configs: Readonly<Record<string, string>>;
  /** Tablets on it that no table has; undefined = unknown. */
  readonly residual: number | undefined;
  readonly tables: readonly TableLeft[];
  readonly scheduler: SchedulerView | undefined;
  readonly evidence: StallEvidence | undefined;
  readonly disks: readonly DiskUse[];
  /** Tablets of all backends of its group when the drain began. */
  readonly groupTabletsAtStart: number | undefined;
  readonly groupTablets: number;
  readonly bytesAtStart: number;
  /** The FE may drop it: only its own checks are left. */
  readonly letGo: boolean;
}

/** What was seen of a cause. */
export interface Sign {
  /** Nothing else shows itself so; otherwise a sure sign of a later cause goes first. */
  readonly sure: boolean;
  /** With the numbers and names that were seen. */
  readonly why: string;
  /** A line that mends it here, better than that of the table. */
  readonly mend?: string;
  /** It ends by itself after so long. */
  readonly endsInMs?: number;
}

export function stallView(context: Context): StallView | undefined {
  const { facts, operation, index } = context;
  if (!facts.topology.known) return undefined;
  const row = backendIn(facts.topology.value, context);
  if (row === undefined) return undefined;
  const ofGroup = facts.topology.value.backends.filter((backend) => backend.group === row.group);
  const drain = recordOf(operation, index, 'drain')?.data ?? {};
  const evidence = valueOf(facts.stall);
  return {
    row,
    staying: ofGroup.filter((backend) => backend.address !== nodeOf(context) && !backend.decommissioned),
    configs: { ...(evidence === undefined ? undefined : valueOf(evidence.configs)), ...valueOf(facts.configs) },
    residual: valueOf(facts.residual),
    tables: valueOf(facts.tables) ?? [],
    scheduler: evidence === undefined ? undefined : valueOf(evidence.scheduler),
    evidence,
    disks: (evidence === undefined ? undefined : valueOf(evidence.disks)) ?? [],
    groupTabletsAtStart: numberIn(drain, 'groupTabletsAtStart'),
    groupTablets: ofGroup.reduce((sum, backend) => sum + backend.tablets, 0),
    bytesAtStart: numberIn(drain, 'bytesAtStart') ?? 0,
    letGo: recordOf(operation, index, 'let-drop')?.state === 'intent',
  };
}

export function valueOf<T>(fact: Known<T>): T | undefined {
  return fact.known ? fact.value : undefined;
}
