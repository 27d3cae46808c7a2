import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src/domain/operation.ts';
import type { SchedulerView } from '../../../../src/domain/stall.ts';
import { carryOut, statements, testOperation, when } from '../support/carry-out.ts';
import { containing, matching } from '../support/expected.ts';
import { memoryJournal } from '../support/memory-journal.ts';
import { testPolicy } from '../support/policy.ts';
import { CodedTestError, DROP_FLAG, START, world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { MINUTE, MOVE, trouble } from './support.ts';

const VICTIM = '10.0.0.5:9050';
const HOUR = 60 * MINUTE;
const policyOf = () => testPolicy({ windows: { always: true, allow: [] } });

function removal(w: World, deadlineMs = 72 * HOUR): Operation {
  return { ...testOperation(w, 'remove-backend', { nodes: [VICTIM] }), deadlineMs };
}

function slow(tabletsPerSecond: number, tablets = 1000): World {
  const w = world({ tablets });
  w.knobs.tabletsPerSecond = tabletsPerSecond;
  return w;
}

/** A drain that stops with 40 tablets left, and what the FE shows of it. */
function stuck(scheduler: Partial<SchedulerView> = {}): World {
  const w = world();
  w.knobs.stuckTablets = 40;
  const idle = {
    pending: 0,
    running: 0,
    listed: 0,
    urgent: 0,
    moves: [],
    waits: [],
    failures: [],
    repeated: [],
    idleMs: 20_000,
  };
  w.knobs.stall = { scheduler: { known: true, value: { ...idle, ...scheduler } } };
  return w;
}

const after = (w: World, ms: number, then: () => void) => () => {
  if (w.clock.now() - START >= ms) then();
  return undefined;
};
const drainOf = (operation: Operation) => operation.steps.find((step) => step.key === '0.drain');

describe('a drain under way', { timeout: 60_000 }, () => {
  it('tells what is left, and when it will be done, within its range', async () => {
    const w = slow(0.5);
    const seen = new Set<string>();
    const ends: (readonly [at: number, earliest: number, latest: number])[] = [];
    const { operation } = await carryOut(w, removal(w), {
      policy: policyOf(),
      onChange: (each) => {
        seen.add(each.reason);
        const { estimatedEndAt, endsBetween } = each.progress ?? {};
        if (estimatedEndAt !== undefined && endsBetween?.latestAt !== undefined)
          ends.push([estimatedEndAt, endsBetween.earliestAt, endsBetween.latestAt]);
      },
    });
    const doneAt = drainOf(operation)?.endedAt ?? 0;
    expect(
      [...seen].filter((reason) => /^\d+ of 1,000 tablets left, [\d.]+ GiB; done about Mon 02:/.test(reason)),
    ).not.toEqual([]);
    expect(ends.length).toBeGreaterThan(10);
    for (const [at, earliest, latest] of ends) {
      expect(earliest).toBeLessThanOrEqual(at);
      expect(at).toBeLessThanOrEqual(latest);
      expect(Math.abs(at - doneAt)).toBeLessThan(5 * MINUTE);
    }
  });

  it('says that it will be cancelled at its deadline when it cannot be done by then', async () => {
    const w = slow(0.05);
    const seen = new Set<string>();
    await carryOut(w, removal(w, HOUR), { policy: policyOf(), onChange: (each) => seen.add(each.reason) });
    expect([...seen]).toContainEqual(matching(/that is after its deadline of Mon 02:30$/));
  });

  it('says what happens when the window closes before it is done', async () => {
    const w = slow(0.05);
    const seen = new Set<string>();
    await carryOut(w, removal(w), {
      onChange: (each) => seen.add(each.reason),
    });
    expect([...seen]).toContainEqual(matching(/the window closes Mon 05:00, then: throttle$/));
    expect([...seen]).toContainEqual(matching(/the window is closed, it goes on at the speed outside windows$/));
  });

  it('counts the loads that were cancelled since it began: all that the FE shows of load errors', async () => {
    const w = slow(0.5);
    w.knobs.cancelledLoads = 5;
    const seen = new Set<string>();
    await carryOut(w, removal(w), {
      policy: policyOf(),
      needAgain: after(w, 10 * MINUTE, () => {
        w.knobs.cancelledLoads = 8;
      }),
      onChange: (each) => seen.add(each.reason),
    });
    expect([...seen]).toContainEqual(containing('3 loads were cancelled since it began'));
    expect([...seen].some((reason) => /[58] loads were/.test(reason))).toBe(false);
  });

  it('warns of a disk that became fuller than the proof let it become', async () => {
    const w = slow(0.5);
    const seen = new Set<string>();
    await carryOut(w, removal(w), {
      policy: policyOf(),
      needAgain: after(w, 10 * MINUTE, () => {
        w.change('10.0.0.2:9050', { maxDiskUsedRatio: 0.77 });
      }),
      onChange: (each) => seen.add(each.reason),
    });
    expect([...seen]).toContainEqual(containing('a disk of 10.0.0.2:9050 is 77 % full (disk.cancel 82 %)'));
    expect([...seen].filter((reason) => reason.includes('30 % full'))).toEqual([]);
  });

  it('goes on with the same pace after a restart: its samples are in the journal', async () => {
    const w = slow(0.5);
    const journal = memoryJournal();
    const stop = new AbortController();
    await carryOut(w, removal(w), {
      policy: policyOf(),
      journal,
      signal: stop.signal,
      onChange: (each) => {
        if ((each.progress?.tabletsRemaining ?? 1000) < 600) stop.abort(new Error('stopping'));
      },
    });
    const open = await journal.open('analytics');
    if (open === undefined) throw new Error('not open');
    const ends: number[] = [];
    const { operation } = await carryOut(
      w,
      { ...open, progress: undefined },
      {
        policy: policyOf(),
        journal,
        onChange: (each) => {
          if (each.progress?.estimatedEndAt !== undefined) ends.push(each.progress.estimatedEndAt);
        },
      },
    );
    expect(Math.abs((ends[0] ?? 0) - (drainOf(operation)?.endedAt ?? 0))).toBeLessThan(3 * MINUTE);
  });

  it('writes down few samples of a long drain', async () => {
    const w = slow(0.01);
    let writes = 0;
    const journal = memoryJournal();
    const counting = {
      ...journal,
      writeStep: async (...given: Parameters<typeof journal.writeStep>) => {
        if (given[1].key === '0.drain') writes += 1;
        await journal.writeStep(...given);
      },
    };
    const { operation } = await carryOut(w, removal(w), { policy: policyOf(), journal: counting });
    const hours = ((drainOf(operation)?.endedAt ?? 0) - START) / HOUR;
    expect(hours).toBeGreaterThan(20);
    expect(writes / hours).toBeLessThan(20);
  });
});

describe('a drain that stands', { timeout: 60_000 }, () => {
  it('is a plateau, not a stall, while a large tablet is on its way within its time-out', async () => {
    const w = stuck({ running: 1, moves: [{ ...MOVE, ageMs: HOUR, timeoutMs: 2 * HOUR }] });
    const seen = new Set<string>();
    const { operation, notices } = await carryOut(w, removal(w), {
      policy: policyOf(),
      onChange: (each) => seen.add(each.reason),
      needAgain: after(w, HOUR, () => {
        w.knobs.stuckTablets = 0;
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(notices.map(({ event }) => event)).toEqual(['operation-succeeded']);
    expect([...seen]).toContainEqual(containing('a tablet of shop.events is being cloned for 1 h 00 min'));
  });

  it.each([
    ['has failed before', { ...MOVE, ageMs: HOUR, timeoutMs: 2 * HOUR, failedRunning: 1 }, 'large-tablet'],
    ['is older than its time-out', { ...MOVE, ageMs: 3 * HOUR, timeoutMs: 2 * HOUR }, 'task-stuck'],
    ['has only just begun', { ...MOVE, ageMs: 1000, timeoutMs: 2 * HOUR }, 'unknown'],
  ] as const)('stands still all the same when its oldest clone %s', async (_name, move, cause) => {
    const w = stuck({ running: 1, moves: [move] });
    const { operation, notices } = await carryOut(w, removal(w, 2 * HOUR), { policy: policyOf() });
    expect(operation.state).toBe('cancelled');
    expect(drainOf(operation)?.data).toMatchObject({ cause });
    expect(notices.filter(({ event }) => event === 'operation-stalled')).toHaveLength(1);
  });

  it.each([
    ['a few minutes', 6 * MINUTE, 'succeeded'],
    ['good', 72 * HOUR, 'cancelled'],
  ] as const)('while the FE cannot tell why for %s: given up only then', async (_name, forMs, state) => {
    const w = stuck({ running: 1, moves: [{ ...MOVE, ageMs: HOUR, timeoutMs: 2 * HOUR }] });
    const reader: World['reader'] = {
      ...w.reader,
      async stallEvidence(group) {
        const drainedMs = w.clock.now() - START;
        if (drainedMs > 29 * MINUTE && drainedMs < 29 * MINUTE + forMs)
          throw new CodedTestError('doris-timeout', 'no answer');
        return await w.reader.stallEvidence(group);
      },
    };
    const { operation } = await carryOut({ ...w, reader }, removal(w), {
      policy: testPolicy({ windows: { always: true, allow: [] }, operations: { onStall: 'cancel' } }),
      needAgain: after(w, HOUR, () => {
        w.knobs.stuckTablets = 0;
      }),
    });
    expect(operation.state).toBe(state);
  });

  it('and grows is a stall: replicas that multiply are no progress', async () => {
    const w = stuck();
    const { operation } = await carryOut(w, removal(w, 2 * HOUR), {
      policy: policyOf(),
      needAgain: after(w, 10 * MINUTE, () => {
        w.change('10.0.0.1:9050', { tablets: 900 });
      }),
    });
    expect(operation.reason).toMatch(/replicas multiply: the group has 1,\d{3} tablets, 500 when the drain began/);
  });

  it('tells of each cause once, and of a new one', async () => {
    const w = stuck({ pending: 1000 });
    const { notices } = await carryOut(w, removal(w, 5 * HOUR), {
      policy: policyOf(),
      needAgain: after(w, 2 * HOUR, () => {
        w.knobs.stall = {
          scheduler: { known: true, value: { ...NOTHING, failures: [trouble('no proper tag is chose')] } },
        };
      }),
    });
    const stalls = notices.filter(({ event }) => event === 'operation-stalled');
    expect(stalls.map(({ lines }) => lines[0]?.slice(0, 60))).toEqual([
      containing('the FE tells no reason'),
      containing('no backend has the tag that the table wants'),
    ]);
  });

  it('is asked about, told again after it moved in between, and cancelled at its deadline with the cause', async () => {
    const w = stuck({ failures: [trouble('[INTERNAL_ERROR]failed to download file')] });
    const { operation, notices } = await carryOut(w, removal(w, 4 * HOUR), {
      policy: policyOf(),
      needAgain: after(w, 2 * HOUR, () => {
        w.knobs.stuckTablets = 20;
      }),
    });
    expect(notices.filter(({ event }) => event === 'operation-stalled')).toHaveLength(2);
    expect(operation).toMatchObject({
      state: 'cancelled',
      reason: matching(/^not done within 4 h 00 min \(operations\.deadline\): clones fail: /),
    });
    expect(w.configs[DROP_FLAG]).toBe('true');
  });

  it('asks the FE for dear looks the more seldom the longer it stands', async () => {
    const w = stuck();
    const asked = { residualTablets: 0, tablesLeft: 0, stallEvidence: 0, cancelledLoads: 0 };
    const counted = <K extends keyof typeof asked>(name: K): World['reader'][K] =>
      (async (given: never) => {
        asked[name] += 1;
        return await (w.reader[name] as (of: never) => Promise<unknown>)(given);
      }) as World['reader'][K];
    const reader = {
      ...w.reader,
      residualTablets: counted('residualTablets'),
      tablesLeft: counted('tablesLeft'),
      stallEvidence: counted('stallEvidence'),
      cancelledLoads: counted('cancelledLoads'),
    };
    const { operation } = await carryOut({ ...w, reader }, removal(w), { policy: policyOf() });
    expect(operation.state).toBe('cancelled');
    const hours = (w.clock.now() - START) / HOUR;
    expect(hours).toBeGreaterThan(72);
    for (const name of ['residualTablets', 'tablesLeft', 'stallEvidence'] as const) {
      expect(asked[name] / hours).toBeGreaterThan(1);
      expect(asked[name] / hours).toBeLessThan(8);
    }
    expect(asked.cancelledLoads / hours).toBeLessThan(61);
  });

  it('remembers its cause and that it was told over a restart', async () => {
    const w = stuck();
    const journal = memoryJournal();
    const stop = new AbortController();
    const first = await carryOut(w, removal(w, 3 * HOUR), {
      policy: policyOf(),
      journal,
      signal: stop.signal,
      onChange: (each) => {
        if (drainOf(each)?.data['cause'] === 'unknown') stop.abort(new Error('stopping'));
      },
    });
    expect(first.notices.filter(({ event }) => event === 'operation-stalled')).toHaveLength(1);
    const open = await journal.open('analytics');
    if (open === undefined) throw new Error('not open');
    const second = await carryOut(w, open, { policy: policyOf(), journal });
    expect(second.notices.map(({ event }) => event)).toEqual(['operation-cancelled']);
  });
});

const NOTHING: SchedulerView = {
  pending: 0,
  running: 0,
  listed: 0,
  urgent: 0,
  moves: [],
  waits: [],
  failures: [],
  repeated: [],
  idleMs: 0,
};

describe('what never moves', { timeout: 60_000 }, () => {
  const empty = {
    recycleBin: { known: true, value: { entries: 0, names: [], emptyInMs: 0, ignoredBelow: 5000 } },
  } as const;
  const ofNoTable = (tablets: number, configs: Readonly<Record<string, string>>, isBinEmpty: boolean): World => {
    const w = world({ tablets: 60_000 });
    Object.assign(w.knobs, { stuckTablets: tablets, recycled: tablets, tabletsPerSecond: 1000 });
    w.knobs.stall = { configs: { known: true, value: configs }, ...(isBinEmpty ? empty : {}) };
    return w;
  };
  const leaky = { decommission_skip_leaky_tablet_second: '18000' };
  const threshold = { decommission_tablet_check_threshold: '5000' };

  it('is waited for also while the FE cannot tell once more that it ends by itself', async () => {
    const w = ofNoTable(6000, threshold, false);
    const answered = <T>(answer: Promise<T>): Promise<T> => {
      const drainedMs = w.clock.now() - START;
      if (drainedMs < HOUR || drainedMs > 1.25 * HOUR) return answer;
      throw new CodedTestError('doris-timeout', 'no answer');
    };
    const reader: World['reader'] = {
      ...w.reader,
      stallEvidence: async (group) => await answered(w.reader.stallEvidence(group)),
      residualTablets: async (node) => await answered(w.reader.residualTablets(node)),
    };
    const { operation, notices } = await carryOut({ ...w, reader }, removal(w), {
      policy: testPolicy({ windows: { always: true, allow: [] }, operations: { onStall: 'cancel' } }),
      needAgain: after(w, 1.5 * HOUR, () => {
        w.knobs.stuckTablets = 0;
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(notices.map(({ event }) => event)).toEqual(['operation-stalled', 'operation-succeeded']);
  });

  it.each([
    ['few tablets of dropped tables, before 4.0', 4999, threshold, false, 'succeeded'],
    ['more than the FE looks into', 5000, threshold, false, 'cancelled'],
    [
      'more than 5,000, where the FE looks into 50,000',
      5001,
      { ...leaky, decommission_tablet_check_threshold: '50000' },
      false,
      'succeeded',
    ],
    ['leaky ones, which the FE skips after 5 h', 7, { ...leaky, ...threshold }, true, 'succeeded'],
    ['leaky ones that the FE never skips', 7, threshold, true, 'cancelled'],
  ] as const)('%s: %i tablets end as %s', async (_name, tablets, configs, isBinEmpty, state) => {
    const w = ofNoTable(tablets, configs, isBinEmpty);
    const { operation } = await carryOut(w, removal(w, 6 * HOUR), { policy: policyOf() });
    expect(operation.state).toBe(state);
    // Nobody is without queries for what cannot end.
    expect(statements(w).includes(`disable-query ${VICTIM} true`)).toBe(state === 'succeeded');
    if (state === 'cancelled')
      expect(operation.reason).toMatch(isBinEmpty ? /belongs to no table at all/ : /dropped tables/);
  });
});

describe('the FE does not drop what is empty', { timeout: 60_000 }, () => {
  it('and why is said: group-commit logs, which no statement shows; it is taken back, and out in the next window', async () => {
    const w = world();
    w.knobs.keepsRow = true;
    const seen = new Set<string>();
    const { operation } = await carryOut(w, removal(w), {
      policy: policyOf(),
      onChange: (each) => seen.add(each.reason),
      needAgain: after(w, 2 * HOUR, () => {
        w.knobs.keepsRow = false;
      }),
    });
    expect([...seen]).toContainEqual(containing('the FE does not drop it: group-commit logs on it are not finished'));
    expect(statements(w)).toContain(`disable-query ${VICTIM} false`);
    expect(operation.state).toBe('succeeded');
  });
});

describe('a clock that jumps in a drain', { timeout: 60_000 }, () => {
  /** The same world under a wall clock that is set once, by so much. */
  function jumping(w: World, atMs: number, byMs: number): World {
    const shift = (now: number): number => (now - START >= atMs ? now + byMs : now);
    return {
      ...w,
      clock: { ...w.clock, now: () => shift(w.clock.now()) },
      reader: {
        ...w.reader,
        async topology() {
          const found = await w.reader.topology();
          return { ...found, at: shift(found.at) };
        },
      },
    };
  }

  it.each([
    ['forward by four days', 96 * HOUR],
    ['forward by an hour', HOUR],
    ['back by an hour', -HOUR],
    ['back by four days', -96 * HOUR],
  ] as const)('%s, neither ends it nor makes it a stall', async (_name, byMs) => {
    const w = slow(0.2);
    const { operation, notices } = await carryOut(jumping(w, HOUR, byMs), removal(w, 2 * HOUR), {
      policy: policyOf(),
      maxMs: 30 * 24 * HOUR,
    });
    expect(operation.state).toBe('succeeded');
    expect(notices.map(({ event }) => event)).toEqual(['operation-succeeded']);
    expect(w.clock.now() - START).toBeLessThan(100 * MINUTE);
    expect(statements(w).filter((text) => text.startsWith('cancel-'))).toEqual([]);
  });

  it.each([
    ['forward', 96 * HOUR],
    ['back', -96 * HOUR],
  ] as const)('%s, does not keep a drain that stands still beyond its deadline', async (_name, byMs) => {
    const w = stuck();
    const { operation } = await carryOut(jumping(w, HOUR, byMs), removal(w, 2 * HOUR), {
      policy: policyOf(),
      maxMs: 30 * 24 * HOUR,
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: containing('not done within 2 h 00 min') });
    expect(w.clock.now() - START).toBeGreaterThan(119 * MINUTE);
    expect(w.clock.now() - START).toBeLessThan(125 * MINUTE);
  });
});

describe('disk.cancel', { timeout: 60_000 }, () => {
  it.each([
    [0.8199, 'succeeded'],
    [0.82, 'cancelled'],
  ] as const)('at %d of the fullest disk of one that stays: %s', async (maxDiskUsedRatio, state) => {
    const w = slow(1);
    const { operation } = await carryOut(w, removal(w), {
      policy: policyOf(),
      onChange: when('0.drain', 'intent', () => {
        w.change('10.0.0.2:9050', { maxDiskUsedRatio });
      }),
    });
    expect(operation.state).toBe(state);
  });
});
