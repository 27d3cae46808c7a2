import { describe, expect, it } from 'vitest';
import { operationFacts } from '../../../src/controller/operation/facts.ts';
import { testOperation } from './support/carry-out.ts';
import { testPolicy } from './support/policy.ts';
import { CodedTestError, DROP_FLAG, world } from './support/world.ts';
import type { World } from './support/world.ts';

const VICTIM = '10.0.0.5:9050';

/** Facts of a removal whose proof is asked for, and how often each was read. */
function looking(w: World, evidence: World['reader']['evidence'] = w.reader.evidence) {
  const reads = { evidence: 0, configs: 0, topology: 0 };
  const reader: World['reader'] = {
    ...w.reader,
    topology: async () => {
      reads.topology += 1;
      return await w.reader.topology();
    },
    evidence: async (asked) => {
      reads.evidence += 1;
      return await evidence(asked);
    },
    configs: async (keys) => {
      reads.configs += 1;
      return await w.reader.configs(keys);
    },
  };
  const facts = operationFacts({ clock: w.clock, reader, probe: w.probe, provisioner: w.provisioner });
  const operation = { ...testOperation(w, 'remove-backend', { nodes: [VICTIM] }), createdAt: 0 };
  const held = {
    ...operation,
    steps: [
      { key: '0.hold-drop', state: 'intent', attempts: 1, startedAt: 0, endedAt: undefined, detail: '', data: {} },
    ] as const,
  };
  const policy = testPolicy();
  return {
    reads,
    proof: () => facts.look(operation, policy, undefined),
    settings: () => facts.look(held, policy, undefined),
    forget: () => {
      facts.forget();
    },
  };
}

describe('facts of an operation', () => {
  it('hold an earlier look only when it is far enough back to have been another', async () => {
    const w = world();
    const { proof } = looking(w);
    expect((await proof()).earlier).toBeUndefined();
    w.advance(100);
    expect((await proof()).earlier).toBeUndefined();
    w.advance(1000);
    const third = await proof();
    expect(third.earlier?.at).toBeLessThan(w.clock.now());
  });

  it.each([
    ['is kept for two minutes', 0, 110_000, 1],
    ['is read again after them', 0, 121_000, 2],
  ] as const)('dear evidence %s', async (_name, _from, later, times) => {
    const w = world();
    const { proof, reads } = looking(w);
    expect((await proof()).evidence.known).toBe(true);
    w.advance(later);
    await proof();
    expect(reads.evidence).toBe(times);
  });

  it.each([
    ['not at every look', 10_000, 1],
    ['after half a minute', 31_000, 2],
  ] as const)('dear evidence that could not be read is unknown and asked for again %s', async (_name, later, times) => {
    const w = world();
    const failing = () => Promise.reject(new CodedTestError('doris-timeout', 'no answer within 90 s'));
    const { proof, reads } = looking(w, failing);
    expect((await proof()).evidence).toEqual({ known: false, reason: 'no answer within 90 s' });
    w.advance(later);
    await proof();
    expect(reads.evidence).toBe(times);
  });

  it.each([
    [
      'after an effect',
      (w: World, forget: () => void) => {
        w.configs[DROP_FLAG] = 'false';
        forget();
      },
    ],
    [
      'when another process is master, which has values of its own',
      (w: World) => {
        w.configs[DROP_FLAG] = 'false';
        w.changeFrontend('fe1:9010', { lastStartTime: '2026-03-02 01:30:00' });
      },
    ],
  ])('settings are read anew %s', async (_name, change) => {
    const w = world();
    const { settings, forget } = looking(w);
    const before = await settings();
    expect(before.configs).toMatchObject({ known: true, value: { [DROP_FLAG]: 'true' } });
    change(w, forget);
    w.advance(1000);
    expect((await settings()).configs).toMatchObject({ known: true, value: { [DROP_FLAG]: 'false' } });
  });

  it('what nobody asked for is unknown', async () => {
    const { proof } = looking(world());
    const seen = await proof();
    for (const fact of ['activity', 'residual', 'tables', 'migration', 'queries'] as const)
      expect(seen[fact]).toEqual({ known: false, reason: 'it was not read' });
  });
});
