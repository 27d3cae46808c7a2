import { describe, expect, it } from 'vitest';
import type { SimulatedCluster, SqlAnswer, SqlSession } from '../../../../src/simulator/cluster.ts';
import { createCluster } from '../../../../src/simulator/create-cluster.ts';

const START_MS = 1_795_397_640_000;

interface Bench {
  readonly cluster: SimulatedCluster;
  /** Address of an FE: followers first, then observers, then spare ones. */
  readonly host: (index: number) => string;
  readonly ask: (text: string, as?: { readonly user?: string; readonly of?: number }) => SqlAnswer;
  readonly session: (of: number, user?: string) => SqlSession;
  readonly wait: (ms: number) => void;
  readonly nowMs: () => number;
}

function bench(options: { readonly frontends?: number; readonly spareFrontends?: number } = {}): Bench {
  const cluster = createCluster({
    version: '4.0',
    seed: 3,
    speed: 1,
    startAtMs: START_MS,
    frontends: options.frontends ?? 3,
    spareFrontends: options.spareFrontends ?? 0,
    backends: 4,
    dataset: 'recorded',
    load: () => 0,
  });
  let nowMs = START_MS;
  let connectionId = 100;
  const sessions = new Map<string, SqlSession>();
  const host = (index: number): string => cluster.frontends()[index]?.host ?? '';
  const session = (of: number, user = 'root'): SqlSession => {
    const key = `${user} ${String(of)}`;
    const known = sessions.get(key);
    if (known !== undefined) return known;
    connectionId += 1;
    const opened = cluster.openSession(host(of), user, '127.0.0.1', connectionId, nowMs);
    sessions.set(key, opened);
    return opened;
  };
  return {
    cluster,
    host,
    session,
    nowMs: () => nowMs,
    wait: (ms) => {
      nowMs += ms;
      cluster.advanceTo(nowMs);
    },
    ask: (text, { user, of = 0 } = {}) => cluster.execute(session(of, user), text, nowMs),
  };
}

function rows(answer: SqlAnswer): readonly (readonly (string | null)[])[] {
  expect(answer.kind).toBe('rows');
  return answer.kind === 'rows' ? answer.rows : [];
}

function cell(answer: SqlAnswer, column: string, row = 0): string | null | undefined {
  const found = rows(answer);
  return answer.kind === 'rows' ? found[row]?.[answer.columns.findIndex(({ name }) => name === column)] : undefined;
}

describe('several statements in one text', () => {
  it('are all carried out, and the last answer goes out', () => {
    const { ask } = bench();
    const answer = ask('ALTER SYSTEM ADD BACKEND "127.0.0.98:9050"; SHOW BACKENDS');
    expect(rows(answer)).toHaveLength(5);
  });

  it('end at the first that fails', () => {
    const { ask } = bench();
    expect(ask('THIS IS NOT SQL; ALTER SYSTEM ADD BACKEND "127.0.0.98:9050"').kind).toBe('error');
    expect(rows(ask('SHOW BACKENDS'))).toHaveLength(4);
  });

  it('wait for one that has no majority before the rest is carried out', () => {
    const { ask, cluster, host, wait, nowMs } = bench({ frontends: 2 });
    cluster.killFrontend(host(1), nowMs());
    wait(1000);
    const answer = ask('ALTER SYSTEM ADD BACKEND "127.0.0.98:9050"; SELECT 1');
    expect(answer.kind).toBe('pending');
    if (answer.kind !== 'pending') return;
    expect(answer.poll(nowMs())).toBeUndefined();
    cluster.startFrontend(host(1), undefined, nowMs());
    wait(60_000);
    expect(answer.poll(nowMs())).toMatchObject({ kind: 'rows', rows: [['1']] });
  });
});

describe('a session', () => {
  it('keeps its variables and its database to itself', () => {
    const { ask } = bench();
    ask('SET query_timeout = 30');
    ask('USE shop');
    expect(cell(ask("SHOW VARIABLES LIKE 'query_timeout'"), 'Value')).toBe('30');
    expect(cell(ask("SHOW VARIABLES LIKE 'query_timeout'", { user: 'adm' }), 'Value')).toBe('900');
    expect(rows(ask('SHOW TABLES'))).toHaveLength(5);
    expect(ask('SHOW TABLES', { user: 'adm' })).toMatchObject({ kind: 'error' });
  });

  it('is listed to its own user, and to everybody with ADMIN_PRIV, at its own FE', () => {
    const { ask } = bench();
    ask('SELECT 1', { user: 'plain' });
    ask('SELECT 1', { user: 'sel', of: 1 });
    expect(rows(ask('SHOW PROCESSLIST', { user: 'plain' })).map((row) => row[2])).toEqual(['plain']);
    expect(rows(ask('SHOW PROCESSLIST', { user: 'adm' })).map((row) => row[2])).toEqual(['adm', 'plain']);
  });

  it('is gone once it was killed', () => {
    const { ask, session } = bench();
    ask('SELECT 1', { user: 'plain' });
    expect(ask(`KILL ${String(session(0, 'plain').connectionId)}`).kind).toBe('ok');
    expect(ask('SELECT 1', { user: 'plain' }).kind).toBe('close');
  });

  it('shows queries that run on backends at the master', () => {
    const { ask, cluster, nowMs } = bench();
    const host = cluster.backends()[0]?.host ?? '';
    cluster.inject({ kind: 'running-queries', host, queries: 2 }, nowMs());
    expect(rows(ask('SHOW PROCESSLIST')).filter((row) => row[7] === 'Query' && row[0] === 'No')).toHaveLength(2);
    expect(rows(ask('SHOW PROCESSLIST', { of: 1 }))).toHaveLength(1);
    expect(cell(ask('SHOW BACKENDS'), 'RunningTasks')).toBe('2');
  });

  it("shows queries of a frontend's clients there alone", () => {
    const { ask, cluster, nowMs, host } = bench();
    const running = (of: number) =>
      rows(ask('SHOW PROCESSLIST', { of })).filter((row) => row[7] === 'Query' && row[0] === 'No').length;
    cluster.inject({ kind: 'running-queries', host: host(1), queries: 2 }, nowMs());
    expect([running(0), running(1)]).toEqual([0, 2]);
    cluster.inject({ kind: 'running-queries', host: host(1), queries: 0 }, nowMs());
    expect(running(1)).toBe(0);
  });
});

describe('accounts', () => {
  it.each([
    ['root and admin enter over loopback whatever the password', 'root', () => false, true],
    ['others with theirs', 'autoscaler', (password: string) => password === 'autoscaler', true],
    ['and not without', 'autoscaler', () => false, false],
    ['nobody knows this one', 'nobody', () => true, false],
  ])('%s', (_, user, matches, ok) => {
    const { cluster, host } = bench();
    expect(cluster.authenticate(host(0), user, matches, START_MS).ok).toBe(ok);
  });

  it('are made, given privileges and taken away', () => {
    const { ask, cluster, host } = bench();
    expect(ask("CREATE USER 'scaler'@'%' IDENTIFIED BY 's3'").kind).toBe('ok');
    expect(cluster.authenticate(host(0), 'scaler', (password) => password === 's3', START_MS).ok).toBe(true);
    expect(ask('ALTER SYSTEM ADD BACKEND "127.0.0.98:9050"', { user: 'scaler' }).kind).toBe('error');
    expect(ask("GRANT NODE_PRIV, ADMIN_PRIV ON *.*.* TO 'scaler'@'%'").kind).toBe('ok');
    expect(ask('ALTER SYSTEM ADD BACKEND "127.0.0.98:9050"', { user: 'scaler' }).kind).toBe('ok');
    expect(cell(ask('SHOW GRANTS', { user: 'scaler' }), 'GlobalPrivs')).toBe('Node_priv,Admin_priv');
    expect(ask("REVOKE NODE_PRIV ON *.*.* FROM 'scaler'@'%'").kind).toBe('ok');
    expect(ask('ALTER SYSTEM ADD BACKEND "127.0.0.97:9050"', { user: 'scaler' }).kind).toBe('error');
    expect(ask("DROP USER 'scaler'@'%'").kind).toBe('ok');
    expect(cluster.authenticate(host(0), 'scaler', () => true, START_MS).ok).toBe(false);
  });
});

describe('an FE that is not the master', () => {
  it('passes changes on, and shows them at once', () => {
    const { ask } = bench();
    expect(ask('ALTER SYSTEM ADD BACKEND "127.0.0.98:9050"', { of: 1 }).kind).toBe('ok');
    expect(rows(ask('SHOW BACKENDS', { of: 1 }))).toHaveLength(5);
  });

  it('passes questions on, unless told not to: then its queues are empty', () => {
    const { ask } = bench();
    const working = "SHOW PROC '/cluster_balance/working_slots'";
    expect(rows(ask(working, { of: 1 })).length).toBeGreaterThan(0);
    ask('SET forward_to_master = false', { of: 1 });
    expect(rows(ask(working, { of: 1 }))).toHaveLength(0);
  });

  it('says who is connected to it', () => {
    const { ask, host } = bench();
    const connected = (of: number): unknown =>
      rows(ask('SHOW FRONTENDS', { of })).find((row) => row[18] === 'Yes')?.[1];
    expect([connected(0), connected(1), connected(2)]).toEqual([host(0), host(1), host(2)]);
  });

  it('answers nothing but an error once it is cut off', () => {
    const { ask, cluster, host, nowMs, wait } = bench();
    cluster.inject({ kind: 'partitioned-host', host: host(1), on: true }, nowMs());
    wait(1000);
    expect(ask('SHOW FRONTENDS', { of: 1 })).toMatchObject({ kind: 'error', errno: 1105 });
    expect(ask('SHOW FRONTENDS', { of: 2 }).kind).toBe('rows');
  });
});

describe('a master that was cut off from the others', () => {
  it('still shows itself as the master, and nobody else alive', () => {
    const { ask, cluster, host, nowMs, wait } = bench();
    cluster.inject({ kind: 'partitioned-host', host: host(0), on: true }, nowMs());
    wait(60_000);
    const seen = rows(ask('SHOW FRONTENDS')).map((row) => ({ host: row[1], master: row[8], alive: row[11] }));
    expect(seen.filter(({ master }) => master === 'true')).toEqual([{ host: host(0), master: 'true', alive: 'true' }]);
    expect(seen.filter(({ alive }) => alive === 'true')).toHaveLength(1);
    expect(rows(ask('SHOW BACKENDS')).every((row) => row[9] === 'false')).toBe(true);
    const others = rows(ask('SHOW FRONTENDS', { of: 1 })).map((row) => ({ host: row[1], master: row[8] }));
    expect(others.filter(({ master }) => master === 'true').map((each) => each.host)).not.toEqual([host(0)]);
  });

  it('never answers a write, and nobody ever sees it', () => {
    const { ask, cluster, host, nowMs, wait } = bench();
    cluster.inject({ kind: 'partitioned-host', host: host(0), on: true }, nowMs());
    wait(60_000);
    const answer = ask('ALTER SYSTEM ADD BACKEND "127.0.0.98:9050"');
    if (answer.kind !== 'pending') throw new Error(`it was answered: ${answer.kind}`);
    wait(300_000);
    expect(answer.poll(nowMs())).toBeUndefined();
    expect(rows(ask('SHOW BACKENDS', { of: 1 }))).toHaveLength(4);
    cluster.inject({ kind: 'partitioned-host', host: host(0), on: false }, nowMs());
    wait(1000);
    expect(answer.poll(nowMs())?.kind).toBe('close');
  });
});

describe('an FE that was started without a helper', () => {
  it('shows a cluster of its own, with another id and itself as the master', () => {
    const { ask, cluster, host, nowMs, wait } = bench({ spareFrontends: 1 });
    const clusterId = cell(ask('SHOW FRONTENDS'), 'ClusterId');
    cluster.startFrontend(host(3), undefined, nowMs());
    wait(30_000);
    const own = ask('SHOW FRONTENDS', { of: 3 });
    expect(rows(own)).toHaveLength(1);
    expect(cell(own, 'Host')).toBe(host(3));
    expect(cell(own, 'IsMaster')).toBe('true');
    expect(cell(own, 'ClusterId')).not.toBe(clusterId);
    expect(rows(ask('SHOW BACKENDS', { of: 3 }))).toHaveLength(0);
  });
});

describe('SHOW FRONTENDS of a cluster with a host that does not answer', () => {
  it('comes late, and SHOW BACKENDS does not', () => {
    const { ask, cluster, nowMs, wait } = bench();
    cluster.inject({ kind: 'slow-show-frontends', delayMs: 60_000 }, nowMs());
    const answer = ask('SHOW FRONTENDS');
    expect(ask('SHOW BACKENDS').kind).toBe('rows');
    if (answer.kind !== 'pending') throw new Error(`it came at once: ${answer.kind}`);
    wait(59_000);
    expect(answer.poll(nowMs())).toBeUndefined();
    wait(1000);
    expect(answer.poll(nowMs())?.kind).toBe('rows');
  });
});

describe('ADMIN SET', () => {
  it('of a key of the master reaches the master from anywhere, and is lost with it', () => {
    const { ask, cluster, host, nowMs, wait } = bench();
    ask('ADMIN SET FRONTEND CONFIG ("disable_balance" = "true")', { of: 1 });
    ask('ADMIN SET ALL FRONTENDS CONFIG ("max_balancing_tablets" = "77")');
    const value = (key: string, of: number): unknown =>
      cell(ask(`ADMIN SHOW FRONTEND CONFIG LIKE '${key}'`, { of }), 'Value');
    expect(value('disable_balance', 0)).toBe('true');
    cluster.killFrontend(host(0), nowMs());
    wait(10_000);
    expect(value('disable_balance', 1)).toBe('false');
    expect(value('max_balancing_tablets', 1)).toBe('77');
  });

  it('needs no majority: it is no entry of the log', () => {
    const { ask, cluster, host, nowMs, wait } = bench({ frontends: 2 });
    cluster.killFrontend(host(1), nowMs());
    wait(1000);
    expect(ask('ADMIN SET FRONTEND CONFIG ("disable_balance" = "true")').kind).toBe('ok');
  });
});

describe('version 3.0, of which there are no recordings', () => {
  it.each([
    ['SHOW BACKENDS ends with cores and memory', 'SHOW BACKENDS', 'root', ['NodeRole', 'CpuCores', 'Memory']],
    ['SHOW FRONTENDS has no LiveSince', 'SHOW FRONTENDS', 'root', ['ErrMsg', 'Version', 'CurrentConnected']],
  ])('%s', (_, text, user, last) => {
    const answer = on30(text, user);
    expect(answer.kind === 'rows' ? answer.columns.slice(-3).map(({ name }) => name) : answer).toEqual(last);
  });

  it.each([
    ['a refusal is 1227, with brackets', 'ALTER SYSTEM ADD BACKEND "h:9050"', 'plain', 1227, '(NODE)'],
    ['SHOW BACKENDS is not for everybody', 'SHOW BACKENDS', 'plain', 1227, '(ADMIN/OPERATOR)'],
    ['CANCEL DECOMMISSION needs NODE_PRIV', 'CANCEL DECOMMISSION BACKEND "h:9050"', 'plain', 1227, '(Node_priv)'],
    [
      'too few backends are refused',
      'ALTER SYSTEM DECOMMISSION BACKEND "127.0.0.21:9050", "127.0.0.22:9050"',
      'root',
      1105,
      'After decommission',
    ],
  ])('%s', (_, text, user, errno, part) => {
    const answer = on30(text, user);
    expect(answer).toMatchObject({ kind: 'error', errno });
    expect(answer.kind === 'error' ? answer.message : '').toContain(part);
  });

  it('NODE_PRIV is enough for SHOW PROC', () => {
    expect(on30("SHOW PROC '/backends'", 'nodeop').kind).toBe('rows');
  });

  function on30(text: string, user: string): SqlAnswer {
    const cluster = createCluster({
      version: '3.0',
      seed: 3,
      speed: 1,
      startAtMs: START_MS,
      frontends: 1,
      backends: 4,
      dataset: 'recorded',
      load: () => 0,
    });
    const session = cluster.openSession(cluster.frontends()[0]?.host ?? '', user, '127.0.0.1', 1, START_MS);
    return cluster.execute(session, text, START_MS);
  }
});
