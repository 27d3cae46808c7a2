import { describe, expect, it } from 'vitest';
import { loadHistories } from '../../../../src/controller/load/load-history.ts';
import type { LoadHistories } from '../../../../src/controller/load/load-history.ts';
import type { ClusterPorts } from '../../../../src/controller/ports.ts';
import { updateMembers } from '../../../../src/controller/memory/members.ts';
import { SLOT_MS } from '../../../../src/domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../../../../src/domain/demand.ts';
import type { SignalPolicy } from '../../../../src/domain/group-policy.ts';
import type { Observation } from '../../../../src/domain/observation.ts';
import type { Operation } from '../../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../../src/domain/policy.ts';
import type { Member } from '../../../../src/domain/ports/cluster-memory.ts';
import type { LoadSource } from '../../../../src/domain/ports/load-source.ts';
import type { SignalReading } from '../../../../src/domain/signal.ts';
import {
  backends,
  clusterPolicy,
  CPU,
  DAY,
  groupMemory,
  groupPolicy,
  MINUTE,
  NOW,
  observation,
  QUERIES,
  reading,
  slots,
  topology,
} from '../../../support/decision-input.ts';

type Asked = Parameters<LoadSource['history']>[0];

interface World {
  /** Load of any closed slot as the source tells it; an error = it does not answer. */
  source: (signal: SignalPolicy, slotStartMs: number) => number | undefined | Error;
  readonly asked: { readonly signal: string; readonly days: number; readonly until: number }[];
  /** Rows by signal as stored. */
  readonly stored: Map<string, Map<number, LoadSlot>>;
  readonly writes: number[];
  storeFails: boolean;
  readonly warnings: string[];
  start(): LoadHistories;
}

function world(): World {
  const made: World = {
    source: () => 350,
    asked: [],
    stored: new Map(),
    writes: [],
    storeFails: false,
    warnings: [],
    start: () => loadHistories(ports as unknown as ClusterPorts),
  };
  const stored = (signal: string): Map<number, LoadSlot> => {
    const rows = made.stored.get(signal) ?? new Map<number, LoadSlot>();
    made.stored.set(signal, rows);
    return rows;
  };
  const ports: Pick<ClusterPorts, 'load' | 'loads' | 'log'> = {
    load: {
      history: async ({ signal, from, until }: Asked) => {
        made.asked.push({ signal: signal.name, days: (until - from) / DAY, until });
        const found: LoadSlot[] = [];
        for (let slotStartMs = from; slotStartMs < until; slotStartMs += SLOT_MS) {
          const load = made.source(signal, slotStartMs);
          if (load instanceof Error) throw load;
          if (load !== undefined) found.push(slot(signal.name, slotStartMs, load));
        }
        return found;
      },
    } as unknown as LoadSource,
    loads: {
      merge: async (_cluster, _group, rows) => {
        if (made.storeFails) throw new Error('disk full');
        made.writes.push(rows.length);
        for (const row of rows) stored(row.signal).set(row.slotStartMs, row);
      },
      read: async (_cluster, group, range) => {
        if (made.storeFails) throw new Error('disk full');
        const signals: Record<string, LoadSlot[]> = {};
        for (const [signal, rows] of made.stored) {
          signals[signal] = [...rows.values()].filter(
            (row) => row.slotStartMs >= range.from && row.slotStartMs < range.until,
          );
        }
        return { ...group, signals };
      },
      retain: async () => 0,
    },
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: (_message, fields) => made.warnings.push(`${String(fields?.['what'])}: ${String(fields?.['reason'])}`),
      error: () => undefined,
    },
  };
  return made;
}

function slot(signal: string, slotStartMs: number, load: number): LoadSlot {
  return { signal, slotStartMs, load, samples: 5, nodes: 4, migrating: false };
}

function policyOf(...signals: readonly SignalPolicy[]): ClusterPolicy {
  return clusterPolicy({ backends: [groupPolicy({ signals })] });
}

async function update(
  histories: LoadHistories,
  options: {
    readonly at?: number;
    readonly policy?: ClusterPolicy;
    readonly readings?: readonly SignalReading[];
    readonly operations?: readonly Operation[];
    readonly alive?: number;
    readonly cores?: readonly (number | undefined)[];
    readonly referenceCores?: number;
    readonly seen?: Partial<Observation>;
    readonly members?: readonly Member[];
  } = {},
): Promise<LoadHistory> {
  const { at = NOW, policy = policyOf(QUERIES), readings = [], operations = [], alive = 4 } = options;
  const { cores = [], referenceCores, seen: parts, members = [] } = options;
  const present = backends(4).map((each, index) => ({ ...each, alive: index < alive, cpuCores: cores[index] }));
  const seen = observation(present, policy, {
    at,
    signals: [{ role: 'backend', group: 'default', readings }],
    ...parts,
  });
  const memory = { groups: [groupMemory({ referenceCores })] };
  const [history] = await histories.update({ policy, observation: seen, members, operations, memory, at });
  if (history === undefined) throw new Error('no group');
  return history;
}

const loads = (history: LoadHistory, signal = 'queries'): readonly number[] =>
  (history.signals[signal] ?? []).map(({ load }) => load);

describe('the first look', () => {
  it('asks for the whole history and keeps it', async () => {
    const here = world();
    const history = await update(here.start());
    expect(here.asked).toEqual([{ signal: 'queries', days: 28, until: NOW }]);
    expect(history.signals['queries']).toHaveLength(28 * 288);
    expect(here.writes).toEqual([28 * 288]);
  });

  it('asks for what a decision may need even if the policy asks for less', async () => {
    const here = world();
    const group = groupPolicy({ signals: [QUERIES], forecast: { ...groupPolicy().forecast, historyMs: DAY } });
    await update(here.start(), { policy: clusterPolicy({ backends: [group] }) });
    expect(here.asked[0]?.days).toBe(9);
  });

  it('asks for nothing of a signal that only limits', async () => {
    const here = world();
    const limit: SignalPolicy = { ...CPU, purpose: { kind: 'limit', limit: 0.9 } };
    expect((await update(here.start(), { policy: policyOf(limit), readings: [reading(limit)] })).signals).toEqual({});
    expect(here.asked).toEqual([]);
  });
});

describe('later looks', () => {
  it('ask once per closed slot, for what is new, and write only that', async () => {
    const here = world();
    const histories = here.start();
    await update(histories);
    const before = loads(await update(histories, { at: NOW + MINUTE })).length;
    expect(here.asked).toHaveLength(1);
    const after = await update(histories, { at: NOW + SLOT_MS });
    expect(here.asked[1]).toEqual({ signal: 'queries', days: SLOT_MS / DAY, until: NOW + SLOT_MS });
    expect(here.writes).toEqual([28 * 288, 1]);
    expect(after.signals['queries']?.at(-1)?.slotStartMs).toBe(NOW);
    expect(loads(after)).toHaveLength(before + 1);
  });

  it('keep twelve weeks to learn from, though the source was asked for four', async () => {
    const here = world();
    const histories = here.start();
    await update(histories);
    const later = await update(histories, { at: NOW + 60 * DAY });
    const first = later.signals['queries']?.[0]?.slotStartMs;
    const midnight = Math.floor((NOW - 24 * DAY) / DAY) * DAY;
    expect(first).toBe(midnight);
    const restarted = await update(here.start(), { at: NOW + 60 * DAY + SLOT_MS });
    expect(restarted.signals['queries']?.[0]?.slotStartMs).toBe(midnight);
  });

  it('give the very same history within a slot, so that what was computed from it stays', async () => {
    const histories = world().start();
    expect(await update(histories, { at: NOW + MINUTE })).toBe(await update(histories, { at: NOW + 2 * MINUTE }));
  });

  it('hand out the same array, grown, as long as slots only came at its end', async () => {
    const here = world();
    const histories = here.start();
    const first = (await update(histories)).signals['queries'];
    const second = (await update(histories, { at: NOW + SLOT_MS })).signals['queries'];
    expect(second).toBe(first);
    const whole = (await update(here.start(), { at: NOW + SLOT_MS })).signals['queries'];
    expect(second).toEqual(whole);
  });

  it('hand out another where an older slot turned out higher, or the oldest were forgotten', async () => {
    const here = world();
    const histories = here.start();
    const first = await update(histories);
    const known = first.signals['queries'];
    // The source is asked again for a slot that it could not tell.
    here.source = () => new Error('connection refused');
    await update(histories, { at: NOW + SLOT_MS, readings: [reading(QUERIES, { value: 400 })] });
    here.source = () => 900;
    const higher = (await update(histories, { at: NOW + 2 * SLOT_MS })).signals['queries'];
    expect(higher?.at(-2)?.load).toBe(900);
    const late = (await update(histories, { at: NOW + 70 * DAY })).signals['queries'];
    expect(late).not.toBe(known);
    expect(late?.[0]?.slotStartMs).toBeGreaterThan(known?.[0]?.slotStartMs ?? 0);
  });

  it('an open slot is no part of the history, however high', async () => {
    const histories = world().start();
    await update(histories, { readings: [reading(QUERIES, { value: 9_999 })] });
    expect(Math.max(...loads(await update(histories, { at: NOW + MINUTE })))).toBe(350);
    expect(Math.max(...loads(await update(histories, { at: NOW + SLOT_MS })))).toBe(9_999);
  });
});

describe('own samples', () => {
  it('fill a slot that the source has lost, the highest counts', async () => {
    const here = world();
    here.source = (_signal, at) => (at >= NOW ? undefined : 350);
    const histories = here.start();
    for (const [minutes, value] of [
      [0, 410],
      [1, 470],
      [2, 430],
    ] as const) {
      await update(histories, { at: NOW + minutes * MINUTE, readings: [reading(QUERIES, { value })] });
    }
    expect(loads(await update(histories, { at: NOW + SLOT_MS })).at(-1)).toBe(470);
    expect(here.stored.size).toBe(1);
  });

  it.each([
    ['of a reading that is not ok are none', { quality: 'stale', value: 9_000 } as const, 350],
    ['without a value are none', { value: undefined }, 350],
    ['lower than the source’s change nothing', { value: 100 }, 350],
    ['higher than the source’s count', { value: 500 }, 500],
  ])('%s', async (_what, parts, expected) => {
    const histories = world().start();
    await update(histories, { readings: [reading(QUERIES, parts)] });
    expect(loads(await update(histories, { at: NOW + SLOT_MS })).at(-1)).toBe(expected);
  });

  it('utilisation is summed over the nodes', async () => {
    const here = world();
    here.source = () => undefined;
    const histories = here.start();
    const nodes = [0.5, 0.6, 0.7].map((value, index) => ({ backend: `10.0.0.${index + 1}:9050`, value }));
    const policy = policyOf(CPU);
    await update(histories, { policy, readings: [reading(CPU, { value: 0.6, nodes })] });
    expect(loads(await update(histories, { policy, at: NOW + SLOT_MS }), 'be_cpu')).toEqual([expect.closeTo(1.8)]);
  });

  it.each([
    ['differ count by their share of the reference', [64, 64, 16, 16], 40, 2.96],
    ['are the same change nothing', [40, 40, 40, 40], 40, 2],
    ['are unknown change nothing', [undefined, undefined, undefined, undefined], 40, 2],
    ['differ change nothing without a reference', [64, 64, 16, 16], undefined, 2],
  ] as const)('of backends whose cores %s', async (_what, cores, referenceCores, expected) => {
    const here = world();
    here.source = () => undefined;
    const histories = here.start();
    const nodes = [0.9, 0.9, 0.1, 0.1].map((value, index) => {
      const capacity = cores[index];
      return { backend: `10.0.0.${index + 1}:9050`, value, ...(capacity === undefined ? {} : { capacity }) };
    });
    const policy = policyOf(CPU);
    const given = { policy, cores, ...(referenceCores === undefined ? {} : { referenceCores }) };
    await update(histories, { ...given, readings: [reading(CPU, { nodes })] });
    const found = await update(histories, { ...given, at: NOW + SLOT_MS });
    expect(loads(found, 'be_cpu')).toEqual([expect.closeTo(expected)]);
  });

  it('one utilisation for the group stands for every backend that is alive', async () => {
    const here = world();
    here.source = () => undefined;
    const own: SignalPolicy = { ...CPU, name: 'busy', query: 'busy' };
    const histories = here.start();
    const policy = policyOf(own);
    await update(histories, { policy, alive: 3, readings: [reading(own, { value: 0.6 })] });
    expect(loads(await update(histories, { policy, at: NOW + SLOT_MS }), 'busy')).toEqual([expect.closeTo(1.8)]);
  });

  it('and slots of the source are marked while an operation of ours moved data', async () => {
    const here = world();
    const moving = (kind: Operation['kind']): Operation =>
      ({
        kind,
        createdAt: NOW - 3 * SLOT_MS,
        startedAt: NOW - 2 * SLOT_MS,
        endedAt: NOW - SLOT_MS,
      }) as unknown as Operation;
    const marked = async (kind: Operation['kind']): Promise<readonly number[]> =>
      ((await update(here.start(), { operations: [moving(kind)] })).signals['queries'] ?? [])
        .filter(({ migrating }) => migrating)
        .map(({ slotStartMs }) => (slotStartMs - NOW) / SLOT_MS);
    expect(await marked('add-observer')).toEqual([]);
    here.stored.clear();
    expect(await marked('remove-backend')).toEqual([-3, -2, -1]);
  });
});

describe('a slot in which a look missed a series', () => {
  const missing = reading(CPU, { quality: 'missing', value: 0.3, missingBackends: ['10.0.0.4:9050'] });
  const policy = policyOf(CPU);

  async function after(readings: readonly SignalReading[], alive = 4): Promise<number> {
    const histories = world().start();
    for (const [minute, each] of readings.entries()) {
      await update(histories, { policy, at: NOW + minute * MINUTE, readings: [each], alive });
    }
    const found = await update(histories, { policy, at: NOW + SLOT_MS });
    return found.signals['be_cpu']?.filter(({ slotStartMs }) => slotStartMs === NOW).length ?? 0;
  }

  it.each([
    ['is unknown: what the source adds up is not the whole', [missing, missing, missing], 4, 0],
    ['at one look of three is known', [missing, reading(CPU), reading(CPU)], 4, 1],
    ['of a dead backend is known: the others carry its load', [missing, missing, missing], 3, 1],
    ['of nobody is known', [reading(CPU)], 4, 1],
    [
      'while the source did not answer the look is known once it answers',
      [reading(CPU, { quality: 'missing', value: undefined })],
      4,
      1,
    ],
    [
      'and saw one of another cluster is unknown',
      [reading(CPU, { quality: 'missing', foreignSeries: ['10.7.0.1:8040'] })],
      4,
      0,
    ],
  ])('%s', async (_what, readings, alive, known) => {
    expect(await after(readings, alive)).toBe(known);
  });
});

describe('a source that does not answer', () => {
  it('is asked for the same range at every look until it does, and complained of once', async () => {
    const here = world();
    here.source = () => new Error('connection refused');
    const histories = here.start();
    for (const minutes of [0, 1, 6]) await update(histories, { at: NOW + minutes * MINUTE });
    expect(here.asked.map(({ days }) => Math.round(days))).toEqual([28, 28, 28]);
    expect(here.warnings).toEqual(['queries: connection refused']);
    here.source = () => 350;
    expect((await update(histories, { at: NOW + 7 * MINUTE })).signals['queries']).toHaveLength(28 * 288);
  });

  it('for one signal does not hinder another', async () => {
    const here = world();
    here.source = (signal) => (signal.name === 'be_cpu' ? 3 : new Error('bad query'));
    const history = await update(here.start(), { policy: policyOf(CPU, QUERIES) });
    expect(loads(history, 'be_cpu')).toHaveLength(28 * 288);
    expect(loads(history)).toEqual([]);
  });

  it('leaves what the store has', async () => {
    const here = world();
    await update(here.start());
    here.source = () => new Error('connection refused');
    expect(loads(await update(here.start(), { at: NOW + SLOT_MS }))).toHaveLength(28 * 288);
  });
});

describe('frontends that do not answer', () => {
  const away = { topology: { known: false, reason: 'timeout' } } as const;

  it('make utilisation wait at a start: nothing is stored that was not weighed', async () => {
    const here = world();
    const histories = here.start();
    const given = { policy: policyOf(CPU, QUERIES), referenceCores: 40 };
    await update(histories, { ...given, seen: away });
    expect(here.asked.map(({ signal }) => signal)).toEqual(['queries']);
    await update(histories, { ...given, at: NOW + MINUTE });
    expect(here.asked.some(({ signal, days }) => signal === 'be_cpu' && days === 28)).toBe(true);
  });

  it('make it wait as long as nobody was ever seen: nothing is stored whose series nobody can tell', async () => {
    const here = world();
    const histories = here.start();
    const busy: SignalPolicy = { ...CPU, name: 'busy', query: 'busy' };
    const given = { policy: policyOf(CPU, busy, QUERIES) };
    await update(histories, { ...given, seen: away });
    expect(here.asked.map(({ signal }) => signal)).toEqual(['queries']);
    const { members } = updateMembers([], topology(backends(4)), [], NOW - DAY);
    await update(here.start(), { ...given, seen: away, members });
    expect(here.asked.map(({ signal }) => signal)).toEqual(['queries', 'be_cpu', 'busy', 'queries']);
  });

  it('later hinder nothing: the backends are known', async () => {
    const here = world();
    const histories = here.start();
    const given = { policy: policyOf(CPU), referenceCores: 40 };
    await update(histories, given);
    await update(histories, { ...given, at: NOW + SLOT_MS, seen: away });
    expect(here.asked).toHaveLength(2);
  });
});

describe('a restart', () => {
  it('asks only for what the store does not have yet', async () => {
    const here = world();
    await update(here.start());
    await update(here.start(), { at: NOW + DAY });
    expect(here.asked[1]?.days).toBeCloseTo(1 + SLOT_MS / DAY);
  });

  it('asks for everything again while the store holds less than a decision needs', async () => {
    const here = world();
    here.source = (_signal, at) => (at < NOW - 3 * DAY ? undefined : 350);
    await update(here.start());
    await update(here.start(), { at: NOW + SLOT_MS });
    expect(here.asked.map(({ days }) => days)).toEqual([28, 28]);
  });

  it('grows any retention of the source into enough history', async () => {
    const here = world();
    let retainedFrom = NOW - 2 * DAY;
    here.source = (_signal, at) => (at < retainedFrom ? undefined : 350);
    for (let day = 0; day <= 8; day += 1) {
      retainedFrom = NOW + (day - 2) * DAY;
      await update(here.start(), { at: NOW + day * DAY });
    }
    expect(loads(await update(here.start(), { at: NOW + 8 * DAY }))).toHaveLength(10 * 288);
  });
});

describe('a changed policy', () => {
  it('reads the same history at other targets', async () => {
    const here = world();
    await update(here.start());
    const other: SignalPolicy = { ...QUERIES, purpose: { kind: 'size', form: 'per-node', perNode: 7 } };
    expect(loads(await update(here.start(), { policy: policyOf(other) }))).toHaveLength(28 * 288);
    expect(here.asked[1]?.days).toBeLessThan(1);
  });

  it.each([
    ['another query under the same name', policyOf({ ...QUERIES, query: 'queries / 10' })],
    [
      'the same query over another cluster’s series',
      { ...policyOf(QUERIES), prometheus: { ...clusterPolicy().prometheus, labels: { cluster: 'b' } } },
    ],
  ])('%s has a history of its own', async (_what, policy) => {
    const here = world();
    const histories = here.start();
    await update(histories);
    here.source = () => 35;
    expect(new Set(loads(await update(histories, { policy, at: NOW + MINUTE })))).toEqual(new Set([35]));
    expect(new Set(loads(await update(here.start(), { policy })))).toEqual(new Set([35]));
    here.source = () => new Error('away');
    expect(new Set(loads(await update(histories)))).toEqual(new Set([350]));
  });

  it('a signal that is new is asked for from the beginning', async () => {
    const here = world();
    const histories = here.start();
    await update(histories);
    await update(histories, { at: NOW + SLOT_MS, policy: policyOf(QUERIES, CPU) });
    expect(here.asked.slice(1).map(({ signal, days }) => [signal, Math.ceil(days)])).toEqual([
      ['queries', 1],
      ['be_cpu', 28],
    ]);
  });
});

describe('a store that fails', () => {
  it('loses nothing: the history is there, and is written as soon as the store works', async () => {
    const here = world();
    here.storeFails = true;
    const histories = here.start();
    expect(loads(await update(histories))).toHaveLength(28 * 288);
    expect(here.warnings).toEqual(['the store: disk full', 'saving: disk full']);
    here.storeFails = false;
    await update(histories, { at: NOW + MINUTE });
    expect(here.writes).toEqual([28 * 288]);
  });

  it('what it held before is merged when it can be read again', async () => {
    const here = world();
    here.stored.set('be_cpu', new Map(slots('be_cpu', () => 4, { days: 20 }).map((row) => [row.slotStartMs, row])));
    here.source = () => 3;
    here.storeFails = true;
    const histories = here.start();
    expect(Math.max(...loads(await update(histories, { policy: policyOf(CPU) }), 'be_cpu'))).toBe(3);
    here.storeFails = false;
    expect(Math.max(...loads(await update(histories, { policy: policyOf(CPU) }), 'be_cpu'))).toBe(4);
  });
});
