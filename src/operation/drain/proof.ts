import { type RemovalQuestion, ask } from '../../decision/guards/data/check.ts';
import { REMOVAL_CHECKS } from '../../decision/guards/data/checks.ts';
import { holdsData } from '../../decision/guards/data/places.ts';
import { spanMs } from '../../decision/guards/data/span.ts';
import type { RemovalEvidence } from '../../domain/evidence.ts';
import type { StepRecord } from '../../domain/operation.ts';
import type { Backend, Topology } from '../../domain/topology.ts';
import type { Look } from '../facts.ts';
import { backendIn, nodeOf } from '../nodes.ts';
import { DATA_GROWTH, WHOLE, numberIn, recordOf } from '../steps/records.ts';
import type { Context, Verdict } from '../steps/step.ts';

/** The evidence of the admission is fresh for so long; the tablet walks behind it are dear. */
const ADMISSION_FRESH_MS = 120_000;
/** Tablets are not walked again before that. */
const ASK_AGAIN_MS = 120_000;

/** Which proof a removal waits for: the first target was proven by its admission moments ago. */
export function proofLooks(context: Context): readonly Look[] {
  const node = nodeOf(context);
  if (node === undefined || isProvenByAdmission(context)) return [];
  return [{ fact: 'evidence', group: context.operation.group, victims: [node] }];
}

/**
 * The proof before a removal, again for each target of an operation and after a restart: the checks of the guards, asked about
 * this one backend. What cannot be read is no proof, and is read again until the step's deadline.
 */
export function proveRemoval(context: Context, _record: StepRecord): Verdict {
  if (isProvenByAdmission(context)) return { is: 'done', detail: 'proven at admission' };
  const { evidence, topology } = context.facts;
  if (!topology.known) return { is: 'waiting', reason: topology.reason };
  const row = backendIn(topology.value, context);
  if (row === undefined) return { is: 'waiting', reason: 'the row was missing in one look' };
  if (topology.value.mode !== 'coupled')
    return { is: 'turn', end: 'failed', reason: 'decoupled clusters are not supported yet' };
  if (!evidence.known)
    return { is: 'waiting', reason: `the evidence could not be read: ${evidence.reason}`, pollMs: ASK_AGAIN_MS };
  const question = questionOf(context, topology.value, row, evidence.value);
  const findings = REMOVAL_CHECKS.map((check) => ask(check, question));
  const refusal = findings.find(({ is }) => is === 'hold');
  if (refusal !== undefined) return { is: 'turn', end: 'cancelled', reason: refusal.detail };
  const unread = findings.find(({ is }) => is !== 'pass');
  if (unread !== undefined) return { is: 'waiting', reason: unread.detail, pollMs: ASK_AGAIN_MS };
  return { is: 'done', detail: 'replicas, disks, tablets, scheduler, jobs and loads allow it' };
}

function isProvenByAdmission(context: Context): boolean {
  const ageMs = context.now - context.operation.createdAt;
  // Of a clock that was ahead nobody knows how old it is.
  return context.index === 0 && ageMs >= 0 && ageMs <= ADMISSION_FRESH_MS;
}

function questionOf(
  { operation, policy, target, now }: Context,
  { backends }: Topology,
  row: Backend,
  evidence: RemovalEvidence,
): RemovalQuestion {
  const group = policy.backends.find((each) => each.group === row.group);
  const bytes = target.bytes ?? row.dataUsedBytes;
  const drainMs = (Math.max(0, bytes) / policy.migration.assumedRateBytesPerSecond) * 1000;
  return {
    at: now,
    group: row.group,
    leaving: [row],
    keeping: backends.filter((each) => each.group === row.group && each.id !== row.id && holdsData(each)),
    backends,
    evidence,
    growthBytesPerDay: numberIn(recordOf(operation, WHOLE, DATA_GROWTH)?.data ?? {}, 'bytesPerDay'),
    spanMs: spanMs(policy, now, drainMs * policy.operations.safety),
    // A group that the policy names no more is left as it is.
    projectedRatio: group?.disk.projectedRatio ?? 0,
    singleReplica: policy.singleReplica,
    assumedRateBytesPerSecond: policy.migration.assumedRateBytesPerSecond,
    timezone: policy.windows.timezone,
  };
}
