import { describe, expect, it } from 'vitest';
import type { SimulatedCluster, SqlAnswer } from '../../../../src/simulator/cluster.ts';
import { createCluster } from '../../../../src/simulator/create-cluster.ts';
import type { Fault } from '../../../../src/simulator/faults/fault.ts';
import { machineRoom } from '../../../../src/simulator/wire/hosts/provision.ts';
import { SECOND, START_MS } from '../model/support.ts';

const ADD = 'ALTER SYSTEM ADD BACKEND "10.0.0.9:9050"';

function simulated(): SimulatedCluster {
  return createCluster({
    version: '4.0',
    seed: 7,
    speed: 1,
    startAtMs: START_MS,
    frontends: 3,
    backends: 4,
    spareBackends: 2,
    dataset: 'recorded',
    load: () => 1,
  });
}

function asker(cluster: SimulatedCluster): (text: string, atMs?: number) => SqlAnswer {
  const session = cluster.openSession('127.0.0.2', 'root', '127.0.0.1', 1, START_MS);
  return (text, atMs = START_MS) => cluster.execute(session, text, atMs);
}

function backends(cluster: SimulatedCluster, atMs = START_MS): number {
  const answer = asker(cluster)('SHOW BACKENDS', atMs);
  return answer.kind === 'rows' ? answer.rows.length : Number.NaN;
}

describe('a reply in trouble', () => {
  it.each(['late', 'never', 'lost'] as const)('%s: the statement is carried out all the same', (reply) => {
    const cluster = simulated();
    cluster.inject(
      { kind: 'troubled-replies', text: 'alter system', reply, delayMs: 8 * SECOND, statements: 1 },
      START_MS,
    );
    const answer = asker(cluster)(ADD);
    expect(answer.kind).toBe(reply === 'lost' ? 'close' : 'pending');
    expect(backends(cluster)).toBe(5);
    if (answer.kind !== 'pending') return;
    expect(answer.poll(START_MS + 7 * SECOND)).toBeUndefined();
    expect(answer.poll(START_MS + 3600 * SECOND)).toEqual(reply === 'late' ? { kind: 'ok' } : undefined);
  });

  it('befalls so many statements that begin with its text, and no others', () => {
    const cluster = simulated();
    const ask = asker(cluster);
    cluster.inject({ kind: 'troubled-replies', text: 'SHOW', reply: 'lost', delayMs: 0, statements: 2 }, START_MS);
    const kinds = ['SHOW BACKENDS', 'SET forward_to_master = true', ' show frontends', 'SHOW BACKENDS'].map(
      (text) => ask(text).kind,
    );
    expect(kinds).toEqual(['close', 'ok', 'close', 'rows']);
  });

  it('is taken back with no statements', () => {
    const cluster = simulated();
    const trouble = { kind: 'troubled-replies', text: '', reply: 'lost', delayMs: 0 } as const;
    cluster.inject({ ...trouble, statements: 5 }, START_MS);
    cluster.inject({ ...trouble, statements: 0 }, START_MS);
    expect(backends(cluster)).toBe(4);
  });

  it('that waits for a majority anyhow comes when both waits are over', () => {
    const cluster = simulated();
    for (const host of ['127.0.0.3', '127.0.0.4']) cluster.killFrontend(host, START_MS);
    cluster.inject(
      { kind: 'troubled-replies', text: 'ALTER', reply: 'late', delayMs: 60 * SECOND, statements: 1 },
      START_MS,
    );
    const answer = asker(cluster)(ADD);
    if (answer.kind !== 'pending') throw new Error(`it was answered: ${answer.kind}`);
    expect(answer.poll(START_MS + 61 * SECOND)).toBeUndefined();
    cluster.startFrontend('127.0.0.3', undefined, START_MS + 62 * SECOND);
    expect(answer.poll(START_MS + 120 * SECOND)).toEqual({ kind: 'ok' });
  });
});

describe('a host script', () => {
  const room = (fault: Extract<Fault, { readonly kind: 'host-script' }>) => {
    const cluster = simulated();
    cluster.inject(fault, START_MS);
    const clock = { now: () => START_MS + 20 * SECOND } as Parameters<typeof machineRoom>[0]['clock'];
    const host = cluster.backends().find(({ registered }) => !registered)?.host ?? '';
    const machines = machineRoom({ cluster, clock });
    const isRunning = (): boolean => {
      cluster.advanceTo(START_MS + 60 * SECOND);
      return cluster.backends().some((each) => each.host === host && each.running);
    };
    return { call: () => machines.call({ verb: 'start', role: 'backend', host, key: 'op' }), isRunning };
  };
  const trouble = { kind: 'host-script', verb: 'start', delayMs: 90 * SECOND, calls: 1 } as const;

  it('that answers after the deadline may have done its work long before', () => {
    const { call, isRunning } = room({ ...trouble, answer: 'late', isDone: true });
    const { afterMs, answer } = call();
    expect([afterMs, isRunning()]).toEqual([90 * SECOND, true]);
    expect(answer().ok).toBe(true);
  });

  it('that answers late may do its work only then', () => {
    const { call, isRunning } = room({ ...trouble, answer: 'late', isDone: false });
    const { answer } = call();
    expect(isRunning()).toBe(false);
    expect(answer().ok).toBe(true);
  });

  it.each([true, false])('that never answers may have done its work: %s', (isDone) => {
    const { call, isRunning } = room({ ...trouble, answer: 'never', isDone });
    expect(call().afterMs).toBe(Number.POSITIVE_INFINITY);
    expect(isRunning()).toBe(isDone);
  });

  it.each([true, false])('that fails may have done its work: %s', (isDone) => {
    const { call, isRunning } = room({ ...trouble, answer: 'fails', isDone });
    expect(call().answer()).toMatchObject({ ok: false, detail: 'start failed: ssh: connection timed out' });
    expect(isRunning()).toBe(isDone);
  });

  it('is well again after so many calls, and others are well all the time', () => {
    const { call } = room({ ...trouble, answer: 'never', isDone: false });
    const other = room({ ...trouble, verb: 'stop', answer: 'never', isDone: false });
    expect([call().afterMs, call().afterMs, other.call().afterMs]).toEqual([Number.POSITIVE_INFINITY, 0, 0]);
  });
});

describe('a config that somebody sets', () => {
  it('is read back from the master, and is gone with null', () => {
    const cluster = simulated();
    const read = (): unknown => {
      const answer = asker(cluster)("ADMIN SHOW FRONTEND CONFIG LIKE 'disable_tablet_scheduler'");
      return answer.kind === 'rows' ? answer.rows[0]?.[1] : answer;
    };
    const config = { kind: 'frontend-config', key: 'disable_tablet_scheduler', everywhere: false } as const;
    cluster.inject({ ...config, value: 'true' }, START_MS);
    expect(read()).toBe('true');
    cluster.inject({ ...config, value: null }, START_MS);
    expect(read()).toBe('false');
  });

  it('must be one that an FE of the version knows', () => {
    const setting = { kind: 'frontend-config', key: 'no_such_key', value: '1', everywhere: false } as const;
    expect(() => {
      simulated().inject(setting, START_MS);
    }).toThrow('key: an FE of 4.0 has no config "no_such_key"');
  });
});
