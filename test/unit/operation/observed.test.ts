import { describe, expect, it } from 'vitest';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import { carryOut, testOperation, when } from './support/carry-out.ts';
import { testPolicy } from './support/policy.ts';
import { DROP_FLAG, world } from './support/world.ts';

const NODE = '10.0.0.5:9050';

/** The policy is edited to observe as soon as a step is done. */
function observedOnce(step: string) {
  let policy: ClusterPolicy = testPolicy();
  return {
    policy: () => policy,
    onChange: when(step, 'done', () => {
      policy = { ...policy, mode: 'observe' };
    }),
  };
}

describe('a policy that is edited to mode: observe', () => {
  it('takes a drain back: the backend serves again and the settings are as they were found', async () => {
    const w = world({ backends: 6, observers: 0, tablets: 200 });
    const asked = testOperation(w, 'remove-backend', { nodes: [NODE], count: 0 });
    const { operation } = await carryOut(w, asked, observedOnce('0.decommission'));
    expect(operation).toMatchObject({ state: 'cancelled' });
    expect(operation.reason).toContain('mode: observe');
    expect(w.backends().find(({ address }) => address === NODE)).toMatchObject({
      decommissioned: false,
      loadDisabled: false,
      queryDisabled: false,
    });
    expect(w.configs[DROP_FLAG]).toBe('true');
  });

  it('brings a removal whose row is gone to its end: its process is stopped and the host given back', async () => {
    const w = world({ backends: 6, observers: 0, tablets: 200 });
    const asked = testOperation(w, 'remove-backend', { nodes: [NODE], count: 0 });
    const { operation } = await carryOut(w, asked, observedOnce('0.let-drop'));
    expect(operation.state).toBe('succeeded');
    expect(w.verbs.map(({ verb }) => verb)).toEqual(['stop', 'release']);
  });

  it('undoes an addition before its ADD statement and gives the host back', async () => {
    const w = world({ backends: 6, observers: 0, tablets: 200 });
    const asked = testOperation(w, 'add-backend', { nodes: [], count: 1 });
    const { operation } = await carryOut(w, asked, observedOnce('0.start'));
    expect(operation.state).toBe('cancelled');
    expect(w.sent).toEqual([]);
    expect(w.verbs.map(({ verb }) => verb).slice(-2)).toEqual(['stop', 'release']);
  });
});
