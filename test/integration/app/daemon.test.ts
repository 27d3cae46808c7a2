import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDaemon } from '../../../src/app/daemon/daemon.ts';
import type { Daemon } from '../../../src/app/daemon/daemon.ts';
import type { ClusterPolicy, Policy } from '../../../src/domain/policy.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import type { TickerEvents } from '../../../src/time/cron-ticker.ts';
import { discreteClock } from '../../../src/time/discrete-clock.ts';
import type { DiscreteClock } from '../../../src/time/discrete-clock.ts';
import { offsetOf } from '../../../src/time/due.ts';
import { ulids } from '../../../src/time/ulids.ts';
import { capturedLog } from '../../support/captured-log.ts';
import { clusterPolicy, groupPolicy, NOW } from '../../support/decision-input.ts';
import { seriesOf } from '../../support/series.ts';

const INTERVAL_MS = 30_000;
/** Nothing listens there: Doris and Prometheus are refused at once. */
const NOWHERE = clusterPolicy({
  endpoints: [{ host: '127.0.0.1', port: 1 }],
  prometheus: { ...clusterPolicy().prometheus, url: 'http://127.0.0.1:1' },
  backends: [groupPolicy({ provisioner: undefined })],
});

let folder: string;
let store: Store;
let clock: DiscreteClock;
let daemon: Daemon;
let second: (at: number) => void;
let events: TickerEvents;
let jobs: Map<string, () => Promise<void>>;
let records: DecisionRecord[];
const log = capturedLog();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-daemon-'));
  store = await openStore(join(folder, 'a.db'), { lock: true });
  clock = discreteClock(NOW);
  records = [];
  jobs = new Map();
  daemon = createDaemon({
    policy: policyOf(NOWHERE),
    store,
    clock,
    ids: ulids(),
    log,
    version: '1',
    ticker: (given) => {
      events = given;
      return {
        start: (handle) => {
          second = handle;
        },
        daily: (name, _cron, job) => void jobs.set(name, job),
        stop: async () => undefined,
      };
    },
  });
  daemon.subscribe({ decision: (record) => void records.push(record), operation: () => undefined });
});
afterEach(async () => {
  await daemon.stop();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function policyOf(...clusters: readonly ClusterPolicy[]): Policy {
  return {
    revision: 'aaaa',
    store: { kind: 'sqlite', path: join(folder, 'a.db') },
    server: { host: '127.0.0.1', port: 0, token: undefined, changeToken: undefined },
    intervalMs: INTERVAL_MS,
    notifications: [],
    provisioners: {},
    clusters,
  };
}

const evaluated = (count: number): Promise<void> => vi.waitFor(() => expect(records).toHaveLength(count), 20_000);
const dueSecond = (name: string): number =>
  Math.floor(Math.ceil(NOW / INTERVAL_MS) * INTERVAL_MS + offsetOf(name, INTERVAL_MS));

describe('readiness', () => {
  it('stands from the beginning, falls when evaluations stop, and comes back with the next one', async () => {
    expect(await daemon.readiness()).toEqual({ ready: true, reasons: [] });
    await daemon.begin();
    await evaluated(1);
    await clock.advanceBy(3 * INTERVAL_MS + 60_000);
    expect((await daemon.readiness()).ready).toBe(true);
    await clock.advanceBy(1_000);
    expect(await daemon.readiness()).toEqual({
      ready: false,
      reasons: ['analytics was not evaluated for 151 s'],
    });
    second(dueSecond('analytics'));
    await evaluated(2);
    expect((await daemon.readiness()).ready).toBe(true);
  });

  it('ends with the daemon and with its store', async () => {
    await daemon.begin();
    await evaluated(1);
    await daemon.stop();
    expect((await daemon.readiness()).reasons).toEqual(['stopping']);
    await store.close();
    expect((await daemon.readiness()).reasons).toEqual(['stopping', 'the store cannot be written']);
  });
});

describe('ticks', () => {
  it('evaluate a cluster in its own second of the interval and in no other', async () => {
    await daemon.begin();
    await evaluated(1);
    const start = Math.floor(dueSecond('analytics') / 1000) * 1000;
    for (let at = start - 29_000; at <= start; at += 1000) second(at);
    await evaluated(2);
  });

  it('that the process missed are counted for the clusters whose turn it was', async () => {
    await daemon.begin();
    await evaluated(1);
    const skipped = async () =>
      seriesOf((await daemon.metricsText()).text).get('ticks_skipped_total{cluster="analytics"}');
    expect(await skipped()).toBe(0);
    const start = Math.floor(dueSecond('analytics') / 1000) * 1000;
    for (let at = start - 29_000; at <= start; at += 1000) events.onMissed?.(at);
    expect(await skipped()).toBe(1);
  });
});

describe('daily jobs', () => {
  it('keep the store small, and a failure of one is logged', async () => {
    await daemon.begin();
    await evaluated(1);
    expect([...jobs.keys()]).toEqual(['retention']);
    await jobs.get('retention')?.();
    events.onFailed?.('retention', new Error('disk is gone'));
    expect(log.said()).toEqual(
      expect.arrayContaining([
        'info retention: what is too old was deleted',
        'error a daily job failed; it runs again tomorrow',
      ]),
    );
  });
});

describe('a reload that cannot be set up', () => {
  it('rejects and leaves every cluster as it was', async () => {
    await daemon.begin();
    await evaluated(1);
    const before = daemon.cluster('analytics');
    const broken = clusterPolicy({
      ...NOWHERE,
      name: 'broken',
      prometheus: { ...NOWHERE.prometheus, caFile: join(folder, 'no-such-ca.pem') },
    });
    await expect(daemon.reload({ ...policyOf(NOWHERE, broken), revision: 'bbbb' })).rejects.toThrow(/no-such-ca/);
    expect(daemon.policy().revision).toBe('aaaa');
    expect(daemon.cluster('analytics')).toBe(before);
    expect(daemon.cluster('broken')).toBeUndefined();
  });
});
