import type { Operation } from '../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { Invariant } from '../soak/invariant.ts';

/** Instants are those of the journal. */
export const patienceKept: Invariant = {
  name: 'patience-kept',
  says: 'no backend is taken out within cooldown.in of a change, nor within minHold of a scale-out',
  start(world) {
    const seen = new Set(world.operations().map(({ id }) => id));
    return {
      see(event) {
        if (event.is !== 'operation' || seen.has(event.operation.id)) return undefined;
        const { operation } = event;
        seen.add(operation.id);
        return operation.kind === 'remove-backend' ? tooSoon(operation, world.operations(), world.policy()) : undefined;
      },
      end: () => undefined,
    };
  },
};

function tooSoon(begun: Operation, operations: readonly Operation[], { backends }: ClusterPolicy): string | undefined {
  const group = backends.find((each) => each.group === begun.group);
  if (group === undefined) return `the policy has no group ${begun.group}`;
  for (const { id, kind, state, role, group: of, endedAt } of operations) {
    if (id === begun.id || endedAt === undefined || state !== 'succeeded') continue;
    if (role !== begun.role || of !== begun.group) continue;
    const waitMs = kind === 'add-backend' ? Math.max(group.cooldown.inMs, group.minHoldMs) : group.cooldown.inMs;
    if (begun.createdAt - endedAt >= waitMs) continue;
    return `${begun.id} takes a backend out ${minutesText(begun.createdAt - endedAt)} after ${kind} ${id}, ${minutesText(waitMs)} are asked`;
  }
  return undefined;
}

function minutesText(ms: number): string {
  return `${(ms / 60_000).toFixed(0)} min`;
}
