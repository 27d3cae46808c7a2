import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/domain/operation.ts';
import { KINDS } from '../../../src/operation/kinds/tables.ts';
import { type PolicyOptions, testPolicy } from '../../unit/operation/support/policy.ts';
import { onTheWire } from './on-the-wire.ts';
import type { OnTheWire } from './on-the-wire.ts';

const ALWAYS = { always: true, allow: [] } as const;
const policy = (options: PolicyOptions = {}) => testPolicy({ windows: ALWAYS, ...options });
const slots = (kind: 'hdd' | 'ssd', value: number) => `("schedule_slot_num_per_${kind}_path" = "${String(value)}")`;
const flag = (value: boolean) => `("drop_backend_after_decommission" = "${String(value)}")`;

/** Calls back once when a step first reaches a state. */
function when(key: string, state: string, then: () => void): (operation: Operation) => void {
  let called = false;
  return (operation) => {
    if (called || !operation.steps.some((step) => step.key === key && step.state === state)) return;
    called = true;
    then();
  };
}

function stepsOf(operation: Operation): readonly string[] {
  return operation.steps.map(({ key, state }) => `${key} ${state}`);
}

describe.each(['2.1', '3.0', '4.0'] as const)('operations on a Doris of %s', (version) => {
  let wire: OnTheWire;
  beforeAll(async () => {
    wire = await onTheWire({ version });
  });
  afterAll(async () => {
    await wire.stop();
  });
  const set = version === '2.1' ? 'ADMIN SET FRONTEND CONFIG' : 'ADMIN SET ALL FRONTENDS CONFIG';
  const running = (host: string) =>
    [...wire.simulator.cluster.backends(), ...wire.simulator.cluster.frontends()].find((each) => each.host === host)
      ?.running;

  it('add an observer that catches up, and a backend that reports its disks', async () => {
    const node = wire.simulator.description.hosts.frontends[0] ?? '';
    const observer = await wire.carryOut('add-observer', { policy: policy() });
    expect(observer).toMatchObject({ state: 'succeeded', reason: `added ${node}` });
    expect(wire.sent()).toEqual([`ALTER SYSTEM ADD OBSERVER "${node}"`]);

    const spare = wire.simulator.description.hosts.backends[0] ?? '';
    const balance = { inWindow: { balance_slot_num_per_path: 4 }, outside: undefined };
    const backend = await wire.carryOut('add-backend', { policy: policy({ migration: balance }) });
    expect(backend).toMatchObject({ state: 'succeeded', reason: `added ${spare}` });
    expect(wire.sent()).toEqual([
      `ALTER SYSTEM ADD BACKEND "${spare}" PROPERTIES ("tag.location" = "default")`,
      `${set} ("balance_slot_num_per_path" = "4")`,
      `${set} ("balance_slot_num_per_path" = "1")`,
    ]);
    const topology = await wire.doris.reader.topology();
    expect(topology.backends.find((row) => row.address === spare)).toMatchObject({ alive: true, group: 'default' });
    expect(topology.frontends.find((row) => row.address === node)).toMatchObject({ alive: true, role: 'OBSERVER' });
  });

  it('remove a backend with the statements of their table and no other, and stop its process', async () => {
    const node = (await wire.doris.reader.topology()).backends[1]?.address ?? '';
    const operation = await wire.carryOut('remove-backend', { policy: policy(), node });
    expect(operation).toMatchObject({ state: 'succeeded', reason: `removed ${node}` });
    expect(wire.sent()).toEqual([
      `${set} ${slots('hdd', 8)}`,
      `${set} ${slots('ssd', 16)}`,
      `${set} ${flag(false)}`,
      `ALTER SYSTEM MODIFY BACKEND "${node}" SET ("disable_load" = "true")`,
      `ALTER SYSTEM DECOMMISSION BACKEND "${node}"`,
      `ALTER SYSTEM MODIFY BACKEND "${node}" SET ("disable_query" = "true")`,
      `${set} ${flag(true)}`,
      `${set} ${slots('hdd', 4)}`,
      `${set} ${slots('ssd', 8)}`,
    ]);
    expect(stepsOf(operation).filter((text) => /failed|undone/.test(text))).toEqual([]);
    expect(running(node.replace(/:\d+$/, ''))).toBe(false);
  });

  it('remove the observer, see its ports closed and clean its metadata', async () => {
    const node = wire.simulator.description.hosts.frontends[0] ?? '';
    const operation = await wire.carryOut('remove-observer', { policy: policy(), node });
    expect(operation).toMatchObject({ state: 'succeeded', reason: `removed ${node}` });
    expect(wire.sent()).toEqual([`ALTER SYSTEM DROP OBSERVER "${node}"`]);
    expect(stepsOf(operation)).toEqual(KINDS['remove-observer'].steps.map(({ key }) => `0.${key} done`));
    expect(running(node.replace(/:\d+$/, ''))).toBe(false);
  });
});

describe('an operation that meets trouble', () => {
  let wire: OnTheWire;
  afterEach(async () => {
    await wire.stop();
  });
  const victim = async () => (await wire.doris.reader.topology()).backends.at(-1)?.address ?? '';
  const bare = { migration: { inWindow: undefined, outside: undefined } } as const;

  it.each(['2.1', '4.0'] as const)(
    'a drain of %s survives the death of the master: the drop flag is held at the new one',
    async (version) => {
      wire = await onTheWire({ version, backendBytes: 2 * 1024 ** 3 });
      const before = await wire.doris.reader.topology();
      const node = await victim();
      const operation = await wire.carryOut('remove-backend', {
        policy: policy(bare),
        node,
        onChange: when('0.drain', 'intent', () => {
          wire.simulator.cluster.killFrontend(before.master.replace(/:\d+$/, ''), wire.clock.now());
        }),
      });
      expect(operation).toMatchObject({ state: 'succeeded', reason: `removed ${node}` });
      expect((await wire.doris.reader.topology()).master).not.toBe(before.master);
      const sent = wire.sent();
      expect(sent.filter((text) => text.includes('DECOMMISSION BACKEND'))).toHaveLength(1);
      // With ALL every FE has the value; without it the new master forgot it.
      expect(sent.filter((text) => text.includes(flag(false)))).toHaveLength(version === '2.1' ? 2 : 1);
      expect(sent.at(-1)).toContain(flag(true));
    },
  );

  it.each(['2.1', '4.0'] as const)(
    'a drained backend of %s is let go only when a majority of followers is back',
    async (version) => {
      wire = await onTheWire({ version });
      const { frontends } = await wire.doris.reader.topology();
      const others = frontends.filter(({ isMaster }) => !isMaster);
      const node = await victim();
      const reasons = new Set<string>();
      const cut = when('0.drain', 'intent', () => {
        for (const { host } of others) wire.simulator.cluster.killFrontend(host, wire.clock.now());
      });
      const operation = await wire.carryOut('remove-backend', {
        policy: policy(bare),
        node,
        onChange: (changed) => {
          cut(changed);
          reasons.add(changed.reason);
          if (!/followers are alive/.test(changed.reason)) return;
          for (const { host } of others) wire.simulator.cluster.startFrontend(host, undefined, wire.clock.now());
        },
      });
      expect(operation.state).toBe('succeeded');
      expect([...reasons].join('\n')).toMatch(/could not be read: .*1 of 3 followers are alive/);
      expect(wire.sent().filter((text) => text.includes('disable_query'))).toHaveLength(1);
    },
  );

  it('a drain that somebody cancels ends by hand, and nothing more is sent but what was ours', async () => {
    wire = await onTheWire({ version: '4.0', backendBytes: 2 * 1024 ** 3 });
    const node = await victim();
    const operation = await wire.carryOut('remove-backend', {
      policy: policy(bare),
      node,
      onChange: when('0.drain', 'intent', () => {
        void wire.bySomeone(`CANCEL DECOMMISSION BACKEND "${node}"`);
      }),
    });
    expect(operation).toMatchObject({
      state: 'cancelled',
      reason: `by hand: the decommission of ${node} was cancelled by someone else`,
    });
    const sent = wire.sent();
    expect(sent.slice(sent.findIndex((text) => text.startsWith('CANCEL')))).toEqual([
      `CANCEL DECOMMISSION BACKEND "${node}"`,
      `ALTER SYSTEM MODIFY BACKEND "${node}" SET ("disable_load" = "false")`,
      `ADMIN SET ALL FRONTENDS CONFIG ${flag(true)}`,
    ]);
  });

  it('a drain whose moves fail stands still, is told with its cause and tables, and is taken back', async () => {
    wire = await onTheWire({ version: '4.0', backendBytes: 2 * 1024 ** 3 });
    const node = await victim();
    const operation = await wire.carryOut('remove-backend', {
      policy: policy({ ...bare, operations: { stallAfterMs: 120_000, onStall: 'cancel' } }),
      node,
      onChange: when('0.decommission', 'intent', () => {
        wire.inject({ kind: 'failing-clones', error: 'failed to download file' });
      }),
    });
    expect(operation.state).toBe('cancelled');
    expect(operation.reason).toMatch(/stood still at \d+ tablets for .*failed to download file.*left on it: \w+\.\w+/);
    const row = (await wire.doris.reader.topology()).backends.find((one) => one.address === node);
    expect(row).toMatchObject({ decommissioned: false, loadDisabled: false, queryDisabled: false, alive: true });
    expect(wire.sent().at(-1)).toContain(flag(true));
  });

  it('what the recycle bin holds does not keep a drained backend', async () => {
    wire = await onTheWire({ version: '4.0' });
    const node = await victim();
    const host = node.replace(/:\d+$/, '');
    wire.inject({ kind: 'recycled-table', table: 'dropped', bytes: 1_000_000, tablets: { [host]: 3 } });
    const operation = await wire.carryOut('remove-backend', { policy: policy(bare), node });
    expect(operation).toMatchObject({ state: 'succeeded' });
    expect(operation.steps.find(({ key }) => key === '0.drain')?.detail).toContain(
      '3 tablets left belong to the recycle bin',
    );
  });

  it('a backend whose queries do not end serves again, and is taken out later', async () => {
    wire = await onTheWire({ version: '4.0' });
    const node = await victim();
    const host = node.replace(/:\d+$/, '');
    wire.inject({ kind: 'running-queries', host, queries: 2 });
    const operation = await wire.carryOut('remove-backend', {
      policy: policy({ ...bare, operations: { drainQueriesMs: 60_000 } }),
      node,
      onChange: when('0.back', 'done', () => {
        wire.inject({ kind: 'running-queries', host, queries: 0 });
      }),
    });
    expect(operation.state).toBe('succeeded');
    const toggles = wire.sent().filter((text) => text.includes('disable_query'));
    expect(toggles.map((text) => /= "(\w+)"/.exec(text)?.[1])).toEqual(['true', 'false', 'true']);
  });

  it('a host with the storage of another cluster is dropped, stopped and given back', async () => {
    wire = await onTheWire({ version: '4.0' });
    const spare = wire.simulator.description.hosts.backends[0] ?? '';
    const host = spare.replace(/:\d+$/, '');
    const operation = await wire.carryOut('add-backend', {
      policy: policy(bare),
      onChange: when('0.reset', 'done', () => {
        wire.inject({ kind: 'foreign-storage', host, clusterId: '42' });
      }),
    });
    expect(operation).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining(`${spare} is of another cluster`) as string,
    });
    expect(wire.sent().map((text) => text.replace(/ PROPERTIES.*/, ''))).toEqual([
      `ALTER SYSTEM ADD BACKEND "${spare}"`,
      `ALTER SYSTEM DROPP BACKEND "${spare}"`,
    ]);
    expect(wire.simulator.cluster.backends().find((each) => each.host === host)?.running).toBe(false);
  });
});
