import { describe, expect, it } from 'vitest';
import { clusterStatus, countNodes, storedStatus } from '../../../src/app/read-model.ts';
import type { ReadModelStore } from '../../../src/app/read-model.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import {
  backend,
  backends,
  clusterPolicy,
  DAY,
  frontend,
  HOUR,
  NOW,
  windowsPolicy,
} from '../../support/decision-input.ts';
import { decisionRecord, operation } from '../../support/decision-record.ts';

function store(record?: DecisionRecord, orphans?: string): ReadModelStore {
  const none = () => Promise.reject(new Error('not asked for'));
  return {
    journal: { begin: none, update: none, writeStep: none, find: none, list: none, open: async () => operation() },
    records: { append: none, find: none, at: none, list: none, retain: none, latest: async () => record },
    control: { pause: none, resume: none, approve: none, requestCancel: none, pauses: async () => [] },
    memory: { fact: async () => orphans },
  };
}

describe('nodes by group and state', () => {
  it('tell the dead from those that were never alive, and those that leave', () => {
    const members = [
      ...backends(3),
      backend(3, { alive: false }),
      backend(4, { alive: false, totalBytes: 0 }),
      backend(5, { decommissioned: true }),
    ];
    const frontends = [
      frontend(0),
      frontend(1, { alive: false }),
      frontend(2, { role: 'OBSERVER', alive: false, joined: false }),
    ];
    expect(countNodes(decisionRecord({ members, topology: { frontends } }))).toEqual([
      { role: 'backend', group: 'default', state: 'alive', count: 3 },
      { role: 'backend', group: 'default', state: 'dead', count: 1 },
      { role: 'backend', group: 'default', state: 'joining', count: 1 },
      { role: 'backend', group: 'default', state: 'leaving', count: 1 },
      { role: 'follower', group: 'follower', state: 'alive', count: 1 },
      { role: 'follower', group: 'follower', state: 'dead', count: 1 },
      { role: 'observer', group: 'observer', state: 'joining', count: 1 },
    ]);
  });

  it('are not known of a cluster that cannot be seen', () => {
    expect(countNodes(decisionRecord({ observation: { topology: { known: false, reason: 'down' } } }))).toEqual([]);
  });
});

describe('the notes of a status', () => {
  it('name the changes of four weeks that turned out to be wrong', async () => {
    const change = { from: 6, to: 5, known: true };
    const judged = [
      { ...change, id: 'a', endedAt: NOW - 40 * DAY, judgedAt: NOW - 39 * DAY, regrets: ['reverted'], detail: 'old' },
      { ...change, id: 'b', endedAt: NOW - 3 * DAY, judgedAt: NOW - 2 * DAY, regrets: [], detail: 'right' },
      {
        ...change,
        id: 'c',
        endedAt: NOW - 2 * DAY,
        judgedAt: NOW - DAY,
        regrets: ['reverted'],
        detail: '6 nodes again',
      },
    ];
    const text = JSON.stringify({ judged, totals: {} });
    const memory = { fact: async (_cluster: string, name: string) => (name.endsWith('/regrets') ? text : undefined) };
    const live = { leader: true, forcedObserve: undefined };
    const { notes } = await clusterStatus({ ...store(), memory }, clusterPolicy(), NOW, live);
    expect(notes).toEqual(['be/default 6 -> 5 of Sun 02:00 is regretted: reverted (6 nodes again)']);
  });
});

describe('the window of a status', () => {
  const LIVE = { leader: true, forcedObserve: undefined };

  it('that is open has its end as the next change', async () => {
    const { windows } = await clusterStatus(store(), clusterPolicy(), NOW, LIVE);
    expect(windows.open?.names).toEqual(['night']);
    expect(windows.nextChange).toBe(NOW + 3 * HOUR);
  });

  it('that is shut has its opening as the next change', async () => {
    const { windows } = await clusterStatus(store(), clusterPolicy(), NOW + 4 * HOUR, LIVE);
    expect([windows.open, windows.nextChange]).toEqual([undefined, NOW + 23 * HOUR]);
  });

  it('that never ends has no next change', async () => {
    const policy = clusterPolicy({ windows: windowsPolicy({ always: true, allow: [] }) });
    const { windows } = await clusterStatus(store(), policy, NOW, LIVE);
    expect(windows.open?.names).toEqual(['always']);
    expect(windows.nextChange).toBeUndefined();
  });
});

describe('the status from the store alone', () => {
  const record = decisionRecord({}, { forcedObserve: 'privileges: cannot act', policyRevision: 'aaa' });
  const of = { policy: clusterPolicy(), revision: 'bbb', group: undefined };

  it('believes the last record while a daemon runs: its failed check, and its revision', async () => {
    const status = await storedStatus(store(record), of, NOW, true);
    expect(status).toMatchObject({ leader: true, forcedObserve: 'privileges: cannot act' });
    expect(status.notes).toEqual(['decided by revision aaa; this file is revision bbb']);
  });

  it('says neither while none runs', async () => {
    const status = await storedStatus(store(record), of, NOW, false);
    expect(status).toMatchObject({ leader: false, forcedObserve: undefined, notes: [] });
    expect(status.lastDecision).toEqual(record);
  });

  it('of another group has neither the groups nor the operation of this one', async () => {
    const status = await storedStatus(store(record), { ...of, group: 'reports' }, NOW, true);
    expect([status.nodes, status.lastDecision?.groups, status.operation]).toEqual([[], [], undefined]);
  });
});

describe('what was left behind', () => {
  it('stands in the notes with what to do about it', async () => {
    const left = [
      { code: 'still-running', subject: '10.0.0.9:9050', what: '10.0.0.9:9050 still answers', mend: 'stop it there' },
    ];
    const live = { leader: true, forcedObserve: undefined };
    const { notes } = await clusterStatus(store(undefined, JSON.stringify(left)), clusterPolicy(), NOW, live);
    expect(notes).toEqual(['still-running: 10.0.0.9:9050 still answers. stop it there']);
    expect((await clusterStatus(store(), clusterPolicy(), NOW, live)).notes).toEqual([]);
  });
});
