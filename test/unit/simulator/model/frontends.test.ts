import { describe, expect, it } from 'vitest';
import type { DorisVersion } from '../../../../src/simulator/cluster.ts';
import {
  addFrontend,
  configValue,
  dropFrontend,
  setConfig,
  setDisabled,
} from '../../../../src/simulator/model/changes.ts';
import { endFrontend, resetFrontend, startFrontend } from '../../../../src/simulator/model/frontends/processes.ts';
import {
  hasMajority,
  isServing,
  masterOf,
  masterSeenBy,
  registeredFrontends,
  replayedJournalId,
} from '../../../../src/simulator/model/queries.ts';
import type { WaitingWriteState } from '../../../../src/simulator/model/frontends/waiting-write.ts';
import type { ClusterState, FrontendState } from '../../../../src/simulator/model/state.ts';
import { backend, cluster, decommission, fault, frontend, master, MINUTE, SECOND, wait, waitUntil } from './support.ts';

const VERSIONS: readonly DorisVersion[] = ['2.1', '3.0', '4.0'];

function spare(state: ClusterState): FrontendState {
  const found = state.frontends.find(({ row }) => row === undefined);
  if (found === undefined) throw new Error('there is no spare frontend');
  return found;
}

function register(state: ClusterState, host: FrontendState, role: 'OBSERVER' | 'FOLLOWER' = 'OBSERVER'): void {
  addFrontend(state, { host: host.host, editLogPort: host.ports.editLog, role });
}

function helperOf(state: ClusterState): string {
  const { host, ports } = master(state);
  return `${host}:${String(ports.editLog)}`;
}

/** A change of the metadata as the SQL side leaves it while there is no majority. */
function waitingWrite(state: ClusterState, apply?: () => void): WaitingWriteState {
  const write: WaitingWriteState = {
    text: 'ALTER SYSTEM ...',
    sinceMs: state.nowMs,
    outcome: 'waiting',
    ...(apply === undefined ? {} : { apply }),
  };
  state.waitingWrites.push(write);
  return write;
}

describe('a frontend that joins', () => {
  it.each(['before', 'after'])(
    'with its row added %s its start: joined after some seconds, alive at a heartbeat',
    (when) => {
      const state = cluster({ spareFrontends: 1 });
      const joining = spare(state);
      if (when === 'before') register(state, joining);
      startFrontend(state, joining, helperOf(state));
      if (when === 'after') {
        wait(state, 20 * SECOND);
        expect(joining.process).toBe('asking');
        register(state, joining);
      }
      const toJoin = waitUntil(state, 'joined', () => joining.row?.joined === true);
      expect(toJoin).toBeLessThanOrEqual(6 * SECOND);
      expect(joining.row).toMatchObject({ alive: false, lastHeartbeatMs: undefined });
      const toLife = waitUntil(state, 'alive', () => joining.row?.alive === true);
      expect(toJoin + toLife).toBeLessThanOrEqual(20 * SECOND);
      expect(joining.row).toMatchObject({ alive: true, everAlive: true, errorMessage: '' });
      wait(state, 20 * SECOND);
      expect(replayedJournalId(state, joining)).toBe(state.journalId);
      expect(isServing(state, joining)).toBe(true);
    },
  );

  it('says that its connection is refused until then', () => {
    const state = cluster({ spareFrontends: 1 });
    const joining = spare(state);
    register(state, joining);
    wait(state, 21 * SECOND);
    expect(joining.row).toMatchObject({
      joined: false,
      alive: false,
      errorMessage: 'java.net.ConnectException: Connection refused',
    });
  });

  it('without a helper is the master of a cluster of its own', () => {
    const state = cluster({ spareFrontends: 1 });
    const lost = spare(state);
    register(state, lost);
    startFrontend(state, lost, undefined);
    wait(state, 30 * SECOND);
    expect(lost.process).toBe('own-cluster');
    expect(lost.row).toMatchObject({
      joined: false,
      alive: false,
      errorMessage: `invalid cluster id: ${String(lost.ownCluster?.clusterId)}`,
    });
    const own = lost.ownCluster;
    if (own === undefined) throw new Error('it has no cluster');
    expect(own.clusterId).not.toBe(state.clusterId);
    expect(registeredFrontends(own).map(({ host, row }) => [host, row.role, row.alive])).toEqual([
      [lost.host, 'FOLLOWER', true],
    ]);
    expect(masterOf(own)?.host).toBe(lost.host);
    expect(own.nowMs).toBe(state.nowMs);
    endFrontend(state, lost);
    startFrontend(state, lost, helperOf(state));
    wait(state, MINUTE);
    expect(lost.process).toBe('own-cluster');
    endFrontend(state, lost);
    resetFrontend(lost);
    startFrontend(state, lost, helperOf(state));
    wait(state, MINUTE);
    expect(lost.row).toMatchObject({ joined: true, alive: true });
  });

  it('with itself as helper ends', () => {
    const state = cluster({ spareFrontends: 1 });
    const joining = spare(state);
    register(state, joining);
    startFrontend(state, joining, `${joining.host}:9010`);
    wait(state, 30 * SECOND);
    expect(joining.process).toBe('down');
  });

  it('does not count for a majority before it was alive once', () => {
    const state = cluster({ frontends: 1, spareFrontends: 1 });
    const joining = spare(state);
    register(state, joining, 'FOLLOWER');
    wait(state, 30 * SECOND);
    expect(hasMajority(state)).toBe(true);
    startFrontend(state, joining, helperOf(state));
    waitUntil(state, 'alive', () => joining.row?.alive === true);
    endFrontend(state, joining);
    expect(hasMajority(state)).toBe(false);
  });
});

describe('a dropped frontend', () => {
  it.each(VERSIONS)('of %s that is an observer ends by itself within five seconds', (version) => {
    const state = cluster({ version, observers: 1 });
    const observer = frontend(state, 3);
    dropFrontend(state, observer);
    expect(observer.row).toBeUndefined();
    expect(waitUntil(state, 'ended', () => observer.process === 'down')).toBeLessThanOrEqual(5 * SECOND);
  });

  it.each([
    ['2.1', 'unknown'],
    ['3.0', 'down'],
    ['4.0', 'down'],
  ] as const)('of %s that is a follower becomes %s', (version, process) => {
    const state = cluster({ version });
    const follower = registeredFrontends(state).find(({ host }) => host !== state.masterHost);
    if (follower === undefined) throw new Error('there is no follower');
    dropFrontend(state, follower);
    wait(state, 2 * MINUTE);
    expect(follower.process).toBe(process);
    expect(registeredFrontends(state)).toHaveLength(2);
  });

  it('cannot be started again with its old meta directory', () => {
    const state = cluster({ observers: 1 });
    const observer = frontend(state, 3);
    dropFrontend(state, observer);
    wait(state, 10 * SECOND);
    startFrontend(state, observer, helperOf(state));
    wait(state, MINUTE);
    expect(observer.process).toBe('down');
  });
});

describe('the death of the master', () => {
  it.each(VERSIONS)(
    'in %s: another leads within about two seconds, and the old one comes back as a follower',
    (version) => {
      const state = cluster({ version });
      const dead = master(state);
      endFrontend(state, dead);
      expect(masterOf(state)).toBeUndefined();
      for (const each of registeredFrontends(state)) expect(isServing(state, each)).toBe(false);
      expect(waitUntil(state, 'a master', () => masterOf(state) !== undefined)).toBeLessThanOrEqual(3 * SECOND);
      expect(dead.row).toMatchObject({
        alive: false,
        joined: true,
        errorMessage: 'java.net.ConnectException: Connection refused',
      });
      startFrontend(state, dead, undefined);
      expect(waitUntil(state, 'alive', () => dead.row?.alive === true)).toBeLessThanOrEqual(20 * SECOND);
      expect(master(state).host).not.toBe(dead.host);
      expect(masterSeenBy(state, dead)?.host).toBe(master(state).host);
    },
  );

  it('takes its settings and its queue along, but not what was set on all, nor the flag of a drain', () => {
    const state = cluster();
    const set = (key: string, value: string, everywhere: boolean): void => {
      setConfig(state, { frontendHost: master(state).host, key, value, everywhere });
    };
    set('schedule_slot_num_per_hdd_path', '9', false);
    set('max_balancing_tablets', '77', true);
    const [leaving] = decommission(state, -1);
    waitUntil(state, 'running', () => state.scheduler.running.length > 0);
    endFrontend(state, master(state));
    wait(state, 3 * SECOND);
    expect(configValue(state, master(state).host, 'schedule_slot_num_per_hdd_path')).toBe('4');
    expect(configValue(state, master(state).host, 'max_balancing_tablets')).toBe('77');
    expect([state.scheduler.running, state.scheduler.history]).toEqual([[], []]);
    expect(leaving?.row.decommissioned).toBe(true);
    waitUntil(state, 'gone', () => leaving?.row === undefined);
  });

  it('gives ids from the clock in 4.0, and goes on counting in 2.1', () => {
    const newest = (version: DorisVersion): readonly [number, number] => {
      const state = cluster({ version });
      const before = state.lastId;
      endFrontend(state, master(state));
      wait(state, 5 * SECOND);
      return [before, state.lastId];
    };
    const [, clock] = newest('4.0');
    expect(String(clock)).toHaveLength(13);
    const [before, after] = newest('2.1');
    expect(after).toBe(before);
    expect(before).toBeLessThan(20_000);
  });
});

describe('without a majority', () => {
  const withoutMajority = (version: DorisVersion): ClusterState => {
    const state = cluster({ version });
    for (const each of registeredFrontends(state)) if (each.host !== state.masterHost) endFrontend(state, each);
    return state;
  };

  it.each(VERSIONS)('in %s the master still leads and serves, but nothing new is written', (version) => {
    const state = withoutMajority(version);
    wait(state, 30 * SECOND);
    expect(hasMajority(state)).toBe(false);
    expect(isServing(state, master(state))).toBe(true);
    const heartbeat = backend(state, 0).row.lastHeartbeatMs ?? 0;
    wait(state, 30 * SECOND);
    expect(backend(state, 0).row.lastHeartbeatMs).toBe(heartbeat);
    expect(registeredFrontends(state).filter(({ row }) => row.alive)).toHaveLength(1);
  });

  it('a write waits in 4.0 for as long as it takes', () => {
    const state = withoutMajority('4.0');
    const write = waitingWrite(state);
    wait(state, 60 * MINUTE);
    expect(write.outcome).toBe('waiting');
    const back = registeredFrontends(state).find(({ process }) => process === 'down');
    if (back === undefined) throw new Error('none is down');
    startFrontend(state, back, undefined);
    wait(state, 15 * SECOND);
    expect(write.outcome).toBe('done');
    wait(state, 20 * SECOND);
    expect(back.row?.alive).toBe(true);
    expect(state.nowMs - (backend(state, 0).row.lastHeartbeatMs ?? 0)).toBeLessThanOrEqual(10 * SECOND);
  });

  it('the master of 2.1 ends after 91 s and takes the write along, and nobody leads', () => {
    const state = withoutMajority('2.1');
    const leader = master(state);
    const write = waitingWrite(state, () => setDisabled(state, backend(state, 0), 'query', true));
    wait(state, 90 * SECOND);
    expect(leader.process).toBe('up');
    wait(state, SECOND);
    expect(leader.process).toBe('down');
    expect(masterOf(state)).toBeUndefined();
    startFrontend(state, leader, undefined);
    for (const each of registeredFrontends(state)) startFrontend(state, each, undefined);
    wait(state, 30 * SECOND);
    expect(masterOf(state)).toBeDefined();
    expect(write.outcome).toBe('lost');
    expect(backend(state, 0).row.queryDisabled).toBe(false);
  });

  it('the write of 2.1 is done, and only then visible, when a follower is back in time', () => {
    const state = withoutMajority('2.1');
    const write = waitingWrite(state, () => setDisabled(state, backend(state, 0), 'query', true));
    wait(state, 20 * SECOND);
    expect(backend(state, 0).row.queryDisabled).toBe(false);
    const back = registeredFrontends(state).find(({ process }) => process === 'down');
    if (back !== undefined) startFrontend(state, back, undefined);
    wait(state, 15 * SECOND);
    expect(write.outcome).toBe('done');
    expect(backend(state, 0).row.queryDisabled).toBe(true);
    wait(state, 5 * MINUTE);
    expect(master(state).process).toBe('up');
  });

  it('followers that are left alone have no master and serve nobody', () => {
    const state = cluster();
    const [first, second] = registeredFrontends(state);
    if (first === undefined || second === undefined) throw new Error('there are no followers');
    endFrontend(state, first);
    endFrontend(state, second);
    wait(state, MINUTE);
    expect(masterOf(state)).toBeUndefined();
    expect(isServing(state, frontend(state, 2))).toBe(false);
  });

  it('tablets stand still', () => {
    const state = cluster();
    decommission(state, -1);
    waitUntil(state, 'running', () => state.scheduler.running.length > 0);
    for (const each of registeredFrontends(state)) if (each.host !== state.masterHost) endFrontend(state, each);
    const ended = state.scheduler.history.length;
    wait(state, 10 * MINUTE);
    expect(state.scheduler.history).toHaveLength(ended);
  });
});

describe('a host that is cut off', () => {
  it('is a master that goes on believing it leads, while the others elect one; healed, it ends itself', () => {
    const state = cluster();
    const old = master(state);
    fault(state, { kind: 'partitioned-host', host: old.host, on: true });
    wait(state, MINUTE);
    expect(master(state).host).not.toBe(old.host);
    expect(masterSeenBy(state, old)).toBe(old);
    const other = registeredFrontends(state).find(({ host }) => host !== old.host);
    if (other === undefined) throw new Error('there is no other');
    expect(masterSeenBy(state, other)).toBe(master(state));
    expect(old.row).toMatchObject({ alive: false });
    fault(state, { kind: 'partitioned-host', host: old.host, on: false });
    expect(old.process).toBe('down');
  });

  it('is a master of two: nobody else can lead, and healed it leads again', () => {
    const state = cluster({ frontends: 2 });
    const old = master(state);
    fault(state, { kind: 'partitioned-host', host: old.host, on: true });
    wait(state, 5 * MINUTE);
    expect(masterOf(state)).toBeUndefined();
    fault(state, { kind: 'partitioned-host', host: old.host, on: false });
    expect(masterOf(state)).toBe(old);
    wait(state, MINUTE);
    expect(registeredFrontends(state).map(({ row }) => row.alive)).toEqual([true, true]);
  });

  it('is a follower or a backend: both are dead for the master and alive again afterwards', () => {
    const state = cluster();
    const follower = registeredFrontends(state).find(({ host }) => host !== state.masterHost);
    const cut = [follower?.host ?? '', backend(state, 0).host];
    for (const host of cut) fault(state, { kind: 'partitioned-host', host, on: true });
    wait(state, 20 * SECOND);
    expect([follower?.row.alive, backend(state, 0).row.alive]).toEqual([false, false]);
    expect(follower === undefined ? true : isServing(state, follower)).toBe(false);
    for (const host of cut) fault(state, { kind: 'partitioned-host', host, on: false });
    wait(state, 20 * SECOND);
    expect([follower?.row.alive, backend(state, 0).row.alive]).toEqual([true, true]);
  });
});

it('a laggard stays alive while its journal falls behind, and catches up at once when it may', () => {
  const state = cluster({ observers: 1 });
  const observer = frontend(state, 3);
  fault(state, { kind: 'lagging-frontend', host: observer.host, on: true });
  wait(state, 10 * MINUTE);
  expect(observer.row).toMatchObject({ alive: true });
  expect(state.journalId - replayedJournalId(state, observer)).toBeGreaterThan(100);
  expect(state.journalId - (observer.row?.replayedJournalId ?? 0)).toBeGreaterThan(100);
  fault(state, { kind: 'lagging-frontend', host: observer.host, on: false });
  wait(state, 10 * SECOND);
  expect(replayedJournalId(state, observer)).toBe(state.journalId);
});

it('the journal takes two entries a heartbeat', () => {
  const state = cluster();
  const before = state.journalId;
  wait(state, 100 * SECOND);
  expect(state.journalId).toBe(before + 20);
});
