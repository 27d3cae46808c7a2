import { afterEach, describe, expect, it } from 'vitest';
import { cluster, EAGER, OPEN, QUERIES, setStage, type Stage, type StageParts } from '../support/stage.ts';

const FRONTEND = '    frontend: { followers: 1, backendsPerFrontend: { min: 2, max: 3 }, provisioner: spares }';

function policy(min: number): (parts: StageParts) => string {
  return (parts) =>
    cluster(parts, {
      windows: OPEN,
      group: `min: ${String(min)}, max: 6, ${EAGER}, signals: [${QUERIES}]`,
      more: FRONTEND,
    });
}

describe('a daemon that is killed in the middle of an operation', () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.end();
  });

  it('ends each kind right after its restart: an observer first, then the backend; the backend back, then the observer', {
    timeout: 420_000,
  }, async () => {
    stage = await setStage({
      simulator: { frontends: 1, backends: 3, spareBackends: 2, spareFrontends: 1 },
      history: () => 150,
      load: 150,
      clusters: policy(4),
    });
    const { run, until, rewrite, changes, operations, backends, frontends } = stage;
    let running = run();
    const killedAt = async (statement: RegExp): Promise<void> => {
      await until(
        `${String(statement)} was sent`,
        running,
        () => changes().some((text) => statement.test(text)),
        150_000,
      );
      await running.kill();
      running = run();
    };
    const [master] = frontends();

    await killedAt(/ALTER SYSTEM ADD OBSERVER/);
    await killedAt(/ALTER SYSTEM ADD BACKEND/);
    await until('both additions succeeded', running, async () => {
      const ended = (await operations()).filter(({ state }) => state === 'succeeded').map(({ kind }) => kind);
      return ended.includes('add-observer') && ended.includes('add-backend');
    });
    expect([backends(), frontends().length]).toEqual([4, 2]);

    await rewrite(policy(3));
    await killedAt(/ALTER SYSTEM DECOMMISSION BACKEND/);
    await killedAt(/ALTER SYSTEM DROP OBSERVER/);
    await until('both removals succeeded', running, async () => {
      const ended = (await operations()).filter(({ state }) => state === 'succeeded').map(({ kind }) => kind);
      return ended.includes('remove-backend') && ended.includes('remove-observer');
    });
    expect([backends(), frontends()]).toEqual([3, [master]]);
    expect(await running.stop()).toBe(0);

    const sent = (statement: RegExp): number => changes().filter((text) => statement.test(text)).length;
    expect({
      addObserver: sent(/ADD OBSERVER/),
      addBackend: sent(/ADD BACKEND/),
      decommission: sent(/^ALTER SYSTEM DECOMMISSION/),
      dropObserver: sent(/DROP OBSERVER/),
      dropp: sent(/DROPP/),
    }).toEqual({ addObserver: 1, addBackend: 1, decommission: 1, dropObserver: 1, dropp: 0 });
    expect((await operations()).map(({ kind, state }) => `${kind} ${state}`).toReversed()).toEqual([
      'add-observer succeeded',
      'add-backend succeeded',
      'remove-backend succeeded',
      'remove-observer succeeded',
    ]);
    const holders = stage.simulator.cluster.backends().filter(({ registered, running: up }) => !registered && up);
    expect(holders).toEqual([]);
  });
});
