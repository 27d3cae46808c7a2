import type { NodeAddress } from '../domain/node.ts';
import type { Backend, Frontend, Topology } from '../domain/topology.ts';
import { recordOf, textIn } from './steps/records.ts';
import type { Context } from './steps/step.ts';

/** One target of an operation, whatever the cluster shows of it. */
type Target = Pick<Context, 'operation' | 'index' | 'target'>;

/** Address of the target: known from admission for a removal, from the provisioner for an addition. */
export function nodeOf(context: Target): NodeAddress | undefined {
  if (context.target.node !== undefined) return context.target.node;
  for (const step of ['acquire', 'undo-find-host']) {
    const node = textIn(recordOf(context.operation, context.index, step)?.data ?? {}, 'node');
    if (node !== undefined) return node;
  }
  return undefined;
}

export function hostOf(context: Target): string | undefined {
  for (const step of ['acquire', 'undo-find-host']) {
    const host = textIn(recordOf(context.operation, context.index, step)?.data ?? {}, 'host');
    if (host !== undefined) return host;
  }
  const node = nodeOf(context);
  return node === undefined ? undefined : hostIn(node);
}

/** As Doris prints it: an IPv6 host without the brackets that it has in an address. */
export function hostIn(node: NodeAddress): string {
  return node.slice(0, node.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

/** The row of the very backend that was admitted: another id under the same address is another backend. */
export function backendIn(topology: Topology, context: Context): Backend | undefined {
  const node = nodeOf(context);
  const id = backendIdOf(context);
  return topology.backends.find((backend) => backend.address === node && (id === undefined || backend.id === id));
}

/** Known from admission for a removal, once its row was seen for an addition. */
export function backendIdOf({ operation, index, target }: Target): string | undefined {
  return target.backendId ?? textIn(recordOf(operation, index, 'register')?.data ?? {}, 'backendId');
}

export function frontendIn(topology: Topology, context: Context): Frontend | undefined {
  const node = nodeOf(context);
  return topology.frontends.find((frontend) => frontend.address === node);
}

/** Whether any node of the operation's role has this address, whatever its id. */
export function isRegistered(topology: Topology, context: Context, node: NodeAddress): boolean {
  return rowsOf(topology, context).some(({ address }) => address === node);
}

/** A node of the operation's role under this address or, where processes are started and cleaned by host, on this host. */
export function registeredOn(
  topology: Topology,
  context: Context,
  { host, node }: { readonly host: string; readonly node: NodeAddress },
): NodeAddress | undefined {
  const byHost = context.facts.provisioner?.keepsRunning !== true;
  return rowsOf(topology, context).find((row) => row.address === node || (byHost && row.host === host))?.address;
}

function rowsOf(topology: Topology, { operation }: Context): readonly (Backend | Frontend)[] {
  return operation.role === 'backend' ? topology.backends : topology.frontends;
}

/** Two looks of this process, one after the other, agree. */
export function seenTwice(context: Context, holds: (topology: Topology) => boolean): boolean {
  const { topology, earlier } = context.facts;
  if (!topology.known || earlier === undefined || earlier.at >= topology.value.at) return false;
  return holds(topology.value) && holds(earlier);
}

/** Of a removal or an addition, whichever role. Two looks without the row, of an addition both after it was shown. */
export function isGone(context: Context): boolean {
  const register = recordOf(context.operation, context.index, 'register');
  const shownAt = register?.state === 'done' ? (register.endedAt ?? 0) : 0;
  const isBefore = shownAt <= context.now && (context.facts.earlier?.at ?? 0) < shownAt;
  if (isBefore) return false;
  return seenTwice(context, (topology) =>
    context.operation.role === 'backend'
      ? backendIn(topology, context) === undefined
      : frontendIn(topology, context) === undefined,
  );
}

/** No heartbeat ever reached it and it holds nothing: the only backend that DROPP may take. */
export function isNeverAlive(backend: Backend): boolean {
  return (
    !backend.alive &&
    backend.tablets === 0 &&
    backend.lastStartTime === undefined &&
    backend.httpPort <= 0 &&
    backend.totalBytes === 0
  );
}

export function isNeverAliveFrontend(frontend: Frontend): boolean {
  return !frontend.alive && frontend.queryPort === 0 && frontend.lastStartTime === undefined;
}

/** The heartbeat's text of a BE with the storage of another cluster, or of an FE that was started without --helper. */
export function saysOtherCluster(row: Backend | Frontend | undefined): boolean {
  return row !== undefined && !row.alive && /invalid cluster.?id/i.test(row.errorMessage);
}

/** Which process the master is: values of ADMIN SET live in its memory. */
export function masterIdentity(topology: Topology): string {
  const master = topology.frontends.find((frontend) => frontend.address === topology.master);
  return `${topology.master}@${master?.lastStartTime ?? ''}`;
}
