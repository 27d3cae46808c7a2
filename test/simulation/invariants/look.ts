import type { Operation } from '../../../src/domain/operation.ts';
import type { ClusterChange } from '../../../src/domain/ports/cluster-writer.ts';
import { registeredBackends } from '../../../src/simulator/model/queries.ts';
import type { RegisteredBackend } from '../../../src/simulator/model/state.ts';
import type { World, WorldEvent } from '../soak/events.ts';

/* What several invariants ask of an event or of the world. */

export type StatementEvent = Extract<WorldEvent, { readonly is: 'statement' }>;

/** A statement of ours that asks the cluster to change. */
export type OwnChange = StatementEvent & { readonly change: ClusterChange };

export function isOwnChange(event: WorldEvent): event is OwnChange {
  return event.is === 'statement' && event.by === 'us' && event.change !== undefined;
}

/** It has had its effect: a statement that hangs for want of a majority has been carried out in the memory of the master. */
export function tookEffect({ outcome }: StatementEvent): boolean {
  return outcome === 'ok' || outcome === 'pending';
}

export function addressOf({ host, ports }: RegisteredBackend): string {
  return `${host}:${String(ports.heartbeat)}`;
}

export function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

/** Registered and not leaving, of one group. */
export function staying(world: World, group: string): readonly RegisteredBackend[] {
  return registeredBackends(world.state).filter(
    ({ row }) => !row.decommissioned && (row.tags['location'] ?? 'default') === group,
  );
}

export function isOpen(operation: Operation): boolean {
  return operation.endedAt === undefined && operation.state !== 'proposed';
}

export function nodeOfChange(change: ClusterChange): string | undefined {
  return change.kind === 'set-config' ? undefined : change.node;
}

/** Nodes that an operation names: victims from admission, hosts of an addition from the answer of the provisioner. */
export function nodesOf(operation: Operation): readonly string[] {
  const taken = operation.steps.flatMap(({ data }) => (typeof data['node'] === 'string' ? [data['node']] : []));
  return [...operation.targets.flatMap(({ node }) => node ?? []), ...taken];
}

export function timeText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19);
}
