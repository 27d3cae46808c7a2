import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadHistories } from '../../../src/controller/load/load-history.ts';
import type { ClusterPorts } from '../../../src/controller/ports.ts';
import { requiredUntilNextChance } from '../../../src/decision/sizing/required.ts';
import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../../../src/domain/demand.ts';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { Member } from '../../../src/domain/ports/cluster-memory.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import {
  backend,
  CPU,
  groupMemory,
  groupPolicy,
  observation,
  QUERIES,
  windowsPolicy,
  member,
} from '../../support/decision-input.ts';
import { fillHistory } from '../../support/history.ts';
import type { GaugeHistory } from '../../support/history.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import type { RealPrometheus } from '../../support/prometheus.ts';
import { cpuHistory, policyOf, sourceOf } from './past.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Math.floor(Date.now() / SLOT_MS) * SLOT_MS - SLOT_MS;
const RANGE = { fromMs: NOW - 9 * DAY - 10 * MINUTE, untilMs: NOW, stepMs: MINUTE };
const MIDDLE = NOW - 4 * DAY;
const TARGET = 0.6;

const host = (index: number): string => `10.0.0.${String(index + 1)}`;
const ago = (at: number): number => NOW - at;

/** Backends that would be wholly busy: between 1.8 and 3.6, highest in the afternoon of each day. */
const total = (at: number): number => 2.7 + 0.9 * Math.sin((2 * Math.PI * (at % DAY)) / DAY);

function cpu(cluster: string, index: number, busy: (at: number) => number | undefined): readonly GaugeHistory[] {
  return cpuHistory({ cluster, instance: `${host(index)}:8040` }, RANGE, busy).slice(0, 2);
}

const backendsOf = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const PAST: readonly GaugeHistory[] = [
  // The same load: on nine backends until the middle and on six from then on; and on six all the time.
  ...backendsOf(9).flatMap((index) =>
    cpu('shrunk', index, (at) => (at < MIDDLE ? total(at) / 9 : index < 6 ? total(at) / 6 : undefined)),
  ),
  ...backendsOf(6).flatMap((index) => cpu('steady', index, (at) => total(at) / 6)),
  // Two large ones that are hot, two small ones that are not.
  ...backendsOf(4).flatMap((index) => cpu('mixed', index, () => (index < 2 ? 0.9 : 0.1))),
  // Faults, three hours long each.
  ...backendsOf(2).flatMap((index) =>
    cpu('lost', index, (at) => (ago(at) > 3 * HOUR && ago(at) < 6 * HOUR ? undefined : 0.5)),
  ),
  ...backendsOf(2).flatMap((index) =>
    cpu('blind', index, (at) => (index === 1 && ago(at) > 3 * HOUR && ago(at) < 3.5 * HOUR ? undefined : 0.5)),
  ),
  {
    name: 'queries',
    labels: { cluster: 'steady' },
    value: (at) => (ago(at) > 3 * HOUR && ago(at) < 6 * HOUR ? Number.NaN : 100 * total(at)),
  },
  { name: 'queries', labels: { cluster: 'shrunk' }, value: () => 7_000 },
  { name: 'queries', labels: { cluster: 'twice', job: 'one' }, value: () => 300 },
  { name: 'queries', labels: { cluster: 'twice', job: 'two' }, value: (at) => (ago(at) < 3 * HOUR ? 400 : undefined) },
];

const remembered = (index: number, parts: Partial<Member> = {}): Member =>
  member(host(index), { firstSeenAt: NOW - 30 * DAY, ...parts });

describe('the history of load from a real Prometheus', () => {
  let prometheus: RealPrometheus;
  let folder: string;
  let store: Store;
  const cleanups: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doris-history-'));
    store = await openStore(join(folder, 'autoscaler.db'), { lock: true });
    prometheus = await startPrometheus({ targetsFiles: [], fill: (path) => fillHistory(path, PAST, RANGE) });
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });
  afterAll(async () => {
    await prometheus.stop();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const cpuTarget: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: TARGET } };

  function policy(cluster: string, signal: SignalPolicy, groups: readonly string[] = ['default']): ClusterPolicy {
    const forecast = { ...groupPolicy().forecast, historyMs: 9 * DAY };
    return policyOf(
      prometheus.url,
      { labels: { cluster } },
      { name: cluster, backends: groups.map((group) => groupPolicy({ group, signals: [signal], forecast })) },
    );
  }

  /** As a daemon that has just started sees it, with what earlier ones left in the store named. */
  async function history(
    given: ClusterPolicy,
    members: readonly Member[] = [],
    kept: Store = store,
    cores: readonly (number | undefined)[] = [],
  ): Promise<LoadHistory> {
    const source = sourceOf(given);
    cleanups.push(() => source.close());
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const ports: Pick<ClusterPorts, 'load' | 'loads' | 'log'> = { load: source, loads: kept.loads, log };
    const [found] = await loadHistories(ports as ClusterPorts).update({
      policy: given,
      observation: observation(
        cores.map((cpuCores, index) => backend(index, { host: host(index), cpuCores })),
        given,
      ),
      members,
      operations: [],
      memory: { groups: [groupMemory({ referenceCores: cores.length === 0 ? undefined : 40 })] },
      at: NOW,
    });
    if (found === undefined) throw new Error('no history');
    return found;
  }

  async function slotsOf(given: ClusterPolicy, members: readonly Member[] = []): Promise<readonly LoadSlot[]> {
    const found = await history(given, members);
    return Object.values(found.signals)[0] ?? [];
  }

  function required(found: LoadHistory, given: ClusterPolicy): number {
    const [group] = given.backends;
    if (group === undefined) throw new Error('no group');
    return (
      requiredUntilNextChance({
        history: found,
        group,
        // Without a window nothing is forecast: the highest of the last 8 days counts, at whatever hour this runs.
        windows: windowsPolicy({ allow: [] }),
        capacityBytes: undefined,
        coreWeight: 1,
        leadMs: 0,
        orderMs: 0,
        at: NOW,
        chanceMs: NOW,
      }).nodes ?? Number.NaN
    );
  }

  it('a cluster that shrank in the middle needs what it needed: the same as one that was always small', async () => {
    const shrunk = policy('shrunk', cpuTarget);
    const steady = policy('steady', cpuTarget);
    const needed = required(await history(shrunk), shrunk);
    expect(needed).toBeCloseTo(required(await history(steady), steady), 2);
    expect(needed).toBeCloseTo(3.6 / TARGET, 1);
    const slots = await slotsOf(shrunk);
    expect(slots).toHaveLength(9 * 288);
    expect(slots.filter(({ slotStartMs }) => slotStartMs < MIDDLE - SLOT_MS).every(({ nodes }) => nodes === 9)).toBe(
      true,
    );
    expect(slots.filter(({ slotStartMs }) => slotStartMs > MIDDLE + SLOT_MS).every(({ nodes }) => nodes === 6)).toBe(
      true,
    );
    for (const { slotStartMs, load } of slots) expect(Math.abs(load - total(slotStartMs))).toBeLessThan(0.05);
  });

  it('of several groups each has its own; a backend that nobody remembers makes its time unknown', async () => {
    const two = policy('shrunk', cpuTarget, ['default', 'etl']);
    const present = backendsOf(6).map((index) => remembered(index));
    const gone = [6, 7, 8].map((index) => remembered(index, { goneAt: MIDDLE }));
    expect(await slotsOf(two, [...present, ...gone])).toHaveLength(9 * 288);
    const forgotten = await slotsOf({ ...two, name: 'forgotten' }, present);
    expect(forgotten.every(({ slotStartMs }) => slotStartMs >= MIDDLE - SLOT_MS)).toBe(true);
    expect(forgotten.length).toBeGreaterThan(4 * 288 - 5);
    const others = [6, 7, 8].map((index) => remembered(index, { group: 'etl' }));
    // A tag counts as little when the policy does not name it.
    for (const given of [two, policy('shrunk', cpuTarget)]) {
      const name = `moved, ${String(given.backends.length)}`;
      const moved = await slotsOf({ ...given, name }, [...present, ...others]);
      expect(moved).toHaveLength(9 * 288);
      expect(moved[100]?.load).toBeCloseTo((total(moved[100]?.slotStartMs ?? 0) * 6) / 9, 1);
      expect(moved[100]?.nodes).toBe(6);
    }
  });

  it.each([
    { says: 'weighs by cores where they differ', cores: [64, 64, 16, 16], load: 2.96 },
    { says: 'is the plain sum where they are the same', cores: [40, 40, 40, 40], load: 2 },
    { says: 'is the plain sum where they are unknown', cores: [undefined, undefined, undefined, undefined], load: 2 },
    { says: 'counts an unknown one as the reference', cores: [64, undefined, 16, 16], load: 2.42 },
  ])('the sum of utilisation $says', async ({ says, cores, load }) => {
    const given = { ...policy('mixed', cpuTarget), name: says };
    const slots = (await history(given, [], store, cores)).signals['be_cpu'] ?? [];
    expect(slots).toHaveLength(9 * 288);
    for (const slot of slots) {
      expect(slot.load).toBeCloseTo(load, 1);
      expect(slot.nodes).toBe(4);
    }
  });

  it('one utilisation for the group stands for the backends that served then', async () => {
    const mean = { ...cpuTarget, name: 'busy', query: 'avg(1 - rate(doris_be_cpu{mode="idle"}[2m]) / 100)' };
    const slots = await slotsOf(policy('shrunk', mean));
    expect(slots).toHaveLength(9 * 288);
    for (const { slotStartMs, load } of slots) expect(Math.abs(load - total(slotStartMs))).toBeLessThan(0.05);
  });

  it('one utilisation per backend is summed', async () => {
    const each = { ...cpuTarget, name: 'busy', query: '1 - rate(doris_be_cpu{mode="idle"}[2m]) / 100' };
    const slots = await slotsOf(
      policy('steady', each),
      backendsOf(6).map((index) => remembered(index)),
    );
    expect(slots).toHaveLength(9 * 288);
    for (const { slotStartMs, load } of slots) expect(Math.abs(load - total(slotStartMs))).toBeLessThan(0.05);
  });

  it('a total sees its own cluster only; NaN and two series for one make the time unknown', async () => {
    const missing = (slots: readonly LoadSlot[]): number => 9 * 288 - slots.length;
    const steady = await slotsOf(policy('steady', QUERIES));
    expect(Math.max(...steady.map(({ load }) => load))).toBeLessThan(361);
    expect(Math.abs(missing(steady) - 36)).toBeLessThanOrEqual(2);
    const twice = await slotsOf(policy('twice', QUERIES));
    expect(new Set(twice.map(({ load }) => load))).toEqual(new Set([300]));
    expect(Math.abs(missing(twice) - 36)).toBeLessThanOrEqual(2);
  });

  it('hours without any sample are missing, not zero', async () => {
    const slots = await slotsOf(policy('lost', cpuTarget));
    const known = (from: number, until: number): number =>
      slots.filter(({ slotStartMs }) => ago(slotStartMs) <= from && ago(slotStartMs) > until).length;
    expect(known(5.8 * HOUR, 3.2 * HOUR)).toBe(0);
    expect(known(9 * HOUR, 6.2 * HOUR)).toBe(34);
    for (const { load } of slots) expect(load).toBeCloseTo(1, 1);
  });

  it('a target that was dead for half an hour leaves no half a load behind', async () => {
    const slots = await slotsOf(policy('blind', cpuTarget));
    for (const { load } of slots) expect(load).toBeCloseTo(1, 1);
    expect(9 * 288 - slots.length).toBeGreaterThanOrEqual(6);
    expect(9 * 288 - slots.length).toBeLessThanOrEqual(8);
  });

  it('what was asked once stays when Prometheus forgets it: the next start merges both', async () => {
    const before = await history(policy('steady', cpuTarget));
    const later = await startPrometheus({
      targetsFiles: [],
      fill: (path) =>
        fillHistory(
          path,
          backendsOf(6).flatMap((index) => cpu('steady', index, (at) => (ago(at) < 2 * DAY ? 0.9 : undefined))),
          RANGE,
        ),
    });
    cleanups.push(() => later.stop());
    const moved = policy('steady', cpuTarget);
    const after = await history({ ...moved, prometheus: { ...moved.prometheus, url: later.url } });
    const slots = after.signals['be_cpu'] ?? [];
    expect(slots).toHaveLength(9 * 288);
    expect(slots.slice(0, 288)).toEqual(before.signals['be_cpu']?.slice(0, 288));
    expect(slots.at(-1)?.load).toBeCloseTo(5.4, 1);
  });
});
