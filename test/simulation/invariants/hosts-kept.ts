import type { Operation } from '../../../src/domain/operation.ts';
import type { World } from '../soak/events.ts';
import type { Invariant } from '../soak/invariant.ts';

const MINUTE = 60_000;
/** A leak is one when it is still there after this long, of which the provisioner answered all the time. */
const SETTLED_MS = 30 * MINUTE;

export const hostsKept: Invariant = {
  name: 'hosts-kept',
  says: 'no host is stopped, cleaned or given back while its node is registered, and none stays reserved for an operation that is over',
  start(world) {
    let answersFromMs = 0;
    return {
      see(event) {
        if (event.is === 'fault' && event.fault.kind === 'host-scripts') answersFromMs = world.wallMs();
        if (event.is === 'provisioner') {
          if (event.error !== undefined || event.host === undefined) return undefined;
          if (event.verb === 'acquire' || event.verb === 'start') return undefined;
          if (!isRegistered(world, event.host, event.role)) return undefined;
          return `${event.verb} of ${event.host} by ${event.key}, and its ${event.role} is registered`;
        }
        return event.is === 'tick' && world.running() && world.openOperation() === undefined
          ? leaked(world, answersFromMs)
          : undefined;
      },
      end: () => undefined,
    };
  },
};

/** Reserved by a key of ours, registered nowhere, and nobody has been told that it is so. */
function leaked(world: World, answersFromMs: number): string | undefined {
  if (world.faults().some(({ kind }) => kind === 'host-scripts')) return undefined;
  for (const { host, role, lease } of world.hosts()) {
    if (lease === undefined || isRegistered(world, host, role)) continue;
    const [id = '', index = '0'] = lease.split('.');
    const operation = world.operations().find((each) => each.id === id);
    if (operation === undefined) return `${host} is reserved for ${lease}, an operation that the journal does not know`;
    if (operation.endedAt === undefined || world.wallMs() - Math.max(operation.endedAt, answersFromMs) < SETTLED_MS)
      continue;
    if (operation.state === 'succeeded' || isLeftIn(operation, index) || isReported(operation, index)) continue;
    return `${host} is reserved for ${lease}, which ended as ${operation.state}: ${operation.reason}`;
  }
  return undefined;
}

/** An addition that failed and was not taken back: who takes it out later has its host to see to, as after one that succeeded. */
function isLeftIn(operation: Operation, index: string): boolean {
  const isRegistered = operation.steps.some(({ key, state }) => key === `${index}.register` && state === 'done');
  return isRegistered && operation.steps.every(({ key }) => key !== `${index}.undo-register`);
}

/** A release that failed, or that was left out with its reason, is in the journal and in the notice of the end. */
function isReported(operation: Operation, index: string): boolean {
  return operation.steps.some(
    ({ key, state }) => key.startsWith(`${index}.`) && /release|stop/.test(key) && state === 'failed',
  );
}

function isRegistered({ state }: World, host: string, role: string): boolean {
  if (role === 'backend') return [...state.index.members.values()].some((backend) => backend.host === host);
  return state.frontends.some((frontend) => frontend.host === host && frontend.row !== undefined);
}
