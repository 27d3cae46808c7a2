import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recall } from '../../../src/controller/memory/recall.ts';
import { recentNeeds } from '../../../src/controller/memory/recent-needs.ts';
import { judgeChanges } from '../../../src/controller/memory/regrets.ts';
import { openStore } from '../../../src/store/store.ts';
import { backends, clusterPolicy, DAY, history, NOW, observation, slots } from '../../support/decision-input.ts';
import { ended, inMemory } from '../../unit/controller/support/ports.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrets-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const policy = clusterPolicy();

/** One start of the daemon: the judgements of an evaluation a day after a scale-in whose next day was too busy. */
async function judgedByOneStart(operationId: string, endedAt: number) {
  const store = await openStore(join(folder, 'autoscaler.db'), { lock: true });
  try {
    const world = inMemory(NOW);
    const ports = { ...world.ports, memory: store.memory };
    world.kept.operations.set(operationId, ended({ id: operationId, endedAt, from: 6, to: 5 }));
    const recalled = await recall(ports, policy, recentNeeds([]), NOW);
    const judged = await judgeChanges(ports, policy, {
      ...recalled,
      observation: observation(backends(5), policy),
      demand: [history({ queries: slots('queries', () => 560) })],
      at: NOW,
    });
    const { memory } = await recall(ports, policy, recentNeeds([]), NOW);
    return { judged: judged.map(({ id }) => id), totals: memory.groups[0]?.regrets?.totals };
  } finally {
    await store.close();
  }
}

describe('regrets in a store', () => {
  it('are counted once, however often the daemon starts', async () => {
    const first = await judgedByOneStart('a', NOW - DAY);
    expect(first).toEqual({ judged: ['a'], totals: { reverted: 0, 'above-target': 1, 'never-used': 0 } });
    expect(await judgedByOneStart('a', NOW - DAY)).toEqual({ judged: [], totals: first.totals });
    const second = await judgedByOneStart('b', NOW - 1.5 * DAY);
    expect(second).toEqual({ judged: ['b'], totals: { reverted: 0, 'above-target': 2, 'never-used': 0 } });
  });
});
