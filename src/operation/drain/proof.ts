import { diskRoom } from '../../decision/guards/data/disk-headroom.ts';
import { holdsData, placesRefusal } from '../../decision/guards/data/places.ts';
import type { RemovalEvidence } from '../../domain/evidence.ts';
import type { StepRecord } from '../../domain/operation.ts';
import type { Backend } from '../../domain/topology.ts';
import type { Look } from '../facts.ts';
import { backendIn, nodeOf } from '../nodes.ts';
import type { Context, Verdict } from '../steps/step.ts';

/** The evidence of the admission is fresh for so long; the tablet walks behind it are dear. */
const ADMISSION_FRESH_MS = 120_000;

/** Which proof a removal waits for: the first target was proven by its admission moments ago. */
export function proofLooks(context: Context): readonly Look[] {
  const node = nodeOf(context);
  if (node === undefined || isProvenByAdmission(context)) return [];
  return [{ fact: 'evidence', group: context.operation.group, victims: [node] }];
}

/** The proof before a removal, again for each target of an operation and after a restart. What cannot be read is no proof. */
export function proveRemoval(context: Context, _record: StepRecord): Verdict {
  if (isProvenByAdmission(context)) return { is: 'done', detail: 'proven at admission' };
  const { evidence, topology } = context.facts;
  if (!topology.known) return { is: 'waiting', reason: topology.reason };
  const row = backendIn(topology.value, context);
  if (row === undefined) return { is: 'waiting', reason: 'the row was missing in one look' };
  if (topology.value.mode !== 'coupled')
    return { is: 'turn', end: 'failed', reason: 'decoupled clusters are not supported yet' };
  if (!evidence.known)
    return { is: 'waiting', reason: `the evidence could not be read: ${evidence.reason}`, pollMs: 10_000 };
  const staying = topology.value.backends.filter(
    (backend) => backend.group === row.group && backend.id !== row.id && !backend.decommissioned,
  );
  const refusal =
    deadBackend(topology.value.backends) ??
    replication(evidence.value, staying, row) ??
    singleReplica(context, evidence.value) ??
    disks(context, evidence.value, staying, row) ??
    health(evidence.value);
  if (refusal !== undefined) return { is: 'turn', end: 'cancelled', reason: refusal };
  return { is: 'done', detail: 'replicas, disks, tablets, scheduler and jobs allow it' };
}

function isProvenByAdmission(context: Context): boolean {
  return context.index === 0 && context.now - context.operation.createdAt <= ADMISSION_FRESH_MS;
}

function deadBackend(backends: readonly Backend[]): string | undefined {
  const dead = backends.find((backend) => !backend.alive);
  return dead === undefined ? undefined : `${dead.address} is not alive`;
}

function replication(evidence: RemovalEvidence, staying: readonly Backend[], row: Backend): string | undefined {
  const { replication: needs } = evidence;
  if (!needs.known) return `replication could not be read: ${needs.reason}`;
  return placesRefusal(row.group, staying, needs.value);
}

function singleReplica(context: Context, evidence: RemovalEvidence): string | undefined {
  if (context.policy.singleReplica === 'move') return undefined;
  const { singleReplicaTables: tables } = evidence;
  if (!tables.known) return `tables with one replica could not be read: ${tables.reason}`;
  return tables.value.length === 0 ? undefined : `${tables.value[0] ?? ''} has one replica (singleReplica: refuse)`;
}

function disks(
  context: Context,
  evidence: RemovalEvidence,
  staying: readonly Backend[],
  row: Backend,
): string | undefined {
  if (!evidence.disks.known) return `disks could not be read: ${evidence.disks.reason}`;
  const limit = context.policy.backends.find((group) => group.group === row.group)?.disk.projectedRatio ?? 0.75;
  const room = diskRoom({
    disks: evidence.disks.value,
    leaving: [row],
    staying: staying.filter(holdsData),
    limitRatio: limit,
  });
  return room.fits ? undefined : room.text;
}

function health(evidence: RemovalEvidence): string | undefined {
  const { tablets, schedulerOff, jobs, unstableColocateGroups: colocate, ownCheck } = evidence;
  if (!tablets.known) return `tablet health could not be read: ${tablets.reason}`;
  if (tablets.value.unrecoverable > 0) return `${String(tablets.value.unrecoverable)} tablets are unrecoverable`;
  if (!schedulerOff.known) return `scheduler settings could not be read: ${schedulerOff.reason}`;
  if (schedulerOff.value.length > 0) return `switched off: ${schedulerOff.value.join(', ')}`;
  if (!jobs.known) return `running jobs could not be read: ${jobs.reason}`;
  if (jobs.value.length > 0) return jobs.value[0];
  if (!colocate.known) return `colocate groups could not be read: ${colocate.reason}`;
  if (colocate.value.length > 0) return `colocate groups are not stable: ${colocate.value.join(', ')}`;
  return ownCheck?.refusal === undefined ? undefined : `the FE's own check refuses: ${ownCheck.refusal}`;
}
