import { describe, expect, it } from 'vitest';
import type { Operation, StepRecord } from '../../../src/domain/operation.ts';
import { provisionerOf } from '../../../src/operation/provisioner-of.ts';
import { clusterPolicy, groupPolicy, NOW } from '../../support/decision-input.ts';
import { carryOut, testOperation, when } from './support/carry-out.ts';
import { killedOnce, recordOf } from './support/interrupted.ts';
import { world } from './support/world.ts';

const policy = clusterPolicy({ backends: [groupPolicy({ provisioner: 'cloud' })] });

function acquire(index: number, state: StepRecord['state'], provisioner?: string): StepRecord {
  const data = provisioner === undefined ? {} : { provisioner };
  return { key: `${String(index)}.acquire`, state, attempts: 1, startedAt: NOW, endedAt: NOW, detail: '', data };
}

describe('the provisioner of an operation', () => {
  it.each<{ says: string; operation: Partial<Operation>; is: string | undefined }>([
    { says: 'that has asked for no host yet is the one of its group', operation: {}, is: 'cloud' },
    {
      says: 'that has a host is the one that gave it',
      operation: { steps: [acquire(0, 'done', 'spares')] },
      is: 'spares',
    },
    {
      says: 'whose answer was lost is the one that was asked',
      operation: { steps: [acquire(0, 'intent', 'spares')] },
      is: 'spares',
    },
    {
      says: 'of which the first found no host is the one that was asked for the others',
      operation: { steps: [acquire(0, 'undone'), acquire(1, 'done', 'spares')] },
      is: 'spares',
    },
    {
      says: 'whose group is not in the policy any more is the one that gave its host',
      operation: { group: 'hot', steps: [acquire(0, 'done', 'spares')] },
      is: 'spares',
    },
    {
      says: 'of a journal that names none is the one of its group',
      operation: { steps: [acquire(0, 'done')] },
      is: 'cloud',
    },
    { says: 'of a group that is not in the policy is unknown', operation: { group: 'hot' }, is: undefined },
    {
      says: 'that gave observers is not the one of the frontends by now',
      operation: { role: 'observer', group: 'observer', steps: [acquire(0, 'done', 'spares')] },
      is: 'spares',
    },
  ])('$says', ({ operation, is }) => {
    expect(provisionerOf(policy, { role: 'backend', group: 'default', steps: [], ...operation })).toBe(is);
  });

  it.each(['intent', 'done'])('stands in the journal once acquire is %s', async (state) => {
    const w = world();
    const { journal } = killedOnce(w);
    let named: unknown;
    await carryOut(w, testOperation(w, 'add-backend'), {
      journal,
      onChange: (operation) => {
        when('0.acquire', state, () => {
          named ??= recordOf(operation, '0.acquire')?.data['provisioner'];
        })(operation);
      },
    });
    expect(named).toBe(w.provisioner.name);
  });

  it('is not written down by a removal', async () => {
    const w = world();
    const { operation } = await carryOut(w, testOperation(w, 'remove-backend', { nodes: ['10.0.0.5:9050'] }));
    expect(operation.steps.filter(({ data }) => 'provisioner' in data)).toEqual([]);
  });
});
