import type { ClusterChange, ClusterWriter } from '../../domain/ports/cluster-writer.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type { Backend } from '../../domain/topology.ts';
import {
  DorisBackendExists,
  DorisBackendUnknown,
  DorisFrontendExists,
  DorisFrontendUnknown,
  DorisMasterDrop,
  DorisQuorum,
  DorisStatementFailed,
  DorisUnsupported,
  DorisWrongCluster,
} from '../errors.ts';
import { type Followers, requireAgreement } from '../master/agreement.ts';
import { type MasterFinder, type MasterSession, frontendsOf } from '../master/master.ts';
import { majorityOf } from '../master/quorum.ts';
import { SHOW_BACKENDS, modeOf, parseBackends } from '../parse/backends.ts';
import type { WriteDeadlines } from './deadlines.ts';
import { setConfig } from './set-config.ts';
import { statementOf } from './statements.ts';

type NodeChange = Exclude<ClusterChange, { readonly kind: 'set-config' }>;

/**
 * Sends a change on the connection on which the FE has just said that it is master of that cluster with a majority of
 * followers alive and agreeing, after a look at the backends on it: what is so already is not sent.
 */
export function clusterWriter(finder: MasterFinder, followers: Followers, deadlines: WriteDeadlines): ClusterWriter {
  return {
    async apply(change, { clusterId, refusal }) {
      return await finder.withMaster(async (master) => {
        requireCluster(master, clusterId);
        // A follower that has just died is shown alive until its next heartbeat, and a write without it ends a 2.1 master.
        await requireAgreement(master, followers);
        const backends = await readBackends(master.session, deadlines);
        if (modeOf(backends) === 'decoupled') {
          throw new DorisUnsupported(
            'a compute-storage decoupled cluster is only read, never changed, by this version',
          );
        }
        const allowed = (): void => {
          const reason = refusal?.();
          if (reason !== undefined) throw new DorisStatementFailed(reason);
        };
        if (change.kind === 'set-config') return await setConfig(master, change, { deadlines, allowed });
        const text = statementOf(change);
        if (change.kind === 'drop-frontend') requireSafeDrop(change, master);
        if (isSo(change, backends)) return 'already';
        allowed();
        return await send(master.session, change, text, deadlines);
      });
    },
  };
}

function requireCluster(master: MasterSession, expected: string): void {
  if (master.clusterId === expected) return;
  throw new DorisWrongCluster(
    `${master.master.address} belongs to cluster ${master.clusterId}, not to ${expected}: nothing was sent`,
  );
}

/** Doris asks the same from 2.1 on; before, it drops whatever it is told. */
function requireSafeDrop(
  { node, role }: Extract<NodeChange, { readonly kind: 'drop-frontend' }>,
  { list, master }: MasterSession,
): void {
  if (node === master.address) throw new DorisMasterDrop(`${node} is the master: it is not dropped`);
  const followers = frontendsOf(list).filter((one) => one.role === 'FOLLOWER');
  const dropped = followers.find((one) => one.address === node);
  if (role === 'OBSERVER' || dropped?.alive !== true) return;
  const alive = followers.filter((one) => one.alive).length;
  const needed = majorityOf(followers.length - 1);
  if (alive > needed) return;
  throw new DorisQuorum(
    `${node} is not dropped: ${String(needed)} of the other followers must be alive, and ${String(alive - 1)} are`,
  );
}

async function readBackends(session: FrontendSession, deadlines: WriteDeadlines): Promise<readonly Backend[]> {
  return parseBackends(await session.execute(SHOW_BACKENDS, { deadlineMs: deadlines.readMs }));
}

/** Whether the backends show the wanted state. Throws where the change would be wrong. */
function isSo(change: NodeChange, backends: readonly Backend[]): boolean {
  const backend = 'role' in change ? undefined : backends.find((one) => isMeant(change, one));
  switch (change.kind) {
    case 'add-backend':
      if (backend !== undefined && backend.group !== change.group) {
        throw new DorisBackendExists(
          `${change.node} is registered already, in group ${backend.group} and not in ${change.group}`,
        );
      }
      return backend !== undefined;
    case 'decommission-backend':
      return backend === undefined || backend.decommissioned;
    case 'cancel-decommission':
      return backend === undefined || !backend.decommissioned;
    case 'drop-never-alive-backend':
      if (backend !== undefined) requireNeverAlive(backend);
      return backend === undefined;
    case 'disable-query':
      return backend === undefined ? isGone(change) : backend.queryDisabled === change.disabled;
    case 'disable-load':
      return backend === undefined ? isGone(change) : backend.loadDisabled === change.disabled;
    case 'add-frontend':
    case 'drop-frontend':
      return false;
  }
}

/** Statements go by address: the id is looked at right before, since a backend dropped and added again has another. */
function isMeant(change: NodeChange, { address, id }: Backend): boolean {
  const meant = 'backendId' in change ? change.backendId : undefined;
  return address === change.node && (meant === undefined || id === meant);
}

/** Taking a restriction back from a backend that is gone is done; putting one on it is an error. */
function isGone(change: Extract<NodeChange, { readonly disabled: boolean }>): boolean {
  if (change.disabled) throw new DorisBackendUnknown(`${change.node} is not registered`);
  return true;
}

/** DROPP asks nothing and keeps nothing. */
function requireNeverAlive(backend: Backend): void {
  if (!backend.alive && backend.lastStartTime === undefined && backend.tablets === 0) return;
  throw new DorisStatementFailed(
    `${backend.address} is not dropped: ${backend.tablets > 0 ? `it holds ${String(backend.tablets)} tablets` : 'it was alive before'}; only DECOMMISSION takes it out`,
  );
}

async function send(
  session: FrontendSession,
  change: NodeChange,
  text: string,
  deadlines: WriteDeadlines,
): Promise<'done' | 'already'> {
  try {
    await session.execute(text, { deadlineMs: deadlines.changeMs });
    return 'done';
  } catch (error) {
    if (isAlready(change, error)) return 'already';
    throw error;
  }
}

/** The FE's own words for "it is so already", for what changed since the look. */
function isAlready(change: NodeChange, error: unknown): boolean {
  switch (change.kind) {
    case 'add-backend':
      return error instanceof DorisBackendExists;
    case 'decommission-backend':
    case 'cancel-decommission':
    case 'drop-never-alive-backend':
      return error instanceof DorisBackendUnknown;
    case 'disable-query':
    case 'disable-load':
      return error instanceof DorisBackendUnknown && !change.disabled;
    case 'add-frontend':
      return error instanceof DorisFrontendExists && error.message.includes(`role: ${change.role}`);
    case 'drop-frontend':
      // `OBSERVER does not exist[...]` says that the node has another role.
      return error instanceof DorisFrontendUnknown && error.message.includes('frontend does not exist[');
  }
}
