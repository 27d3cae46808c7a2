import { describe, expect, it } from 'vitest';
import type { NodeAddress } from '../../../src/domain/node.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { START, world } from './support/world.ts';
import { containing } from './support/expected.ts';

const NEW = '10.0.1.1:9010';
const OBSERVER = 'ob1:9010';
const HOUR_MS = 3_600_000;

describe('add-observer', { timeout: 60_000 }, () => {
  it('starts the process with the master as helper, then adds it, and waits until it has caught up', async () => {
    const w = world();
    let asked: Parameters<typeof w.provisioner.start>[0] | undefined;
    const provisioner = {
      ...w.provisioner,
      start: async (request: Parameters<typeof w.provisioner.start>[0]) => {
        asked = request;
        await w.provisioner.start(request);
      },
    };
    const { operation } = await carryOut({ ...w, provisioner }, testOperation(w, 'add-observer'));
    expect(operation).toMatchObject({ state: 'succeeded', reason: `added ${NEW}` });
    expect(asked).toMatchObject({ helper: 'fe1:9010', httpPort: 8030, clusterId: '4711', cluster: 'analytics' });
    expect(w.verbs.map(({ verb }) => verb)).toEqual(['acquire', 'reset', 'start']);
    expect(statements(w)).toEqual([`add-frontend ${NEW}`]);
    expect((operation.endedAt ?? 0) - START).toBeGreaterThan(17_000);
  });

  it('is dropped again, at once, when it is a cluster of its own', async () => {
    const w = world();
    const { operation } = await carryOut(w, testOperation(w, 'add-observer'), {
      onChange: when('0.register', 'done', () => {
        w.running.delete('10.0.1.1');
        w.changeFrontend(NEW, { errorMessage: 'invalid cluster id: 1234' });
      }),
    });
    expect(operation).toMatchObject({ state: 'failed', reason: containing('invalid cluster id: 1234') });
    expect(statements(w)).toEqual([`add-frontend ${NEW}`, `drop-frontend ${NEW}`]);
    expect(w.verbs.map(({ verb }) => verb)).toEqual(['acquire', 'reset', 'start', 'stop', 'release']);
    expect(w.clock.now() - START).toBeLessThan(60_000);
  });

  it('is dropped again when it never joins', async () => {
    const w = world();
    w.knobs.startsProcesses = false;
    const { operation } = await carryOut(w, testOperation(w, 'add-observer'));
    expect(operation).toMatchObject({ state: 'failed', reason: containing(`${NEW} has not joined yet`) });
    expect(statements(w)).toEqual([`add-frontend ${NEW}`, `drop-frontend ${NEW}`]);
  });

  it('is left registered and reported when it was alive and lags behind', async () => {
    const w = world();
    const { operation } = await carryOut(w, testOperation(w, 'add-observer'), {
      needAgain: () => {
        w.changeFrontend(NEW, { replayedJournalId: 5 });
        return undefined;
      },
    });
    expect(operation).toMatchObject({ state: 'failed', reason: containing('journal entries behind') });
    expect(statements(w)).toEqual([`add-frontend ${NEW}`]);
  });

  it('fails when nothing answers on the http_port of the others', async () => {
    const w = world();
    const probe = { open: async (_host: string, port: number) => port !== 8030 };
    const { operation } = await carryOut({ ...w, probe }, testOperation(w, 'add-observer'));
    expect(operation).toMatchObject({ state: 'failed', reason: containing('10.0.1.1:8030') });
  });
});

describe('remove-observer', { timeout: 60_000 }, () => {
  const removal = (w: ReturnType<typeof world>, node: NodeAddress = OBSERVER) =>
    testOperation(w, 'remove-observer', { nodes: [node] });

  it('drops, sees the row gone, stops, sees both ports closed, cleans and gives back', async () => {
    const w = world({ observers: 1 });
    const { operation } = await carryOut(w, removal(w));
    expect(operation).toMatchObject({ state: 'succeeded', reason: `removed ${OBSERVER}` });
    expect(w.verbs).toEqual([
      { verb: 'stop', host: 'ob1', registered: false },
      { verb: 'reset', host: 'ob1', registered: false },
      { verb: 'release', host: 'ob1', registered: false },
    ]);
  });

  it('waits for its queries, and for the next window when they last longer than drainQueries', async () => {
    const w = world({ observers: 1 });
    w.knobs.frontendQueries = 2;
    const { operation } = await carryOut(w, removal(w), {
      onChange: () => {
        if (w.clock.now() > START + 10 * HOUR_MS) w.knobs.frontendQueries = 0;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(operation.endedAt).toBeGreaterThanOrEqual(START + 23.5 * HOUR_MS);
    expect(w.sent).toHaveLength(1);
  });

  it('does not wait for the queries of a dead one', async () => {
    const w = world({ observers: 1 });
    w.knobs.frontendQueries = 2;
    w.running.delete('ob1');
    w.changeFrontend(OBSERVER, { alive: false });
    const { operation } = await carryOut(w, removal(w));
    expect(operation.state).toBe('succeeded');
    expect(w.clock.now() - START).toBeLessThan(60_000);
  });

  it.each([
    ['the master', 'fe1:9010', undefined, 'is FOLLOWER, not OBSERVER'],
    ['a follower', 'fe2:9010', undefined, 'is FOLLOWER, not OBSERVER'],
    ['while only one of three followers is alive', OBSERVER, ['fe2:9010', 'fe3:9010'], 'no majority'],
    ['one that is gone already', 'ob9:9010', undefined, 'was dropped by someone else'],
  ] as const)('does not touch %s', async (_name, node, dead, reason) => {
    const w = world({ observers: 1 });
    for (const each of dead ?? []) {
      w.running.delete(each.slice(0, 3));
      w.changeFrontend(each, { alive: false });
    }
    const { operation } = await carryOut(w, removal(w, node));
    expect(operation).toMatchObject({ state: 'cancelled', reason: containing(reason) });
    expect(statements(w)).toEqual([]);
  });

  it('neither cleans nor gives back a host whose ports stay open', async () => {
    const w = world({ observers: 1 });
    w.knobs.closesPorts = false;
    const { operation } = await carryOut(w, removal(w));
    expect(operation).toMatchObject({
      state: 'failed',
      reason: containing('ob1:9010 and ob1:9030 still answer'),
    });
    expect(w.verbs.map(({ verb }) => verb)).toEqual(['stop']);
  });

  it('does not wait for ports where the provisioner leaves processes as they are', async () => {
    const w = world({ observers: 1 });
    w.knobs.closesPorts = false;
    const provisioner = { ...w.provisioner, keepsRunning: true as const };
    const { operation } = await carryOut({ ...w, provisioner }, removal(w));
    expect(operation.state).toBe('succeeded');
    expect(w.verbs.map(({ verb }) => verb)).toEqual(['stop', 'release']);
  });

  it('is finished although a person cancels once the row is gone', async () => {
    const w = world({ observers: 1 });
    const journal = memoryJournal();
    const { operation } = await carryOut(w, removal(w), {
      journal,
      onChange: when('0.drop', 'done', () => {
        journal.requestCancel('no', START);
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(w.verbs.map(({ verb }) => verb)).toEqual(['stop', 'reset', 'release']);
  });
});
