import { describe, expect, it } from 'vitest';
import type { SimulatedCluster, SqlAnswer } from '../../../src/simulator/cluster.ts';
import { createCluster } from '../../../src/simulator/create-cluster.ts';

const START_MS = Date.UTC(2026, 10, 23);
const SECOND = 1_000;

function start(options: Partial<Parameters<typeof createCluster>[0]> = {}): SimulatedCluster {
  return createCluster({
    version: '4.0',
    seed: 7,
    speed: 1,
    startAtMs: START_MS,
    frontends: 3,
    backends: 4,
    spareFrontends: 1,
    dataset: 'recorded',
    load: () => 1,
    ...options,
  });
}

function ask(cluster: SimulatedCluster, host: string, text: string, atMs: number): SqlAnswer {
  return cluster.execute(cluster.openSession(host, 'root', '127.0.0.1', 1, atMs), text, atMs);
}

function column(answer: SqlAnswer, name: string): readonly (string | null)[] {
  if (answer.kind !== 'rows') throw new Error(`no rows but ${JSON.stringify(answer)}`);
  const index = answer.columns.findIndex((each) => each.name === name);
  return answer.rows.map((row) => row[index] ?? null);
}

describe('a cluster in memory', () => {
  it('lets time pass up to the instant of each call, and never back', () => {
    const cluster = start();
    const [first = ''] = cluster.frontends().map(({ host }) => host);
    const beat = (atMs: number): string | null =>
      column(ask(cluster, first, 'SHOW BACKENDS', atMs), 'LastHeartbeat')[0] ?? null;
    const later = beat(START_MS + 60 * SECOND);
    expect(beat(START_MS + 30 * SECOND)).toBe(later);
    expect(Date.parse(`${String(later)}Z`)).toBeGreaterThan(START_MS + 45 * SECOND);
  });

  it('gives time to an answer that waits, each time it is asked for', () => {
    const cluster = start({ frontends: 2 });
    const hosts = cluster.frontends().filter(({ registered }) => registered);
    const master = hosts.find(({ isMaster }) => isMaster)?.host ?? '';
    const other = hosts.find(({ isMaster }) => !isMaster)?.host ?? '';
    cluster.killFrontend(other, START_MS);
    const backend = cluster.backends()[0];
    const address = `${String(backend?.host)}:${String(backend?.ports.heartbeat)}`;
    const answer = ask(
      cluster,
      master,
      `ALTER SYSTEM MODIFY BACKEND "${address}" SET ("disable_load" = "true")`,
      START_MS + SECOND,
    );
    if (answer.kind !== 'pending') throw new Error(`not pending but ${answer.kind}`);
    expect(answer.poll(START_MS + 100 * SECOND)).toBeUndefined();
    cluster.startFrontend(other, undefined, START_MS + 100 * SECOND);
    expect(answer.poll(START_MS + 101 * SECOND)).toBeUndefined();
    expect(answer.poll(START_MS + 115 * SECOND)).toEqual({ kind: 'ok' });
  });

  it('shows an FE without a helper as the cluster of its own that it is', () => {
    const cluster = start();
    const hosts = cluster.frontends();
    const [first = ''] = hosts.map(({ host }) => host);
    const lost = hosts.find(({ registered }) => !registered)?.host ?? '';
    cluster.startFrontend(lost, undefined, START_MS);
    const atMs = START_MS + 30 * SECOND;
    const own = ask(cluster, lost, 'SHOW FRONTENDS', atMs);
    expect(column(own, 'Host')).toEqual([lost]);
    expect(column(own, 'IsMaster')).toEqual(['true']);
    const others = column(ask(cluster, first, 'SHOW FRONTENDS', atMs), 'ClusterId');
    expect(others).not.toContain(column(own, 'ClusterId')[0]);
  });

  it('keeps what hosts do apart from rows of hosts that nobody knows', () => {
    const cluster = start();
    const [first = ''] = cluster.frontends().map(({ host }) => host);
    const before = cluster.backends().length;
    expect(ask(cluster, first, 'ALTER SYSTEM ADD BACKEND "10.9.9.9:9050"', START_MS)).toEqual({ kind: 'ok' });
    expect(column(ask(cluster, first, 'SHOW BACKENDS', START_MS), 'Host')).toContain('10.9.9.9');
    expect(cluster.backends()).toHaveLength(before);
    cluster.startBackend('10.9.9.9', START_MS);
    const later = ask(cluster, first, 'SHOW BACKENDS', START_MS + 60 * SECOND);
    const alive = column(later, 'Alive')[column(later, 'Host').indexOf('10.9.9.9')];
    expect(alive).toBe('false');
  });

  it('counts the statements and whom they came from', () => {
    const cluster = start();
    const [first = ''] = cluster.frontends().map(({ host }) => host);
    ask(cluster, first, 'SHOW FRONTENDS', START_MS);
    ask(cluster, first, 'nonsense', START_MS + SECOND);
    expect(cluster.statements()).toMatchObject([
      { atMs: START_MS, frontendHost: first, user: 'root', text: 'SHOW FRONTENDS', outcome: 'rows' },
      { text: 'nonsense', outcome: 'error' },
    ]);
  });

  it('serves its load with the backends that were there at each instant', () => {
    const cluster = start();
    const [victim] = cluster.backends();
    cluster.killBackend(victim?.host ?? '', START_MS + 60 * SECOND);
    cluster.advanceTo(START_MS + 120 * SECOND);
    const hosts = (atMs: number): readonly string[] => cluster.series('be_cpu_ratio', atMs).map(({ host }) => host);
    expect(hosts(START_MS - 3600 * SECOND)).toHaveLength(4);
    expect(hosts(START_MS + 110 * SECOND)).not.toContain(victim?.host);
  });
});
