import { describe, expect, it } from 'vitest';
import { clusterLoop } from '../../../src/controller/cluster-loop.ts';
import type { PolicyInForce } from '../../../src/controller/cluster-loop.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import { clusterPolicy, HOUR, MINUTE, NOW } from '../../support/decision-input.ts';
import { ended, inMemory } from './support/ports.ts';
import type { InMemory } from './support/ports.ts';

interface Looped {
  readonly loop: ReturnType<typeof clusterLoop>;
  readonly records: DecisionRecord[];
  readonly errors: unknown[];
  readonly changed: Operation[];
  readonly skipped: () => number;
  force: PolicyInForce;
}

function looped(world: InMemory, force: Partial<PolicyInForce> = {}): Looped {
  let skipped = 0;
  const state: Looped = {
    records: [],
    errors: [],
    changed: [],
    skipped: () => skipped,
    force: { policy: clusterPolicy(), revision: 'r1', forcedObserve: undefined, ...force },
    loop: clusterLoop(world.ports, () => state.force, {
      evaluated(result) {
        if ('record' in result) state.records.push(result.record);
        else state.errors.push(result.error);
      },
      skipped() {
        skipped += 1;
      },
      operationChanged(operation) {
        state.changed.push(operation);
      },
    }),
  };
  return state;
}

/** A look at the cluster that lasts until it is let go. */
function held(world: InMemory): { readonly letGo: () => void; readonly looks: () => number } {
  const look = world.outside.topology;
  const waiting: (() => void)[] = [];
  let looks = 0;
  world.outside.topology = async () => {
    looks += 1;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
    return await look();
  };
  return {
    looks: () => looks,
    letGo: () => {
      world.outside.topology = look;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

const observe = { policy: clusterPolicy({ mode: 'observe' as const }) };
const codes = (record: DecisionRecord | undefined) => record?.groups[0]?.reasons ?? [];

describe('ticks', () => {
  it('never begin a second evaluation beside the first: it is skipped and counted', async () => {
    const world = inMemory();
    const state = looped(world, observe);
    const look = held(world);
    const first = state.loop.tick(NOW);
    await state.loop.tick(NOW + 1000);
    await state.loop.tick(NOW + 2000);
    expect(look.looks()).toBe(1);
    expect(state.skipped()).toBe(2);
    look.letGo();
    await first;
    await state.loop.tick(NOW + 3000);
    expect(state.records.map(({ at }) => at)).toEqual([NOW, NOW + 3000]);
  });

  it('go on after an evaluation that broke off, which is told', async () => {
    const world = inMemory();
    const state = looped(world, observe);
    world.outside.membersFail = 'disk I/O error';
    await state.loop.tick(NOW);
    world.outside.membersFail = undefined;
    await state.loop.tick(NOW + MINUTE);
    expect(state.errors).toEqual([new Error('disk I/O error')]);
    expect(state.records).toHaveLength(1);
  });

  it('do nothing once the loop is stopped', async () => {
    const world = inMemory();
    const state = looped(world, observe);
    await state.loop.stop();
    await state.loop.tick(NOW);
    expect(world.asked).toEqual([]);
    expect(state.records).toEqual([]);
  });

  it('take the policy that is in force then', async () => {
    const world = inMemory();
    const state = looped(world, observe);
    await state.loop.tick(NOW);
    state.force = { ...state.force, revision: 'r2', forcedObserve: 'privileges: cannot act', policy: clusterPolicy() };
    await state.loop.tick(NOW + MINUTE);
    expect(state.records.map(({ policyRevision }) => policyRevision)).toEqual(['r1', 'r2']);
    expect(codes(state.records[1])).toContain('mode-observe');
    expect(world.kept.operations.size).toBe(0);
  });
});

describe('the wall clock', () => {
  it.each([
    { says: 'goes on evenly', byMs: 0, holds: false },
    { says: 'is 119 s ahead', byMs: 119_000, holds: false },
    { says: 'is 121 s ahead', byMs: 121_000, holds: true },
    { says: 'was set back by 121 s', byMs: -121_000, holds: true },
    { says: 'was set back by a day', byMs: -24 * HOUR, holds: true },
  ])('$says: clock-jump $holds on that tick and on no other', async ({ byMs, holds }) => {
    const world = inMemory();
    const state = looped(world, observe);
    const tick = async (): Promise<readonly string[]> => {
      await state.loop.tick(world.clock.now());
      return codes(state.records.at(-1));
    };
    expect(await tick()).not.toContain('clock-jump');
    await world.clock.advanceBy(MINUTE);
    world.clock.setWall(world.clock.now() + byMs);
    const guard = async () => {
      await tick();
      return state.records.at(-1)?.groups[0]?.guards.find(({ code }) => code === 'clock-jump')?.verdict;
    };
    expect(await guard()).toBe(holds ? 'hold' : 'pass');
    await world.clock.advanceBy(MINUTE);
    expect(await guard()).toBe('pass');
  });

  it('is no jump over a long evaluation or many skipped ticks', async () => {
    const world = inMemory();
    const state = looped(world, observe);
    await state.loop.tick(world.clock.now());
    await world.clock.advanceBy(HOUR);
    await state.loop.tick(world.clock.now());
    expect(state.records[1]?.groups[0]?.guards.find(({ code }) => code === 'clock-jump')?.verdict).toBe('pass');
  });
});

describe('operations', () => {
  const running = (): Operation => ({
    ...ended({ endedAt: NOW }),
    id: 'op-open',
    endedAt: undefined,
    state: 'running',
    startedAt: NOW - HOUR,
  });

  it('an admitted operation is run beside the evaluations, which hold operation-open', async () => {
    const world = inMemory();
    const state = looped(world);
    await state.loop.tick(world.clock.now());
    expect(state.records[0]?.operationId).toBeDefined();
    await world.clock.advanceBy(1);
    await state.loop.tick(world.clock.now());
    expect(codes(state.records[1])).toContain('operation-open');
    expect(world.kept.operations.size).toBe(1);
    await state.loop.stop();
    expect([...world.kept.operations.values()][0]?.endedAt).toBeUndefined();
  });

  it('one that an earlier process left open is taken up at the start, and by a tick if that failed', async () => {
    for (const start of ['resume', 'tick'] as const) {
      const world = inMemory();
      world.kept.operations.set('op-open', running());
      const state = looped(world);
      if (start === 'resume') await state.loop.resume();
      else await state.loop.tick(world.clock.now());
      await world.clock.advanceBy(MINUTE);
      expect(world.logs.map(({ message }) => message)).toContain('operation taken up');
      await state.loop.stop();
    }
  });

  it('are never two at once: a tick does not take up what is running already', async () => {
    const world = inMemory();
    world.kept.operations.set('op-open', running());
    const state = looped(world);
    await state.loop.resume();
    await state.loop.tick(world.clock.now());
    await world.clock.advanceBy(MINUTE);
    await state.loop.tick(world.clock.now());
    await world.clock.advanceBy(MINUTE);
    expect(world.logs.filter(({ message }) => message === 'operation taken up')).toHaveLength(1);
    await state.loop.stop();
  });

  it('one admitted by an evaluation that a stop overtook stays pending for the next start', async () => {
    const world = inMemory();
    const state = looped(world);
    const look = held(world);
    const tick = state.loop.tick(world.clock.now());
    const stopped = state.loop.stop();
    look.letGo();
    await Promise.all([tick, stopped]);
    const [operation] = [...world.kept.operations.values()];
    expect(operation?.state ?? 'pending').toBe('pending');
    expect(state.changed).toEqual([]);
    expect(world.asked.filter((asked) => asked.startsWith('change'))).toEqual([]);
  });
});

describe('a loop that is left', () => {
  it('writes no outcome of what hung until after its stop: another loop may have taken the operation up', async () => {
    const world = inMemory();
    world.outside.history = () => 750;
    let answer: (() => void) | undefined;
    const [[name, spares]] = [...world.ports.provisioners] as [[string, Provisioner]];
    const hangs: Provisioner = {
      ...spares,
      acquire: () =>
        new Promise((_resolve, reject) => {
          answer = () => {
            reject(new Error('the script was killed'));
          };
        }),
    };
    const state = looped({ ...world, ports: { ...world.ports, provisioners: new Map([[name, hangs]]) } });
    await state.loop.tick(world.clock.now());
    await world.clock.advanceBy(MINUTE);
    const stopped = state.loop.stop();
    await world.clock.advanceBy(MINUTE);
    await stopped;
    const [before, told] = [[...world.kept.writes], state.changed.length];
    answer?.();
    await world.clock.advanceBy(MINUTE);
    expect(before).toContain('step 0.acquire');
    expect(world.kept.writes).toEqual(before);
    expect(state.changed).toHaveLength(told);
  });

  it('begins nothing by an evaluation that comes to its end later, and tells nobody of it', async () => {
    const world = inMemory();
    const state = looped(world);
    const look = held(world);
    const tick = state.loop.tick(world.clock.now());
    state.loop.leave();
    look.letGo();
    await tick;
    expect(world.kept.writes).toEqual([]);
    expect([state.records, state.errors, state.changed]).toEqual([[], [], []]);
  });
});
