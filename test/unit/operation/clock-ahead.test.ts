import { describe, expect, it } from 'vitest';
import type { Operation, StepRecord } from '../../../src/domain/operation.ts';
import { setBack, withoutAway } from '../../../src/operation/steps/away.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { blinded, recordOf, setClock } from './support/interrupted.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { CodedTestError, DROP_FLAG, START, world } from './support/world.ts';
import type { World } from './support/world.ts';

const VICTIM = '10.0.0.5:9050';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a clock that was a day ahead and is right from the next start on', { timeout: 60_000 }, () => {
  /** Ahead until the process is killed, by the first write after it is armed. */
  function ahead(w: World) {
    let offsetMs = 0;
    let armed = false;
    let rightAt = Number.NaN;
    const journal = memoryJournal(() => {
      if (!armed || offsetMs < 0) return 'no';
      offsetMs = -24 * HOUR;
      rightAt = w.clock.now();
      return 'before';
    });
    return {
      journal,
      seen: setClock(w, () => offsetMs),
      isAhead: () => offsetMs === 0,
      rightAt: () => rightAt,
      arm() {
        armed = true;
      },
    };
  }
  const options = { policy: testPolicy({ windows: { always: true } }), maxMs: 60 * HOUR };

  it.each(['0.register', '0.undo-stop'])(
    'add-backend, %s in hand: a cancelled one ends within the hour',
    async (key) => {
      const w = world();
      if (key === '0.undo-stop') w.probe.open = async () => false;
      const { journal, seen, arm, rightAt } = ahead(w);
      const { operation } = await carryOut(seen, testOperation(w, 'add-backend'), {
        ...options,
        journal,
        onChange: when(key, 'intent', () => {
          arm();
          journal.requestCancel('not now', START);
        }),
      });
      expect(operation.endedAt).toBeDefined();
      expect((w.clock.now() - rightAt()) / HOUR).toBeLessThan(1);
    },
  );

  it('remove-backend, its CANCEL DECOMMISSION in hand and not carried out: it is sent again within a minute', async () => {
    const w = world({ tablets: 4000 });
    w.knobs.tabletsPerSecond = 0.01;
    const { journal, seen, arm, isAhead, rightAt } = ahead(w);
    w.knobs.onApply = (change) => {
      if (change.kind !== 'cancel-decommission' || !isAhead()) return 'ok';
      arm();
      return 'lost-before';
    };
    await carryOut(seen, testOperation(w, 'remove-backend', { nodes: [VICTIM] }), {
      ...options,
      journal,
      onChange: when('0.drain', 'intent', () => {
        journal.requestCancel('the disks fill', START);
      }),
    });
    const again = w.sent.find(({ change, at }) => change.kind === 'cancel-decommission' && at > rightAt());
    expect(((again?.at ?? Number.NaN) - rightAt()) / MINUTE).toBeLessThan(1);
  });

  it('a drain goes on with its samples and is not given up', async () => {
    const w = world({ tablets: 4000 });
    const { journal, seen, arm } = ahead(w);
    const { operation } = await carryOut(seen, testOperation(w, 'remove-backend', { nodes: [VICTIM] }), {
      ...options,
      journal,
      onChange(now) {
        const samples = recordOf(now, '0.drain')?.data['samples'];
        if (Array.isArray(samples) && samples.length > 5) arm();
      },
    });
    expect(operation.state).toBe('succeeded');
  });

  it('set right while the cluster cannot be read at the start: it is told once', async () => {
    const w = world();
    let offsetMs = 0;
    let readableFrom = Number.POSITIVE_INFINITY;
    const journal = memoryJournal();
    const stop = new AbortController();
    const seen = blinded(
      setClock(w, () => offsetMs),
      () => {
        if (readableFrom === Number.POSITIVE_INFINITY) return false;
        if (w.clock.now() > readableFrom - MINUTE) offsetMs = -24 * HOUR;
        return w.clock.now() < readableFrom;
      },
    );
    const first = await carryOut(seen, testOperation(w, 'add-backend'), {
      ...options,
      journal,
      signal: stop.signal,
      onChange: when('0.alive', 'intent', () => {
        stop.abort(new Error('stopping'));
      }),
    });
    readableFrom = w.clock.now() + 10 * MINUTE;
    const startedAt = first.operation.startedAt ?? Number.NaN;
    const { operation } = await carryOut(seen, first.operation, { ...options, journal });
    expect(operation.state).toBe('succeeded');
    expect(((operation.startedAt ?? Number.NaN) - startedAt) / HOUR).toBeCloseTo(-24, 1);
  });
});

describe('what a clock wrote that was ten days ahead', { timeout: 60_000 }, () => {
  const AHEAD = START + 240 * HOUR;
  const step = (key: string, state: StepRecord['state'], data: StepRecord['data'] = {}): StepRecord => ({
    key,
    state,
    attempts: 1,
    startedAt: AHEAD,
    endedAt: AHEAD,
    detail: '',
    data,
  });
  /** The evidence for a proof cannot be read. */
  const unproven = (w: World): World => ({
    ...w,
    reader: {
      ...w.reader,
      evidence: async () => await Promise.reject(new CodedTestError('doris-timeout', 'no answer')),
    },
  });
  const removal = (w: World): Operation => testOperation(w, 'remove-backend', { nodes: [VICTIM] });

  it('is no admission of just now: nothing is decommissioned without a proof', async () => {
    const w = world();
    await carryOut(unproven(w), { ...removal(w), createdAt: AHEAD }, { maxMs: HOUR });
    expect(statements(w)).not.toContain(`decommission-backend ${VICTIM}`);
  });

  it('is no proof of just now either', async () => {
    const w = world();
    const steps = ['0.proof', '0.speed', '0.hold-drop', '0.disable-load'].map((key) => step(key, 'done'));
    const proven = {
      ...removal(w),
      createdAt: START - HOUR,
      startedAt: START - HOUR,
      state: 'running',
      steps,
    } as const;
    await carryOut(unproven(w), proven, { maxMs: HOUR });
    expect(statements(w)).not.toContain(`decommission-backend ${VICTIM}`);
  });

  it('keeps a drained backend from no window', async () => {
    const w = world();
    w.change(VICTIM, { decommissioned: true, tablets: 0, dataUsedBytes: 0, loadDisabled: true });
    w.configs[DROP_FLAG] = 'false';
    const done = ['proof', 'speed', 'hold-drop', 'disable-load', 'decommission', 'drain'].map((key) =>
      step(`0.${key}`, 'done'),
    );
    const steps = [...done, step('0.back', 'done', { until: AHEAD })];
    const { operation } = await carryOut(
      w,
      { ...removal(w), startedAt: START, state: 'paused', steps },
      { maxMs: 30 * HOUR },
    );
    expect(operation.state).toBe('succeeded');
  });
});

describe('an operation whose journal is ahead of the clock', () => {
  const DAY = 24 * HOUR;
  const step = { attempts: 1, detail: '' } as const;
  const drain: StepRecord = {
    ...step,
    key: '0.drain',
    state: 'intent',
    startedAt: START + DAY - 10 * HOUR,
    endedAt: undefined,
    data: { sentAt: START + DAY - 10 * HOUR, lowestAt: START + DAY - HOUR, samples: [[START + DAY - HOUR, 100, 7]] },
  };
  const done: StepRecord = {
    ...step,
    key: '0.decommission',
    state: 'done',
    startedAt: START + DAY - 11 * HOUR,
    endedAt: START + DAY,
    data: { sentAt: START + DAY - 11 * HOUR },
  };
  const operation: Operation = {
    ...testOperation(world(), 'remove-backend', { nodes: [VICTIM] }),
    state: 'running',
    startedAt: START + DAY - 12 * HOUR,
    steps: [done, drain],
  };

  it('goes on as if its last instant were now; what has ended stays as it was written', () => {
    const moved = setBack(operation, START);
    expect(moved.startedAt).toBe(START - 11 * HOUR);
    expect(moved.steps).toEqual([
      done,
      {
        ...drain,
        startedAt: START - 9 * HOUR,
        data: { sentAt: START - 9 * HOUR, lowestAt: START, samples: [[START, 100, 7]] },
      },
    ]);
  });

  it('by a second is moved by a second, whatever ended before by a clock that was ten days ahead', () => {
    const old = { ...done, endedAt: START + 10 * DAY };
    const own = { ...drain, startedAt: START - HOUR, data: { sentAt: START - HOUR, lowestAt: START + 1000 } };
    const moved = setBack({ ...operation, startedAt: START - HOUR, steps: [old, own] }, START);
    expect(moved.startedAt).toBe(START - HOUR - 1000);
    expect(moved.steps).toEqual([
      old,
      { ...own, startedAt: START - HOUR - 1000, data: { sentAt: START - HOUR - 1000, lowestAt: START } },
    ]);
  });

  it('is moved once, however often it is taken up', () => {
    const moved = setBack(operation, START);
    expect(setBack(moved, START)).toBe(moved);
    expect(setBack(moved, START + HOUR)).toBe(moved);
  });

  it('of which a crash left one step behind: that one alone is moved', () => {
    const other = { ...drain, key: '1.drain' };
    const half = { ...operation, steps: [done, drain, { ...other, startedAt: START - HOUR, data: {} }] };
    const moved = setBack(half, START);
    expect(moved.steps.map(({ startedAt }) => startedAt)).toEqual([done.startedAt, START - 9 * HOUR, START - HOUR]);
  });

  it('and one that is not: is the same', () => {
    expect(setBack(operation, START + DAY)).toBe(operation);
  });

  it('counts time away after the next start all the same', () => {
    const stop = { ...drain, key: '0.stop', startedAt: START, data: { sentAt: START } };
    const taken = withoutAway({ ...operation, steps: [done, stop] }, START + HOUR);
    expect(taken.steps[1]?.startedAt).toBe(START + HOUR);
  });
});
