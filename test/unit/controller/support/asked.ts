import type { Evaluation } from '../../../../src/controller/evaluate.ts';
import type { ReasonCode } from '../../../../src/domain/codes.ts';
import type { Operation } from '../../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../../src/domain/policy.ts';
import { clusterPolicy, DAY, HOUR, NOW } from '../../../support/decision-input.ts';
import { evaluateOnce, inMemory } from './ports.ts';
import type { InMemory } from './ports.ts';

/** Tuesday 10:00, people are at work; the next window is Wednesday 01:00 to 05:00. */
export const DAYTIME = NOW + 8 * HOUR;
export const NIGHT = NOW + DAY;
export const policyOf = (parts: Partial<ClusterPolicy> = {}): ClusterPolicy =>
  clusterPolicy({ mode: 'approve', ...parts });

/** A cluster in mode approve. */
export interface Asked extends InMemory {
  evaluate(at?: number, parts?: Partial<ClusterPolicy>): Promise<Evaluation>;
  /** The only proposal or operation that is open. */
  open(): Operation | undefined;
  approve(): void;
  reject(): void;
}

export function world(startAt = DAYTIME): Asked {
  const inside = inMemory(startAt);
  const open = (): Operation | undefined =>
    [...inside.kept.operations.values()].find(({ endedAt }) => endedAt === undefined);
  const change = (parts: (operation: Operation) => Partial<Operation>): void => {
    const operation = open();
    if (operation === undefined) throw new Error('nothing is open');
    inside.kept.operations.set(operation.id, { ...operation, ...parts(operation) });
  };
  return {
    ...inside,
    open,
    async evaluate(at = inside.clock.now(), parts = {}) {
      await inside.clock.advanceTo(at);
      return await evaluateOnce(inside, { policy: policyOf(parts) });
    },
    approve() {
      const given = { at: inside.clock.now(), by: 'ann', reason: 'fine' };
      change(({ approval }) => (approval === undefined ? {} : { approval: { ...approval, given } }));
    },
    reject() {
      change(() => ({ cancelRequested: { at: inside.clock.now(), by: 'bob', reason: 'a release tonight' } }));
    },
  };
}

export function reasons({ record }: Evaluation): readonly ReasonCode[] {
  return record.groups[0]?.reasons ?? [];
}

export function said({ record }: Evaluation, code: ReasonCode): string | undefined {
  return record.groups[0]?.guards.find((guard) => guard.code === code)?.detail;
}
