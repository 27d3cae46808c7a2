import { holdsData } from '../../decision/guards/evidence.ts';
import type { DiskUse, RemovalEvidence } from '../../domain/evidence.ts';
import type { StepRecord } from '../../domain/operation.ts';
import type { Backend } from '../../domain/topology.ts';
import type { Look } from '../facts.ts';
import { backendIn, nodeOf } from '../nodes.ts';
import type { Context, Verdict } from '../steps/step.ts';
import { percentText } from '../text.ts';

/** The evidence of the admission is fresh for so long; the tablet walks behind it are dear. */
const ADMISSION_FRESH_MS = 120_000;
/** The FE raises its own tables to three replicas and never lowers them. */
const LEAST_BACKENDS = 3;
/** Moved data does not spread evenly. */
const SKEW = 1.2;

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
  const hosts = new Set(staying.filter(holdsData).map((backend) => backend.host));
  const need = needs.value.find((each) => each.group === row.group);
  if (need !== undefined && need.replicas > hosts.size) {
    return `${need.table} has ${String(need.replicas)} replicas and ${String(hosts.size)} hosts would be left for them`;
  }
  return hosts.size < LEAST_BACKENDS
    ? `${row.group} would have storage backends on ${String(hosts.size)} hosts, ${String(LEAST_BACKENDS)} are needed`
    : undefined;
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
  const all = evidence.disks.value;
  const holders = staying.filter(holdsData);
  const unlisted = [...holders, row].find((backend) => !all.some((disk) => disk.backendId === backend.id));
  if (unlisted !== undefined) return `the disks of ${unlisted.address} could not be read`;
  const ids = new Set(holders.map((backend) => backend.id));
  for (const medium of new Set(all.map((disk) => disk.medium))) {
    const ofMedium = all.filter((disk) => disk.medium === medium && disk.online);
    const kept = ofMedium.filter((disk) => ids.has(disk.backendId));
    const leaving = sum(ofMedium.filter((disk) => disk.backendId === row.id).map((disk) => disk.usedBytes));
    const full = fullestAfter(kept, leaving * SKEW);
    if (full !== undefined && full.ratio > limit) {
      return `${full.disk.path} of ${full.disk.backend} would be ${percentText(full.ratio)} full (disk.projected ${percentText(limit)})`;
    }
    if (kept.length === 0 && leaving > 0) return `no other backend has ${medium} disks`;
  }
  return undefined;
}

function fullestAfter(
  kept: readonly DiskUse[],
  movedBytes: number,
): { readonly disk: DiskUse; readonly ratio: number } | undefined {
  const totalBytes = sum(kept.map((disk) => disk.totalBytes));
  return kept
    .map((disk) => ({ disk, ratio: (disk.usedBytes + (movedBytes * disk.totalBytes) / totalBytes) / disk.totalBytes }))
    .toSorted((a, b) => b.ratio - a.ratio)[0];
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
