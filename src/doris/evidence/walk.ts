import type { TabletWalk } from '../../domain/evidence.ts';
import type { Known } from '../../domain/known.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type { Backend } from '../../domain/topology.ts';
import { SHOW_BACKENDS, parseBackends } from '../parse/backends.ts';
import { type DatabaseCount, readDatabases } from './databases.ts';
import { readTabletHealth } from './health.ts';
import { readBackups } from './jobs.ts';
import { known, map } from '../read/known.ts';
import { readLargestTablets } from './largest-tablet.ts';
import { readReplication } from './replication.ts';

/** Everything that costs the FE a walk over its tablets or a statement for each table or database, once, over one connection. */
export async function walkTablets(session: FrontendSession, clock: Clock, deadlineMs: number): Promise<TabletWalk> {
  const counted = await known(() => readDatabases(session));
  const backends = await known(async () => parseBackends(await session.execute(SHOW_BACKENDS, { deadlineMs })));
  const walk = {
    tablets: await known(() => readTabletHealth(session)),
    residualTablets: bothKnown(counted, backends, residualOf),
    backups: counted.known ? await known(() => readBackups(session, namesOf(counted.value), deadlineMs)) : counted,
  };
  const replication = counted.known ? await known(() => readReplication(session, counted.value, deadlineMs)) : counted;
  const means = bothKnown(replication, backends, ({ largest }, members) => ({ largest, members }));
  return {
    ...walk,
    replication: map(replication, (value) => value.needs),
    singleReplicaTables: map(replication, (value) => value.singleReplicaTables),
    largestTablets: means.known
      ? await known(() => readLargestTablets(session, means.value.largest, means.value.members, deadlineMs))
      : means,
    at: clock.now(),
  };
}

function namesOf(databases: readonly DatabaseCount[]): readonly string[] {
  return databases.map(({ name }) => name);
}

/** What all backends count (TabletNum) less what all tables have: the recycle bin and leaky entries, of the whole cluster. */
function residualOf(databases: readonly DatabaseCount[], backends: readonly Backend[]): number {
  const counted = backends.reduce((sum, { tablets }) => sum + tablets, 0);
  return Math.max(0, counted - databases.reduce((sum, { replicas }) => sum + replicas, 0));
}

function bothKnown<A, B, T>(a: Known<A>, b: Known<B>, of: (a: A, b: B) => T): Known<T> {
  if (!a.known) return a;
  return b.known ? { known: true, value: of(a.value, b.value) } : b;
}
