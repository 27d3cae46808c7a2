import { afterEach, describe, expect, it } from 'vitest';
import { rehearse, type Rehearsed } from '../../support/rehearse.ts';
import { startTestSimulator } from '../../support/simulator.ts';

const CLUSTER = `    mode: act
    windows: { timezone: UTC, always: true }
    backends:
      - group: default
        min: 3
        max: 8
        provisioner: spares
        signals: [{ signal: be_cpu, target: 60% }]
        minHold: 0s
        cooldown: { in: 1m, out: 1m }
        stabilize: { in: 1m }
`;

const OBSERVER_WANTED = `    mode: act
    windows: { timezone: UTC, always: true }
    backends:
      - group: default
        min: 4
        max: 8
        provisioner: spares
        signals: [{ signal: be_cpu, target: 60% }]
    frontend: { followers: 1, backendsPerFrontend: { min: 2, max: 3 }, provisioner: spares }
`;

describe('wrong places', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  const start = async (options: Parameters<typeof rehearse>[0]): Promise<Rehearsed> => {
    const stage = await rehearse(options);
    cleanups.push(() => stage.stop());
    return stage;
  };

  it('endpoints of another cluster are not used, and both ids are named', async () => {
    const other = await startTestSimulator({ frontends: 1, backends: 5 });
    cleanups.push(() => other.stop());
    const [foreign] = other.description.frontends;
    const stage = await start({
      startAt: '2026-11-10T01:00:00Z',
      simulator: { frontends: 1, backends: 5, load: () => 1.2 },
      cluster: `    clusterId: "1"\n${CLUSTER}`,
      endpoints: [`${String(foreign?.host)}:${String(foreign?.mysqlPort)}`],
    });
    const record = await stage.until('a decision without a topology', async () => {
      const latest = await stage.decision();
      return latest?.observation.topology.known === false ? latest : undefined;
    });
    expect(record.groups[0]?.action).toBe('hold');
    expect(record.groups[0]?.guards.find(({ code }) => code === 'topology-unknown')).toMatchObject({ verdict: 'hold' });
    const topology = record.observation.topology;
    expect(topology.known ? '' : topology.reason).toMatch(/\b1\b.*\d{4,}|\d{4,}.*\b1\b/);
    await stage.reach('2026-11-10T01:20:00Z');
    expect(other.cluster.statements().filter(({ text }) => /^\s*(ALTER|CANCEL|ADMIN SET)/i.test(text))).toEqual([]);
    expect(stage.changes()).toEqual([]);
  });

  it('an FE whose process began a cluster of its own is taken out again, and no backend is added on its strength', async () => {
    const stage = await start({
      startAt: '2026-11-10T01:00:00Z',
      simulator: { frontends: 1, backends: 3, spareBackends: 2, spareFrontends: 1, load: () => 1 },
      cluster: OBSERVER_WANTED,
    });
    const spare = stage.rehearsal.simulator.description.hosts.frontends[0] ?? '';
    const { cluster } = stage.rehearsal.simulator;
    await stage.until('the observer is added', () => stage.observers().includes(spare));
    const host = spare.replace(/:\d+$/, '');
    cluster.killFrontend(host, stage.rehearsal.clock.now());
    cluster.resetFrontend(host, stage.rehearsal.clock.now());
    cluster.startFrontend(host, undefined, stage.rehearsal.clock.now());
    const ended = await stage.until('the addition is given up', async () =>
      (await stage.operations()).find(({ kind, endedAt }) => kind === 'add-observer' && endedAt !== undefined),
    );
    expect(ended.state).toBe('failed');
    expect(ended.reason).toMatch(/invalid cluster id|cluster/);
    expect(stage.observers()).toEqual([]);
    expect(stage.changes().filter(({ text }) => text.includes('ADD BACKEND'))).toEqual([]);
  });

  it('an observer that never catches up is no frontend: the backends wait for it', async () => {
    const stage = await start({
      startAt: '2026-11-10T01:00:00Z',
      simulator: { frontends: 1, backends: 3, spareBackends: 2, spareFrontends: 1, load: () => 1 },
      cluster: OBSERVER_WANTED,
    });
    const spare = stage.rehearsal.simulator.description.hosts.frontends[0] ?? '';
    const { cluster } = stage.rehearsal.simulator;
    const host = spare.replace(/:\d+$/, '');
    cluster.inject({ kind: 'lagging-frontend', host, on: true }, stage.rehearsal.clock.now());
    const waiting = await stage.until('it waits for the journal', async () => {
      const [operation] = await stage.operations();
      return operation?.reason.includes('journal entries behind') === true ? operation : undefined;
    });
    await stage.rehearsal.clock.sleep(180_000);
    expect((await stage.operations()).map(({ id, endedAt }) => [id, endedAt])).toEqual([[waiting.id, undefined]]);
    expect(waiting.kind).toBe('add-observer');
    expect(stage.changes().filter(({ text }) => text.includes('ADD BACKEND'))).toEqual([]);
    cluster.inject({ kind: 'lagging-frontend', host, on: false }, stage.rehearsal.clock.now());
    await stage.until('the backend follows', () => stage.backends() === 4);
  });

  it('without a majority of followers nothing is sent that changes the cluster, and it goes on when they are back', async () => {
    const stage = await start({
      startAt: '2026-11-10T01:00:00Z',
      simulator: { backends: 4, load: () => 1.2 },
      cluster: CLUSTER.replace(
        'always: true',
        'allow: [{ name: later, days: [mon-sun], start: "01:20", end: "24:00" }]',
      ),
    });
    const { cluster, description } = stage.rehearsal.simulator;
    const master = cluster.frontends().find(({ isMaster }) => isMaster)?.host;
    const followers = description.frontends.map(({ host }) => host).filter((host) => host !== master);
    await stage.until('a first decision', async () => await stage.decision());
    for (const host of followers) cluster.killFrontend(host, stage.rehearsal.clock.now());
    await stage.reach('2026-11-10T01:40:00Z');
    const group = await stage.group();
    expect(group?.action).toBe('hold');
    expect(group?.reasons.some((reason) => reason === 'topology-unknown' || reason === 'quorum')).toBe(true);
    expect(stage.changes()).toEqual([]);
    for (const host of followers) cluster.startFrontend(host, undefined, stage.rehearsal.clock.now());
    await stage.until('a removal', () =>
      stage.changes().some(({ text }) => text.startsWith('ALTER SYSTEM DECOMMISSION')),
    );
  });
});
