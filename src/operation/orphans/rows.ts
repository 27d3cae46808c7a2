import type { Orphan } from '../../domain/orphan.ts';
import type { Backend, Frontend } from '../../domain/topology.ts';
import { isNeverAlive, isNeverAliveFrontend } from '../nodes.ts';
import type { OrphanFacts } from './orphan-facts.ts';

/** A process that somebody has just added takes its time to come up. */
const NEW_MS = 600_000;

/** Left the cluster, and a process still answers on the port: a dropped follower of 2.1 stays up, scripts fail. */
export function stillRunning({ members, topology, answering }: OrphanFacts): readonly Orphan[] {
  const registered = new Set([...topology.backends, ...topology.frontends].map(({ address }) => address));
  return members
    .filter(({ node, goneAt }) => goneAt !== undefined && !registered.has(node) && answering.has(node))
    .map(({ node, role, host }) => ({
      code: 'still-running',
      subject: node,
      what: `${node} is not registered any more and its process still answers`,
      mend:
        role === 'backend'
          ? `on ${host}: bin/stop_be.sh --grace`
          : `on ${host}: bin/stop_fe.sh --grace, then move its metadata directory aside before anyone starts it again`,
    }));
}

export function neverAlive({ topology, members, at }: OrphanFacts): readonly Orphan[] {
  const isOld = (node: string): boolean => {
    const seen = members.find((member) => member.node === node)?.firstSeenAt;
    return seen !== undefined && at - seen >= NEW_MS;
  };
  return [
    ...topology.backends
      .filter((backend) => isNeverAlive(backend) && isOld(backend.address))
      .map((backend) => ghost(backend, 'BACKENDS', `ALTER SYSTEM DROPP BACKEND "${backend.address}";`)),
    ...topology.frontends
      .filter((frontend) => isNeverAliveFrontend(frontend) && isOld(frontend.address))
      .map((frontend) => ghost(frontend, 'FRONTENDS', `ALTER SYSTEM DROP ${frontend.role} "${frontend.address}";`)),
  ];
}

function ghost({ address, errorMessage }: Backend | Frontend, list: string, statement: string): Orphan {
  const why = errorMessage === '' ? '' : ` (${errorMessage})`;
  return {
    code: 'never-alive',
    subject: address,
    what: `${address} stands in SHOW ${list} and was never alive${why}`,
    mend: `start its process, or: ${statement}`,
  };
}

/** Two rows whose heartbeats reach one process: what it holds counts twice, in places and in bytes. */
export function registeredTwice({ topology }: OrphanFacts): readonly Orphan[] {
  return [
    ...twice(
      topology.backends,
      (first, second) => `ALTER SYSTEM DECOMMISSION BACKEND "${newer(first, second).address}";`,
    ),
    ...twice(topology.frontends, (_, second) => `ALTER SYSTEM DROP ${second.role} "${second.address}";`),
  ];
}

function twice<Row extends Backend | Frontend>(
  rows: readonly Row[],
  statement: (first: Row, second: Row) => string,
): readonly Orphan[] {
  return rows.flatMap((second, index): readonly Orphan[] => {
    const first = rows
      .slice(0, index)
      .find((row) => row.host === second.host && row.httpPort > 0 && row.httpPort === second.httpPort);
    if (first === undefined) return [];
    return [
      {
        code: 'registered-twice',
        subject: second.address,
        what: `${first.address} and ${second.address} are one process (http port ${String(second.httpPort)})`,
        mend: `keep the row with its true port; for the other: ${statement(first, second)}`,
      },
    ];
  });
}

/** Ids grow. */
function newer(first: Backend, second: Backend): Backend {
  return BigInt(second.id) > BigInt(first.id) ? second : first;
}
