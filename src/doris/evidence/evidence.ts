import type { ClusterEvidence } from '../../domain/evidence.ts';
import type { NodeAddress } from '../../domain/node.ts';
import type { Secret } from '../../domain/policy.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { MasterSession } from '../master/master.ts';
import { SHOW_BACKENDS, parseBackends } from '../parse/backends.ts';
import { readCloneSpeed, readWatermarks } from './bounds.ts';
import { masterNow, readFastClocks } from './clocks.ts';
import { readDisks } from './disks.ts';
import { readFrontendDisks } from './frontend-disks.ts';
import { readSchedulerOff, readUnstableColocateGroups } from './health.ts';
import { readJobs } from './jobs.ts';
import { known, map } from '../read/known.ts';
import { type HttpGet, readOwnCheck } from './own-check.ts';
import { readRecycleBin } from './recycle-bin.ts';
import { readTransactions } from './transactions.ts';

export interface EvidenceAccess {
  readonly http: HttpGet;
  readonly user: string;
  readonly password: Secret | undefined;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

/** What a removal is judged by, from the master, but for what walks tablets; each part alone becomes unknown. */
export async function readEvidence(
  found: MasterSession,
  access: EvidenceAccess,
  asked: { readonly group: string; readonly victims: readonly NodeAddress[] },
): Promise<ClusterEvidence> {
  const { session, list } = found;
  const { deadlineMs } = access;
  // One after another: a connection answers one statement at a time.
  const backends = await known(() => session.execute(SHOW_BACKENDS, { deadlineMs }));
  const nowMs = masterNow(list, backends.known ? backends.value : undefined);
  const ofGroup = await known(async () => {
    if (!backends.known) throw new Error(backends.reason);
    return parseBackends(backends.value).filter((backend) => backend.group === asked.group);
  });
  const unstable = await known(() => readUnstableColocateGroups(session, deadlineMs));
  const evidence = {
    watermarks: await known(() => readWatermarks(session, deadlineMs)),
    cloneSpeed: await known(() => readCloneSpeed(session, deadlineMs)),
    schedulerOff: await known(() => readSchedulerOff(session, deadlineMs)),
    unstableColocateGroups: map(unstable, (groups) => groups.map(({ group }) => group)),
    jobs: await known(() => readJobs(session, deadlineMs)),
    transactions: await known(() => readTransactions(session, nowMs, deadlineMs)),
    recycleBin: await known(() => readRecycleBin(session, nowMs, deadlineMs)),
    frontendDisks: await readFrontendDisks(session, found.master.version, deadlineMs),
    fastClocks: backends.known ? await known(async () => readFastClocks(list, backends.value)) : backends,
    disks: ofGroup.known ? await known(() => readDisks(session, ofGroup.value, deadlineMs)) : ofGroup,
    ownCheck: await readOwnCheck({
      ...access,
      host: found.endpoint.host,
      port: found.master.httpPort,
      victims: asked.victims,
    }),
  };
  return { at: access.clock.now(), ...evidence };
}
