import { afterEach, describe, expect, it } from 'vitest';
import type { StallCause } from '../../src/domain/stall.ts';
import { stallFaults, type StallCause as SimulatedCause } from '../../src/simulator/faults/stalls.ts';
import { type StuckDrain, stuckDrain } from './support/stuck-drain.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const VERSIONS = ['2.1', '4.0'] as const;

const running: StuckDrain[] = [];
afterEach(async () => {
  for (const drain of running.splice(0)) await drain.stop();
});

type Options = Parameters<typeof stuckDrain>[0];

async function drainWith(cause: SimulatedCause, table: string, options: Omit<Options, 'drains'>): Promise<StuckDrain> {
  const drain = await stuckDrain({
    ...options,
    drains: (each) => {
      const place = { leaving: each.leaving, other: each.other, database: 'shop', table };
      each.inject(stallFaults(cause, place).begin);
    },
  });
  running.push(drain);
  return drain;
}

interface Stall {
  readonly cause: SimulatedCause;
  readonly table?: string;
  /** What is said of it. */
  readonly why: RegExp;
  readonly options?: Partial<Options>;
  readonly withinMs?: number;
}

/** Those that show themselves while tablets are left. */
const STALLS: readonly Stall[] = [
  { cause: 'no-place', table: 'events', why: /shop\.events wants 4 replicas, and 3 hosts/ },
  {
    cause: 'internal-schema',
    options: { backends: 2, joins: true },
    why: /__internal_schema\.\w+ wants 3 replicas, and 2 hosts/,
  },
  { cause: 'no-medium', table: 'events', why: /shop\.events is on SSD, and no backend of default that stays/ },
  { cause: 'no-tag', table: 'events', why: /no proper tag/ },
  { cause: 'recycle-bin', why: /the recycle bin holds dropped_by_hand; gone Tue 01:/ },
  { cause: 'large-tablet', table: 'events', why: /of shop\.events of 12\.0 GiB/, withinMs: 8 * HOUR },
  { cause: 'transaction', why: /wait txn before pre watermark txn \d+ to be finished; loads run in shop \(1\)/ },
  { cause: 'colocate', why: /colocate group shop\.grp is not stable/ },
  { cause: 'queue-full', why: /2,000 tablets wait, max_scheduling_tablets is 2,000/ },
  {
    cause: 'scheduler-starved',
    options: { operations: { stallAfterMs: 12 * MINUTE } },
    why: /has queued nothing yet|has done nothing for/,
  },
  { cause: 'task-stuck', why: /is being cloned for/ },
  { cause: 'scheduler-off', why: /disable_tablet_scheduler is true on the master/ },
  { cause: 'dead-backend', why: /is not alive/ },
  { cause: 'load-race', why: /was cloned \d+ times|tablets, \d+ when the drain began/ },
  { cause: 'compute-nodes', why: /wants 3 replicas, 2 hosts can hold one/ },
];

describe.each(VERSIONS)('a drain on %s that stands still', { timeout: 120_000 }, (version) => {
  it.each(STALLS)('is told of by its name: $cause', async ({ cause, table = 'events', why, options, withinMs }) => {
    const drain = await drainWith(cause, table, { version, ...options });
    await drain.runUntil(() => drain.causes().length > 0, withinMs ?? 3 * HOUR);
    expect(drain.causes()).toEqual([cause satisfies StallCause]);
    const [notice] = drain.notices.filter(({ event }) => event === 'operation-stalled');
    expect(notice?.lines[0]).toMatch(why);
  });

  it('for dropped tables and leaky entries is none where the FE looks past them', async () => {
    const drain = await drainWith('leaky', 'events', { version });
    await drain.runUntil(() => drain.causes().length > 0, 3 * HOUR);
    expect(drain.causes()).toEqual(version === '2.1' ? ['leaky'] : []);
  });

  it.each([
    ['wal', /the FE does not drop it: group-commit logs on it are not finished/],
    ['reports-differ', undefined],
    ['auto-drop-off', undefined],
  ] as const)(
    '%s is seen once it is empty, or not at all: TabletNum decides, and the flag is ours',
    async (cause, reason) => {
      const drain = await drainWith(cause, 'events', { version });
      await drain.runUntil(() => false, 2 * HOUR);
      expect(drain.causes()).toEqual([]);
      if (reason === undefined) expect(drain.operation().state).toBe('succeeded');
      else expect([...drain.reasons].filter((each) => reason.test(each))).not.toEqual([]);
    },
  );
});

describe('a cause that ends', { timeout: 120_000 }, () => {
  it.each(VERSIONS)('lets the drain go on to its end, on %s', async (version) => {
    const drain = await drainWith('scheduler-off', 'events', { version });
    await drain.runUntil(() => drain.causes().length > 0, 3 * HOUR);
    drain.inject(stallFaults('scheduler-off', { leaving: '', other: '', database: 'shop', table: 'events' }).end);
    await drain.runUntil(() => false, HOUR);
    expect(drain.operation()).toMatchObject({ state: 'succeeded' });
  });
});
