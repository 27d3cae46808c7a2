import type { Finding } from '../domain/finding.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { ClusterReader } from '../domain/ports/cluster-reader.ts';
import type { ClusterWriter } from '../domain/ports/cluster-writer.ts';
import type { FrontendChannel, FrontendEndpoint } from '../domain/ports/frontend-channel.ts';
import { checkAccess } from './check/check-access.ts';
import { readEvidence } from './evidence/evidence.ts';
import { type HttpGet, httpGet } from './evidence/own-check.ts';
import { walkTablets } from './evidence/walk.ts';
import { readResidualTablets } from './evidence/residual-tablets.ts';
import { clusterPin } from './master/cluster-pin.ts';
import { masterFinder } from './master/master.ts';
import { readActivity, readFrontendQueries } from './read/activity.ts';
import { readConfigs } from './read/configs.ts';
import { readMasters } from './read/masters.ts';
import { readMigration } from './read/migration.ts';
import { readPausedRoutineLoads } from './read/routine-loads.ts';
import { readLook, readTopology } from './read/topology.ts';
import { readCancelledLoads, readStallEvidence } from './stall/stall-evidence.ts';
import { readTablesLeft } from './stall/tables-left.ts';
import { clusterWriter } from './write/writer.ts';

const READ_MS = 30_000;
const CHANGE_MS = 30_000;

export interface DorisCluster {
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  /** What this Doris and its account allow, each with the statement that mends it. Never rejects. */
  checkAccess(): Promise<readonly Finding[]>;
}

/** One Doris cluster, by the endpoints, the account and the ClusterId of its policy. The channel stays the caller's. */
export function dorisCluster(options: {
  readonly policy: Pick<ClusterPolicy, 'endpoints' | 'user' | 'password' | 'clusterId'>;
  readonly channel: FrontendChannel;
  readonly clock: Clock;
  readonly http?: HttpGet;
  /** ClusterId learnt by an earlier run; asked again until it is known. */
  readonly rememberedClusterId?: () => Promise<string | undefined>;
  /** For statements; transport time, 30 s each. */
  readonly deadlines?: { readonly readMs: number; readonly changeMs: number };
}): DorisCluster {
  const { policy, channel, clock, http = httpGet } = options;
  const { endpoints, user, password } = policy;
  const deadlines = options.deadlines ?? { readMs: READ_MS, changeMs: CHANGE_MS };
  const deadlineMs = deadlines.readMs;
  const pin = clusterPin(policy.clusterId, options.rememberedClusterId ?? (async () => undefined));
  const finder = masterFinder({ endpoints, channel, pin });
  const followers = { channel, endpoints, reached: new Map<string, FrontendEndpoint>() };
  const access = { finder, channel, user, deadlineMs };

  const reader: ClusterReader = {
    topology: () => readTopology({ finder, followers, clock, deadlineMs }),
    look: () => readLook({ finder, followers, clock, deadlineMs }),
    migration: () => finder.withMaster(({ session }) => readMigration(session, deadlineMs)),
    evidence: (asked) =>
      finder.withMaster((found) => readEvidence(found, { http, user, password, clock, deadlineMs }, asked)),
    walkTablets: () => finder.withMaster(({ session }) => walkTablets(session, clock, deadlineMs)),
    activity: (backend, sinceSeconds) => readActivity(access, backend, sinceSeconds),
    residualTablets: (backend) => finder.withMaster(({ session }) => readResidualTablets(session, backend, deadlineMs)),
    stallEvidence: (group) => finder.withMaster((found) => readStallEvidence(found, group, deadlineMs)),
    tablesLeft: (backend) => finder.withMaster(({ session }) => readTablesLeft(session, backend, deadlineMs)),
    cancelledLoads: () => finder.withMaster(({ session }) => readCancelledLoads(session, deadlineMs)),
    configs: (keys) => finder.withMaster(({ session }) => readConfigs(session, keys, deadlineMs)),
    frontendQueries: (frontend) => readFrontendQueries(access, frontend),
    masters: () => readMasters({ finder, channel, followers, deadlineMs }),
    pausedRoutineLoads: () => readPausedRoutineLoads({ finder, http, deadlineMs }),
  };
  return {
    reader,
    writer: clusterWriter(finder, followers, deadlines),
    checkAccess: () => checkAccess({ endpoints, channel, followers, finder, pin, user, clock, deadlineMs }),
  };
}
