import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DorisCluster, dorisCluster } from '../../../src/doris/cluster.ts';
import { mysqlChannel } from '../../../src/doris/mysql-channel.ts';
import type { FrontendChannel } from '../../../src/domain/ports/frontend-channel.ts';
import type { Topology } from '../../../src/domain/topology.ts';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { changingStatements, realClock, startTestSimulator } from '../../support/simulator.ts';
import { waitFor } from '../../support/wait-for.ts';

const KEY = 'schedule_slot_num_per_hdd_path';

function connect(
  simulator: SimulatorHandle,
  clusterId?: string,
): { readonly doris: DorisCluster; readonly channel: FrontendChannel } {
  const channel = mysqlChannel({ user: 'root', password: undefined, connectTimeoutMs: 2000 });
  const endpoints = simulator.description.frontends.map(({ host, mysqlPort }) => ({ host, port: mysqlPort }));
  const doris = dorisCluster({
    policy: { endpoints, user: 'root', password: undefined, clusterId },
    channel,
    clock: realClock,
  });
  return { doris, channel };
}

describe.each(['2.1', '3.0', '4.0'] as const)('a cluster of %s on the wire', (version) => {
  let simulator: SimulatorHandle;
  let doris: DorisCluster;
  let channel: FrontendChannel;
  let seen: Topology;

  beforeAll(async () => {
    simulator = await startTestSimulator({ version, spareBackends: 1 });
    ({ doris, channel } = connect(simulator));
    seen = await waitFor('a topology with capacities', async () => {
      const topology = await doris.reader.topology();
      return topology.backends.every((backend) => backend.alive && backend.totalBytes > 0) ? topology : undefined;
    });
  });
  afterAll(async () => {
    await channel.close();
    await simulator.stop();
  });

  const first = () => {
    const [backend] = seen.backends;
    if (backend === undefined) throw new Error('no backend');
    return backend;
  };
  const apply = (change: Parameters<DorisCluster['writer']['apply']>[0]) =>
    doris.writer.apply(change, { clusterId: seen.clusterId });
  const backendNow = async () =>
    (await doris.reader.topology()).backends.find((one) => one.address === first().address);

  test('shows its topology', () => {
    expect(seen.mode).toBe('coupled');
    expect(seen.frontends).toHaveLength(3);
    expect(seen.backends).toHaveLength(4);
    expect(seen.frontends.filter((one) => one.isMaster).map((one) => one.address)).toEqual([seen.master]);
    expect(first()).toMatchObject({ group: 'default', decommissioned: false, queryDisabled: false });
    expect(first().cpuCores === undefined).toBe(version === '2.1');
  });

  test('shows all the evidence for a removal', async () => {
    const evidence = await doris.reader.evidence({ group: 'default', victims: [first().address] });
    const walk = await doris.reader.walkTablets();
    const { disks } = evidence;
    const unknown = Object.entries({ ...evidence, ...walk }).flatMap(([name, fact]) =>
      typeof fact === 'object' && 'known' in fact && !fact.known ? [`${name}: ${fact.reason}`] : [],
    );
    expect(unknown).toEqual([]);
    expect(walk.replication).toMatchObject({
      known: true,
      value: [expect.objectContaining({ group: 'default', replicas: 3 })],
    });
    expect(walk.residualTablets).toEqual({ known: true, value: 0 });
    expect(evidence.transactions).toEqual({ known: true, value: { running: 0, old: [] } });
    expect(evidence.frontendDisks).toMatchObject({ known: true, value: { length: 3 } });
    if (!disks.known) throw new Error(disks.reason);
    expect(new Set(disks.value.map((disk) => disk.backend)).size).toBe(4);
    expect(evidence.ownCheck).toEqual({ refusal: undefined });
    const [one, two] = seen.backends;
    const both = await doris.reader.evidence({ group: 'default', victims: [one?.address ?? '', two?.address ?? ''] });
    // An early 2.1 lets everything pass.
    if (version === '2.1') expect(both.ownCheck).toEqual({ refusal: undefined });
    else expect(both.ownCheck?.refusal).toMatch(/After decommission, partition .* > available backend num 2/);
  });

  test('shows its queues, activity and connections', async () => {
    expect(await doris.reader.migration()).toMatchObject({
      pending: expect.any(Number) as number,
      running: expect.any(Number) as number,
    });
    const activity = await doris.reader.activity(first().address, 60);
    expect(activity.runningTasks === 'unknown').toBe(version === '2.1');
    for (const frontend of seen.frontends)
      expect(await doris.reader.frontendQueries(frontend.address)).toBeGreaterThanOrEqual(0);
    const residual = await doris.reader.residualTablets(first().address);
    expect([0, undefined]).toContain(residual);
  });

  test('takes a setting, and says when it has it already', async () => {
    expect(await doris.reader.configs([KEY, 'no_such_key'])).toEqual({ [KEY]: '4' });
    await expect(apply({ kind: 'set-config', key: KEY, value: '8' })).resolves.toBe('done');
    expect(await doris.reader.configs([KEY])).toEqual({ [KEY]: '8' });
    const before = changingStatements(simulator).length;
    await expect(apply({ kind: 'set-config', key: KEY, value: '8' })).resolves.toBe('already');
    expect(changingStatements(simulator)).toHaveLength(before);
    await expect(apply({ kind: 'set-config', key: KEY, value: '4' })).resolves.toBe('done');
  });

  test('drains a backend and takes it back', async () => {
    const node = first().address;
    await expect(apply({ kind: 'disable-load', node, disabled: true })).resolves.toBe('done');
    await expect(apply({ kind: 'disable-query', node, disabled: true })).resolves.toBe('done');
    await expect(apply({ kind: 'decommission-backend', node })).resolves.toBe('done');
    await expect(apply({ kind: 'decommission-backend', node })).resolves.toBe('already');
    expect(await backendNow()).toMatchObject({ decommissioned: true, loadDisabled: true, queryDisabled: true });
    await expect(apply({ kind: 'cancel-decommission', node })).resolves.toBe('done');
    await expect(apply({ kind: 'disable-query', node, disabled: false })).resolves.toBe('done');
    await expect(apply({ kind: 'disable-load', node, disabled: false })).resolves.toBe('done');
    await expect(apply({ kind: 'cancel-decommission', node })).resolves.toBe('already');
    expect(await backendNow()).toMatchObject({ decommissioned: false, loadDisabled: false, queryDisabled: false });
  });

  test('registers a backend that is not there and takes it out again', async () => {
    const node = '127.255.0.9:9050';
    await expect(apply({ kind: 'add-backend', node, group: 'default' })).resolves.toBe('done');
    await expect(apply({ kind: 'add-backend', node, group: 'default' })).resolves.toBe('already');
    const added = (await doris.reader.topology()).backends.find((one) => one.address === node);
    expect(added).toMatchObject({ alive: false, group: 'default', tablets: 0, lastStartTime: undefined });
    await expect(apply({ kind: 'drop-never-alive-backend', node })).resolves.toBe('done');
    await expect(apply({ kind: 'drop-never-alive-backend', node })).resolves.toBe('already');
    await expect(apply({ kind: 'drop-never-alive-backend', node: first().address })).rejects.toMatchObject({
      code: 'doris-statement-failed',
    });
  });

  test('registers an observer and takes it out again, but not its master', async () => {
    const node = '127.255.0.8:9010';
    await expect(apply({ kind: 'add-frontend', node, role: 'OBSERVER' })).resolves.toBe('done');
    await expect(apply({ kind: 'add-frontend', node, role: 'OBSERVER' })).resolves.toBe('already');
    await expect(apply({ kind: 'drop-frontend', node, role: 'OBSERVER' })).resolves.toBe('done');
    await expect(apply({ kind: 'drop-frontend', node, role: 'OBSERVER' })).resolves.toBe('already');
    await expect(apply({ kind: 'drop-frontend', node: seen.master, role: 'FOLLOWER' })).rejects.toMatchObject({
      code: 'doris-master-drop',
    });
  });

  test('refuses a statement for another cluster', async () => {
    const before = changingStatements(simulator).length;
    await expect(
      doris.writer.apply({ kind: 'decommission-backend', node: first().address }, { clusterId: '1' }),
    ).rejects.toMatchObject({ code: 'doris-wrong-cluster' });
    const other = connect(simulator, '1');
    await expect(other.doris.reader.topology()).rejects.toMatchObject({
      code: 'doris-wrong-cluster',
      message: expect.stringContaining(seen.clusterId) as string,
    });
    await other.channel.close();
    expect(changingStatements(simulator)).toHaveLength(before);
  });

  test('passes its checks', async () => {
    const findings = await doris.checkAccess();
    expect(findings.filter((one) => one.level === 'fail')).toEqual([]);
    expect(findings.map((one) => one.message)).toContain('can act');
  });

  test('is read from the next master when the master dies, and not written without a majority', async () => {
    const dead = seen.frontends.find((one) => one.isMaster)?.host ?? '';
    simulator.cluster.killFrontend(dead, realClock.now());
    await simulator.refresh();
    const next = await waitFor('another master', async () => {
      const topology = await doris.reader.topology();
      return topology.master === seen.master ? undefined : topology;
    });
    expect(next.clusterId).toBe(seen.clusterId);
    await expect(apply({ kind: 'disable-load', node: first().address, disabled: true })).resolves.toBe('done');

    const other = next.frontends.find((one) => !one.isMaster && one.host !== dead)?.host ?? '';
    simulator.cluster.killFrontend(other, realClock.now());
    await simulator.refresh();
    const error = await waitFor('a refusal', () =>
      doris.reader.topology().then(
        () => undefined,
        (thrown: unknown) => thrown,
      ),
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/^doris-no-(majority|master)$/) as string });
    const before = changingStatements(simulator).length;
    await expect(apply({ kind: 'disable-load', node: first().address, disabled: false })).rejects.toMatchObject({
      code: expect.stringMatching(/^doris-no-(majority|master)$/) as string,
    });
    expect(changingStatements(simulator)).toHaveLength(before);
  });
});
