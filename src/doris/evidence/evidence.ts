import type { RemovalEvidence } from '../../domain/evidence.ts';
import type { Known } from '../../domain/known.ts';
import type { NodeAddress } from '../../domain/node.ts';
import type { Secret } from '../../domain/policy.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type { MasterSession } from '../master/master.ts';
import { SHOW_BACKENDS, parseBackends } from '../parse/backends.ts';
import { readDisks } from './disks.ts';
import { readSchedulerOff, readTabletHealth, readUnstableColocateGroups } from './health.ts';
import { readJobs } from './jobs.ts';
import { type HttpGet, readOwnCheck } from './own-check.ts';
import { readReplication } from './replication.ts';

export interface EvidenceAccess {
  readonly http: HttpGet;
  readonly user: string;
  readonly password: Secret | undefined;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

/** Everything that a removal is judged by, from the master; each part alone becomes unknown when it cannot be read. */
export async function readEvidence(
  found: MasterSession,
  access: EvidenceAccess,
  asked: { readonly group: string; readonly victims: readonly NodeAddress[] },
): Promise<RemovalEvidence> {
  const { session } = found;
  const { deadlineMs } = access;
  // One after another: a connection answers one statement at a time.
  const disks = await known(() => readGroupDisks(session, asked.group, deadlineMs));
  const schedulerOff = await known(() => readSchedulerOff(session, deadlineMs));
  const unstableColocateGroups = await known(() => readUnstableColocateGroups(session, deadlineMs));
  const jobs = await known(() => readJobs(session, deadlineMs));
  const tablets = await known(() => readTabletHealth(session));
  const replication = await known(() => readReplication(session, deadlineMs));
  const ownCheck = await readOwnCheck({
    ...access,
    host: found.endpoint.host,
    port: found.master.httpPort,
    victims: asked.victims,
  });
  return {
    at: access.clock.now(),
    replication: map(replication, (value) => value.needs),
    singleReplicaTables: map(replication, (value) => value.singleReplicaTables),
    disks,
    tablets,
    schedulerOff,
    jobs,
    unstableColocateGroups,
    ownCheck,
  };
}

async function readGroupDisks(session: FrontendSession, group: string, deadlineMs: number) {
  const backends = parseBackends(await session.execute(SHOW_BACKENDS, { deadlineMs }));
  return await readDisks(
    session,
    backends.filter((backend) => backend.group === group),
    deadlineMs,
  );
}

async function known<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function map<T, U>(fact: Known<T>, change: (value: T) => U): Known<U> {
  return fact.known ? { known: true, value: change(fact.value) } : fact;
}
