import { addFrontend, dropFrontend } from '../../model/changes.ts';
import { masterOf, type RegisteredFrontend, registeredFrontends } from '../../model/queries.ts';
import type { ClusterState, FrontendRow } from '../../model/state.ts';
import { needsNode } from '../access/needs.ts';
import { refuse } from '../answer/errors.ts';
import { parseHostPort } from '../backends/targets.ts';
import { type Statement, valueOf } from '../statement.ts';
import { describeFrontend } from './describe-frontend.ts';

type Role = FrontendRow['role'];

/** Exactly one host a statement. */
export const ALTER_FRONTEND_STATEMENTS: readonly Statement[] = (['FOLLOWER', 'OBSERVER'] as const).flatMap(
  (role): Statement[] => [
    {
      kind: 'write',
      form: `ALTER SYSTEM ADD ${role} <target:string>`,
      needs: needsNode,
      plan: ({ state }, captures) => planAdd(state, role, valueOf(captures, 'target')),
    },
    {
      kind: 'write',
      form: `ALTER SYSTEM DROP ${role} <target:string>`,
      needs: needsNode,
      plan: ({ state }, captures) => planDrop(state, role, valueOf(captures, 'target')),
    },
  ],
);

function planAdd(state: ClusterState, role: Role, literal: string): () => void {
  const { host, port } = parseHostPort(literal);
  const known = find(state, host, port);
  if (known !== undefined) refuse(`frontend already exists ${describeFrontend(known)}`);
  return () => {
    addFrontend(state, { host, editLogPort: port, role });
  };
}

/** The checks in Doris's order: existence, master, role, quorum. */
function planDrop(state: ClusterState, role: Role, literal: string): () => void {
  const { host, port } = parseHostPort(literal);
  const address = `${host}:${String(port)}`;
  const found = find(state, host, port) ?? refuse(`frontend does not exist[${address}]`);
  if (found === masterOf(state)) refuse('can not drop current master node.');
  if (found.row.role !== role) refuse(`${role} does not exist[${address}]`);
  if (role === 'FOLLOWER' && found.row.alive) requireQuorum(state);
  return () => {
    dropFrontend(state, found);
  };
}

/** Env.ensureSafeToDropAliveFollower: the last follower but one may go. */
function requireQuorum(state: ClusterState): void {
  const followers = registeredFrontends(state).filter(({ row }) => row.role === 'FOLLOWER');
  const alive = followers.filter(({ row }) => row.alive).length;
  const majorityAfter = Math.floor((followers.length - 1) / 2) + 1;
  if (majorityAfter + 1 <= alive) return;
  refuse(
    `Unable to drop this alive follower, because the quorum requirements are not met after this command execution. Current num alive followers ${String(alive)}, num followers ${String(followers.length)}, majority after execution ${String(majorityAfter)}`,
  );
}

function find(state: ClusterState, host: string, port: number): RegisteredFrontend | undefined {
  return registeredFrontends(state).find((frontend) => frontend.host === host && frontend.ports.editLog === port);
}
