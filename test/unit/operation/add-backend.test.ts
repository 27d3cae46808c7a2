import { describe, expect, it } from 'vitest';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { CodedTestError, START, world } from './support/world.ts';
import type { World } from './support/world.ts';
import { aText, containing } from './support/expected.ts';

const NEW = '10.0.1.1:9050';
const quiet = testPolicy({ migration: { inWindow: undefined, outside: undefined } });

function adding(w: World, count = 1) {
  return testOperation(w, 'add-backend', { count });
}

describe('add-backend', () => {
  it('takes, cleans and starts every host before it registers one, and waits for three heartbeats and the disks', async () => {
    const w = world();
    const { operation } = await carryOut(w, adding(w, 3), { policy: quiet });
    expect(operation).toMatchObject({
      state: 'succeeded',
      reason: 'added 10.0.1.1:9050, 10.0.1.2:9050, 10.0.1.3:9050',
    });
    expect(w.verbs.map(({ verb }) => verb)).toEqual([
      ...['acquire', 'acquire', 'acquire'],
      ...['reset', 'reset', 'reset'],
      ...['start', 'start', 'start'],
    ]);
    expect(statements(w)).toEqual([
      'add-backend 10.0.1.1:9050',
      'add-backend 10.0.1.2:9050',
      'add-backend 10.0.1.3:9050',
    ]);
    expect((operation.endedAt ?? 0) - START).toBeGreaterThanOrEqual(30_000);
    const registered = operation.steps.find((step) => step.key === '0.register');
    expect(registered?.data).toMatchObject({ node: NEW, backendId: aText() });
  });

  it('says in the journal what it does or waits for now, while a provisioner takes its time too', async () => {
    const w = world();
    const journal = memoryJournal();
    const told = new Map<string, string | undefined>();
    const provisioner: Provisioner = {
      ...w.provisioner,
      async acquire(asked) {
        told.set('acquire', (await journal.open('analytics'))?.reason);
        return await w.provisioner.acquire(asked);
      },
      async start(asked) {
        told.set('start', (await journal.open('analytics'))?.reason);
        return await w.provisioner.start(asked);
      },
    };
    const seen = new Set<string>();
    await carryOut({ ...w, provisioner }, adding(w), {
      policy: quiet,
      journal,
      onChange: ({ reason }) => seen.add(reason),
    });
    expect(Object.fromEntries(told)).toEqual({
      acquire: 'take a host from the provisioner',
      start: 'start its process',
    });
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'a second look, then: take a host from the provisioner',
        'ALTER SYSTEM ADD BACKEND with its tag',
        `${NEW} is alive for 3 s of 20 s`,
      ]),
    );
  });

  it('takes a node that was never alive out by DROPP, and only then stops it and gives the host back', async () => {
    const w = world();
    const { operation } = await carryOut(w, adding(w), {
      policy: quiet,
      onChange: when('0.register', 'intent', () => {
        w.running.delete('10.0.1.1');
      }),
    });
    expect(operation).toMatchObject({ state: 'failed', reason: containing(`${NEW} is not alive`) });
    expect(statements(w)).toEqual([`add-backend ${NEW}`, `drop-never-alive-backend ${NEW}`]);
    expect(w.verbs.slice(-2)).toEqual([
      { verb: 'stop', host: '10.0.1.1', registered: false },
      { verb: 'release', host: '10.0.1.1', registered: false },
    ]);
  });

  it('never drops a node that was alive once, whatever becomes of it', async () => {
    const w = world();
    const { operation } = await carryOut(w, adding(w), {
      policy: quiet,
      needAgain: () => {
        const row = w.backends().find((each) => each.address === NEW);
        if (row?.alive === true) {
          w.running.delete('10.0.1.1');
          w.change(NEW, { alive: false, heartbeatFailures: 1, errorMessage: 'java.net.ConnectException' });
        }
        return undefined;
      },
    });
    expect(operation.state).toBe('failed');
    expect(statements(w)).toEqual([`add-backend ${NEW}`]);
    expect(w.verbs.some(({ verb }) => verb === 'stop' || verb === 'release')).toBe(false);
  });

  it('counts three heartbeats from the beginning after a failed one', async () => {
    const w = world();
    let flapped = false;
    const { operation } = await carryOut(w, adding(w), {
      policy: quiet,
      needAgain: () => {
        const row = w.backends().find((each) => each.address === NEW);
        if (row?.alive === true && !flapped && w.clock.now() > START + 25_000) {
          flapped = true;
          w.change(NEW, { heartbeatFailures: 1 });
        } else if (flapped) w.change(NEW, { heartbeatFailures: 0 });
        return undefined;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect((operation.steps.find((step) => step.key === '0.alive')?.endedAt ?? 0) - START).toBeGreaterThan(45_000);
  });

  it('fails after ten minutes without a free host, with nothing to give back', async () => {
    const w = world();
    w.knobs.freeHosts = [];
    const { operation } = await carryOut(w, adding(w), { policy: quiet });
    expect(operation).toMatchObject({ state: 'failed', reason: containing('no host is free') });
    expect(w.clock.now() - START).toBeLessThan(700_000);
    expect(w.verbs).toEqual([]);
  });

  it('adds what there are hosts for and says how many', async () => {
    const w = world();
    w.knobs.freeHosts = ['10.0.1.1', '10.0.1.2'];
    const { operation } = await carryOut(w, adding(w, 3), { policy: quiet });
    expect(operation).toMatchObject({ state: 'failed', reason: containing('2 of 3 added') });
    expect(w.backends()).toHaveLength(7);
  });

  it('tries a host three times when its start fails, then undoes it', async () => {
    const w = world();
    let starts = 0;
    const provisioner = {
      ...w.provisioner,
      start: async () => {
        starts += 1;
        throw new CodedTestError('provisioner-failed', 'start 10.0.1.1: exit 1: no java');
      },
    };
    const { operation } = await carryOut({ ...w, provisioner }, adding(w), { policy: quiet });
    expect(starts).toBe(3);
    expect(operation).toMatchObject({ state: 'failed', reason: containing('no java') });
    expect(w.verbs.map(({ verb }) => verb)).toEqual(['acquire', 'reset', 'stop', 'release']);
  });

  it('asks again with the same key when the provisioner says try again later', async () => {
    const w = world();
    let asked = 0;
    const provisioner = {
      ...w.provisioner,
      reset: async () => {
        asked += 1;
        if (asked < 4) throw new CodedTestError('provisioner-try-again', 'busy');
      },
    };
    const { operation } = await carryOut({ ...w, provisioner }, adding(w), { policy: quiet });
    expect(operation.state).toBe('succeeded');
    expect(asked).toBe(4);
  });

  it('keeps its hands off an address that someone else registered meanwhile', async () => {
    const w = world();
    const { operation } = await carryOut(w, adding(w), {
      policy: quiet,
      onChange: when('0.port', 'done', () => {
        void w.writer.apply({ kind: 'add-backend', node: NEW, group: 'other' }, { clusterId: '4711' });
      }),
    });
    expect(operation).toMatchObject({
      state: 'failed',
      reason: containing('was registered by someone else'),
    });
    expect(statements(w)).toEqual([`add-backend ${NEW}`]);
    expect(w.backends().some((each) => each.address === NEW)).toBe(true);
  });

  it.each([
    ['the address of a member', '10.0.0.3', 9050, 'named 10.0.0.3:9050, but 10.0.0.3:9050 is registered there'],
    [
      'another port on the host of a member',
      '10.0.0.3',
      9150,
      'named 10.0.0.3:9150, but 10.0.0.3:9050 is registered there',
    ],
  ] as const)(
    'neither cleans, starts, stops nor gives back %s that a provisioner names',
    async (_name, host, port, reason) => {
      const w = world();
      const provisioner = { ...w.provisioner, acquire: async () => ({ host, address: `${host}:${String(port)}` }) };
      const { operation } = await carryOut({ ...w, provisioner }, adding(w), { policy: quiet });
      expect(operation).toMatchObject({ state: 'failed', reason: containing(reason) });
      expect(w.verbs).toEqual([]);
      expect(statements(w)).toEqual([]);
    },
  );

  it('uses a host once that a provisioner names twice', async () => {
    const w = world();
    const provisioner = { ...w.provisioner, acquire: async () => ({ host: '10.0.1.1', address: NEW }) };
    const { operation } = await carryOut({ ...w, provisioner }, adding(w, 2), { policy: quiet });
    expect(operation).toMatchObject({ state: 'failed', reason: containing(`named ${NEW} twice`) });
    expect(w.verbs.map(({ verb }) => verb)).toEqual(['reset', 'start']);
    expect(w.backends().some((each) => each.address === NEW && each.alive)).toBe(true);
  });

  it('takes a backend with the storage of another cluster out at once', async () => {
    const w = world();
    const { operation } = await carryOut(w, adding(w), {
      policy: quiet,
      onChange: when('0.register', 'done', () => {
        w.running.delete('10.0.1.1');
        w.change(NEW, { errorMessage: 'invalid cluster id. ignore. Record cluster id =1, Invalid cluster_id=2' });
      }),
    });
    expect(operation).toMatchObject({ state: 'failed', reason: containing(`${NEW} is of another cluster`) });
    expect(statements(w)).toEqual([`add-backend ${NEW}`, `drop-never-alive-backend ${NEW}`]);
    expect(w.clock.now() - START).toBeLessThan(60_000);
  });

  it.each([
    ['before ADD it is undone', '0.reset', 'cancelled', ['stop', 'release']],
    ['before the first heartbeat it is dropped', '0.register', 'cancelled', ['stop', 'release']],
    ['after the first heartbeat it is brought to its end', '0.alive', 'succeeded', []],
  ] as const)('cancelled by a person: %s', async (_name, step, state, verbs) => {
    const w = world();
    const journal = memoryJournal();
    const { operation } = await carryOut(w, adding(w), {
      policy: quiet,
      journal,
      onChange: when(step, 'done', () => {
        journal.requestCancel('wrong group', START);
      }),
    });
    expect(operation.state).toBe(state);
    expect(w.verbs.map(({ verb }) => verb).filter((verb) => verb === 'stop' || verb === 'release')).toEqual(
      step === '0.reset' ? ['release'] : verbs,
    );
  });

  it('ends as cancelled by hand when someone drops the new backend', async () => {
    const w = world();
    const { operation } = await carryOut(w, adding(w), {
      policy: quiet,
      onChange: when('0.register', 'done', () => {
        w.remove(NEW);
      }),
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: `by hand: ${NEW} was dropped by someone else` });
  });
});
