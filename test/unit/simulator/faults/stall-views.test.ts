import { describe, expect, it } from 'vitest';
import type { DorisVersion } from '../../../../src/simulator/cluster.ts';
import { clusterOf } from '../../../../src/simulator/create-cluster.ts';
import { type StallCause, stallFaults } from '../../../../src/simulator/faults/stalls.ts';
import type { RegisteredBackend } from '../../../../src/simulator/model/queries.ts';
import { backend, cluster, decommission, fault, HOUR, MINUTE, START_MS } from '../model/support.ts';

/** Rows of an answer by the names of their columns. */
type Row = Readonly<Record<string, string | null>>;

interface Seen {
  readonly leaving: RegisteredBackend;
  readonly ask: (text: string) => readonly Row[];
  /** Of SHOW BACKENDS. */
  readonly row: (host: string) => Row;
  readonly other: string;
}

/** A drain that a cause holds up, looked at after a while: between two rounds of the checker. */
function seen(
  cause: StallCause,
  version: DorisVersion,
  { afterMs = 10 * MINUTE + 5_000, table = 'scratch' } = {},
): Seen {
  const state = cluster({ version });
  const simulated = clusterOf(state);
  const [leaving] = decommission(state, 0);
  if (leaving === undefined) throw new Error('nothing leaves');
  const other = backend(state, 1).host;
  for (const each of stallFaults(cause, { leaving: leaving.host, other, database: 'shop', table }).begin) {
    fault(state, each);
  }
  const session = simulated.openSession('127.0.0.2', 'root', '127.0.0.1', 1, START_MS);
  const ask = (text: string): readonly Row[] => {
    const answer = simulated.execute(session, text, START_MS + afterMs);
    if (answer.kind !== 'rows') throw new Error(`${text}: ${JSON.stringify(answer)}`);
    return answer.rows.map((row) =>
      Object.fromEntries(answer.columns.map(({ name }, index) => [name, row[index] ?? null])),
    );
  };
  const row = (host: string): Row => ask('SHOW BACKENDS').find((each) => each['Host'] === host) ?? {};
  return { leaving, ask, row, other };
}

const tasks = (queue: string): string => `SHOW PROC '/cluster_balance/${queue}_tablets'`;
const ALL = ['2.1', '3.0', '4.0'] as const;

describe.each(ALL)('what %s shows of a drain that stands still', (version) => {
  it.each([
    [
      'no-place',
      version === '2.1' ? /^unable to find dest path for new replica$/ : /allocation \{ tag\.location\.default: 4 \}/,
    ],
    ['no-medium', version === '2.1' ? /^unable to find dest path for new replica$/ : /storage medium SSD/],
    ['no-tag', /^no proper tag is chose for tablet \d+$/],
  ] as const)('for %s: cancelled tasks in the history, nothing pending or running', (cause, text) => {
    const { ask, row, leaving } = seen(cause, version);
    expect([ask(tasks('pending')), ask(tasks('running'))]).toEqual([[], []]);
    const cancelled = ask(tasks('history')).filter(({ State }) => State === 'CANCELLED');
    expect(cancelled.at(-1)?.['ErrMsg']).toMatch(text);
    expect(row(leaving.host)).toMatchObject({ SystemDecommissioned: 'true' });
    expect(Number(row(leaving.host)['TabletNum'])).toBeGreaterThan(0);
  });

  it('for a full queue: as many pending tablets as may be, none of them of the drain', () => {
    const { ask } = seen('queue-full', version);
    const items = ask("SHOW PROC '/cluster_balance'");
    expect(items.find(({ Item }) => Item === 'pending_tablets')).toMatchObject({ Number: '2000' });
    const pending = ask(tasks('pending'));
    expect(pending).toHaveLength(1000);
    expect(pending[0]).toMatchObject({ State: 'PENDING', ErrMsg: 'unable to find source replica' });
    expect(ask(tasks('running'))).toEqual([]);
  });

  it('for a scheduler that is off: no trace but a number that stands', () => {
    const { ask, row, leaving } = seen('scheduler-off', version);
    expect([ask(tasks('pending')), ask(tasks('running'))]).toEqual([[], []]);
    expect(Number(row(leaving.host)['TabletNum'])).toBeGreaterThan(10);
  });

  it('for tasks that nobody reports: running ones past their time-out', () => {
    const { ask } = seen('task-stuck', version, { afterMs: HOUR });
    const running = ask(tasks('running'));
    expect(running.length).toBeGreaterThan(0);
    for (const { LstSched, Timeout } of running) {
      const startedMs = Date.parse(`${(LstSched ?? '').replace(' ', 'T')}Z`);
      expect(startedMs + Number(Timeout)).toBeLessThan(START_MS + HOUR);
    }
  });

  it('for a scheduler that is starved: nothing was scheduled for long', () => {
    const { ask } = seen('scheduler-starved', version, { afterMs: 20 * MINUTE });
    expect([ask(tasks('running')), ask(tasks('history'))]).toEqual([[], []]);
  });

  it('for a tablet that is too large: one that runs, and the ones before it that took too long', () => {
    const { ask, row, leaving } = seen('large-tablet', version, { afterMs: 3 * HOUR, table: 'orders' });
    expect(row(leaving.host)['TabletNum']).toBe('1');
    expect(ask(tasks('running'))).toMatchObject([{ ReplicaSize: '12.000 GB', Timeout: '7200000' }]);
    expect(ask(tasks('history')).filter(({ ErrMsg }) => ErrMsg === 'timeout')).toMatchObject([{ State: 'CANCELLED' }]);
  });

  it('for a transaction: old replicas that wait for it', () => {
    const { ask } = seen('transaction', version);
    const waiting = ask(tasks('pending'));
    expect(waiting[0]).toMatchObject({ SchedCode: 'WAITING_DECOMMISSION' });
    expect(waiting[0]?.['ErrMsg']).toMatch(/^wait txn before pre watermark txn \d+ to be finished$/);
    expect(ask("SHOW PROC '/transactions'").find(({ DbName }) => DbName === 'shop')).toMatchObject({
      RunningTransactionNum: '1',
    });
  });

  it('for a colocate group: an unstable group and superfluous replicas', () => {
    const { ask } = seen('colocate', version);
    expect(ask("SHOW PROC '/colocation_group'")).toMatchObject([{ IsStable: 'false' }]);
    const total = ask("SHOW PROC '/cluster_health/tablet_health'").at(-1);
    expect(Number(total?.['ColocateRedundantNum'])).toBeGreaterThan(0);
  });

  it.each(['recycle-bin', 'leaky'] as const)('for %s: tablets that no view of health knows', (cause) => {
    const { ask, row, leaving } = seen(cause, version);
    expect(row(leaving.host)).toMatchObject({
      TabletNum: cause === 'leaky' ? '3' : '60000',
      DataUsedCapacity: '0.000 ',
    });
    const total = ask("SHOW PROC '/cluster_health/tablet_health'").at(-1);
    expect(total?.['HealthyNum']).toBe(total?.['TabletNum']);
    expect(ask('SHOW CATALOG RECYCLE BIN')).toHaveLength(cause === 'leaky' ? 0 : 1);
  });

  it.each(['wal', 'auto-drop-off'] as const)('for %s: no tablet, and the row stays', (cause) => {
    const { ask, row, leaving } = seen(cause, version);
    expect(row(leaving.host)).toMatchObject({ TabletNum: '0', SystemDecommissioned: 'true', Alive: 'true' });
    const drops = ask("ADMIN SHOW FRONTEND CONFIG LIKE 'drop_backend_after_decommission'");
    expect(drops).toMatchObject([{ Value: cause === 'wal' ? 'true' : 'false' }]);
  });

  it('for reports that differ: no bytes, and tablets', () => {
    const { row, leaving } = seen('reports-differ', version, { afterMs: 5_000 });
    expect(row(leaving.host)).toMatchObject({ DataUsedCapacity: '0.000 ' });
    expect(Number(row(leaving.host)['TabletNum'])).toBeGreaterThan(0);
  });

  it('for a dead backend: it is dead, and what it alone held is lost', () => {
    const { ask, row, leaving } = seen('dead-backend', version, { afterMs: HOUR });
    expect(row(leaving.host)).toMatchObject({ Alive: 'false', SystemDecommissioned: 'true' });
    const total = ask("SHOW PROC '/cluster_health/tablet_health'").at(-1);
    expect(Number(total?.['UnrecoverableNum'])).toBeGreaterThan(0);
  });

  it('for loads that overtake the copies: they finish, go and begin again, and the others hold more and more', () => {
    const early = seen('load-race', version, { afterMs: 10 * MINUTE });
    const late = seen('load-race', version, { afterMs: 20 * MINUTE });
    expect(Number(late.row(late.leaving.host)['TabletNum'])).toBe(Number(early.row(early.leaving.host)['TabletNum']));
    expect(Number(late.row(late.other)['TabletNum'])).toBeGreaterThan(Number(early.row(early.other)['TabletNum']));
    expect(late.ask(tasks('history')).filter(({ State }) => State === 'FINISHED').length).toBeGreaterThan(10);
  });

  it('for a compute node: the role says it', () => {
    const { row, leaving, other } = seen('compute-nodes', version);
    expect([row(leaving.host)['NodeRole'], row(other)['NodeRole']]).toEqual(['mix', 'computation']);
    expect(Number(row(leaving.host)['TabletNum'])).toBeGreaterThan(0);
  });
});
