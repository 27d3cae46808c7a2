import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockJumps } from '../../../src/controller/operation/clock-jump.ts';
import type { JsonValue, Operation, StepRecord } from '../../../src/domain/operation.ts';
import { rebase } from '../../../src/operation/steps/rebase.ts';
import { carryOut, testOperation, when } from './support/carry-out.ts';
import { setClock } from './support/interrupted.ts';
import { testPolicy } from './support/policy.ts';
import { START, world } from './support/world.ts';
import type { World } from './support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function operation(...steps: readonly Partial<StepRecord>[]): Operation {
  const bare: StepRecord = {
    key: '0.drain',
    state: 'intent',
    attempts: 1,
    startedAt: START,
    endedAt: undefined,
    detail: '',
    data: {},
  };
  const own = testOperation(world(), 'remove-backend', { nodes: ['10.0.0.5:9050'] });
  return { ...own, startedAt: START, steps: steps.map((step) => ({ ...bare, ...step })) };
}

describe('an operation after a jump of the wall clock', () => {
  it('has begun as long ago as before, with all that its steps in hand remember', () => {
    const data = {
      sentAt: 10,
      lowestAt: 20,
      stalledAt: null,
      askedAt: { schedule_slot_num_per_hdd_path: '30' },
      samples: [[40, 100, 7]],
      until: 50,
      tabletsAtStart: 60,
      node: '10.0.0.5:9050',
    };
    const moved = rebase(operation({ data }), 1000);
    expect(moved.startedAt).toBe(START + 1000);
    expect(moved.steps[0]).toMatchObject({ startedAt: START + 1000 });
    expect(moved.steps[0]?.data).toEqual({
      ...data,
      sentAt: 1010,
      lowestAt: 1020,
      askedAt: { schedule_slot_num_per_hdd_path: '1030' },
      samples: [[1040, 100, 7]],
    });
  });

  it.each(['done', 'failed', 'skipped', 'undone'] as const)('leaves what is %s as it was written', (state) => {
    const step = { state, endedAt: START + 5, data: { sentAt: 10 } };
    expect(rebase(operation(step), 1000).steps).toEqual(operation(step).steps);
  });

  it('back again is the same operation, whatever its steps hold', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('sentAt', 'askedAt', 'samples', 'until', 'node'), fc.jsonValue()),
        fc.integer(),
        (data, jumpMs) => {
          const before = operation({ data: JSON.parse(JSON.stringify(data)) as Record<string, JsonValue> });
          const once = rebase(before, jumpMs);
          expect(Object.keys(once.steps[0]?.data ?? {})).toEqual(Object.keys(before.steps[0]?.data ?? {}));
          expect(rebase(once, -jumpMs).startedAt).toBe(before.startedAt);
        },
      ),
    );
  });
});

describe('a jump of the wall clock', () => {
  it.each([
    ['runs with the monotonic one', 60_000, 60_000, 0],
    ['is set forward by an hour', 3_660_000, 60_000, 3_600_000],
    ['is set back by an hour', -3_540_000, 60_000, -3_600_000],
    ['is slewed by a minute', 120_000, 60_000, 0],
    ['stood while the machine slept', 7_200_000, 0, 7_200_000],
  ])('is seen when it %s', (_name, wallMs, monotonicMs, jumpMs) => {
    const clock = { wall: START, monotonic: 5 };
    const jumps = clockJumps({ now: () => clock.wall, monotonicMs: () => clock.monotonic });
    expect(jumps()).toBe(0);
    clock.wall += wallMs;
    clock.monotonic += monotonicMs;
    expect(jumps()).toBe(jumpMs);
    expect(jumps()).toBe(0);
  });
});

describe('a clock that is set while queries run on a backend that is to go', { timeout: 60_000 }, () => {
  it('ends none of them: they are as old as they were', async () => {
    const w = world();
    let offsetMs = 0;
    let quietAt = Infinity;
    const beganAt = START - HOUR;
    const activity: World['reader']['activity'] = async (_node, sinceSeconds) => ({
      runningTasks: 'unknown',
      olderQueries: w.clock.now() < quietAt + 10 * MINUTE && (w.clock.now() - beganAt) / 1000 >= sinceSeconds ? 1 : 0,
    });
    const seen = setClock({ ...w, reader: { ...w.reader, activity } }, () => offsetMs);
    await carryOut(seen, testOperation(w, 'remove-backend', { nodes: ['10.0.0.5:9050'] }), {
      policy: testPolicy({ windows: { always: true, allow: [] } }),
      onChange: when('0.quiet', 'intent', () => {
        quietAt = w.clock.now();
        offsetMs = 24 * HOUR;
      }),
    });
    const letGo = w.sent.find(({ change }) => change.kind === 'set-config' && change.value === 'true');
    expect(letGo?.at).toBeGreaterThanOrEqual(quietAt + 10 * MINUTE);
  });
});
