import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ledgerOf } from '../../../src/app/daemon/cluster.ts';
import type { OperationKind } from '../../../src/domain/operation.ts';
import { oneAtATimeByName } from '../../../src/provisioner/one-at-a-time.ts';
import { staticProvisioner } from '../../../src/provisioner/static/static-provisioner.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { testOperation } from '../../unit/operation/support/carry-out.ts';
import { world } from '../../unit/operation/support/world.ts';

const IDS: Readonly<Record<string, string>> = { analytics: '4711', reports: '4712' };
const asked = (cluster: string, key: string) =>
  ({ role: 'backend', cluster, clusterId: IDS[cluster] ?? cluster, key }) as const;

describe('a static provisioner that two clusters of one process share', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(':memory:', { lock: false });
  });
  afterEach(async () => {
    await store.close();
  });

  const spares = (hosts: readonly string[]) => {
    const taking = oneAtATimeByName();
    const one = () => staticProvisioner({ name: 'spares', hosts, ledger: ledgerOf(store), taking: taking('spares') });
    return { analytics: one(), reports: one() };
  };
  const states = async ({ analytics }: ReturnType<typeof spares>) =>
    (await analytics.list()).hosts.map(({ state, heldBy }) => (heldBy === undefined ? state : `${state} ${heldBy}`));
  const began = async (cluster: string, kind: OperationKind, id: string) => {
    const operation = { ...testOperation(world(), kind), id, cluster, clusterId: IDS[cluster] ?? cluster };
    await store.journal.begin(operation);
    await store.journal.update({ ...operation, state: 'succeeded', endedAt: operation.createdAt });
  };

  it('two that take at the same moment are given two hosts', async () => {
    const shared = spares(['10.0.0.1:9050', '10.0.0.2:9050']);
    const [one, other] = await Promise.all([
      shared.analytics.acquire({ ...asked('analytics', 'A.0'), registered: [] }),
      shared.reports.acquire({ ...asked('reports', 'R.0'), registered: [] }),
    ]);
    expect([one?.address, other?.address]).toEqual(['10.0.0.1:9050', '10.0.0.2:9050']);
  });

  it.each([
    ['an addition that came to nothing', 'add-backend', 'A.0'],
    ['a removal', 'remove-backend', 'A.1'],
  ] as const)(
    'the release of %s, asked for once more, takes nothing from who holds the host since',
    async (_, kind, key) => {
      const shared = spares(['10.0.0.1:9050']);
      await began('analytics', kind, 'A');
      await began('analytics', 'add-backend', 'Before');
      await began('reports', 'add-backend', 'R');
      await shared.analytics.acquire({
        ...asked('analytics', kind === 'add-backend' ? key : 'Before.0'),
        registered: [],
      });
      const release = () =>
        shared.analytics.release({ ...asked('analytics', key), host: '10.0.0.1', node: '10.0.0.1:9050' });
      await release();
      expect(await states(shared)).toEqual(['dirty']);
      expect(await shared.reports.acquire({ ...asked('reports', 'R.0'), registered: [] })).toMatchObject({
        host: '10.0.0.1',
      });
      await release();
      expect(await states(shared)).toEqual(['leased R.0']);
    },
  );

  it('an addition that holds nothing any more gives nothing back, not even of its own cluster', async () => {
    const shared = spares(['10.0.0.1:9050']);
    await began('analytics', 'add-backend', 'A');
    await began('analytics', 'add-backend', 'Later');
    await shared.analytics.acquire({ ...asked('analytics', 'Later.0'), registered: [] });
    await shared.analytics.release({ ...asked('analytics', 'A.0'), host: '10.0.0.1', node: '10.0.0.1:9050' });
    expect(await states(shared)).toEqual(['leased Later.0']);
  });

  it.each([
    { says: 'the same cluster', as: { cluster: 'analytics', clusterId: '4711' }, state: 'dirty' },
    { says: 'the same under a new name', as: { cluster: 'numbers', clusterId: '4711' }, state: 'dirty' },
    { says: 'the same, built anew', as: { cluster: 'analytics', clusterId: '9' }, state: 'dirty' },
    { says: 'another', as: { cluster: 'reports', clusterId: '4712' }, state: 'leased Add.0' },
  ])('what was taken by an addition is given back by a removal of $says as $state', async ({ as, state }) => {
    const shared = spares(['10.0.0.1:9050']);
    await began('analytics', 'add-backend', 'Add');
    await shared.analytics.acquire({ ...asked('analytics', 'Add.0'), registered: [] });
    const on = { role: 'backend', key: 'Remove.0', host: '10.0.0.1', node: '10.0.0.1:9050', ...as } as const;
    await shared.analytics.release(on);
    expect(await states(shared)).toEqual([state]);
  });

  it('what is held under a key that no journal knows stays held', async () => {
    const shared = spares(['10.0.0.1:9050']);
    await shared.analytics.acquire({ ...asked('analytics', 'unheard-of'), registered: [] });
    await shared.analytics.release({ ...asked('analytics', 'Remove.0'), host: '10.0.0.1', node: '10.0.0.1:9050' });
    expect(await states(shared)).toEqual(['leased unheard-of']);
  });

  it.each([
    { says: 'of two backends of a host the one that is named', node: '10.0.0.1:9050', first: 'dirty' },
    { says: 'none of two while nobody knows which', node: undefined, first: 'leased Add.0' },
    { says: 'none for one that is not in its list', node: '10.0.0.1:9250', first: 'leased Add.0' },
  ])('a removal gives back $says', async ({ node, first }) => {
    const shared = spares(['10.0.0.1:9050', '10.0.0.1:9150']);
    await began('analytics', 'add-backend', 'Add');
    await shared.analytics.acquire({ ...asked('analytics', 'Add.0'), registered: [] });
    await shared.analytics.acquire({ ...asked('analytics', 'Add.1'), registered: [] });
    await shared.analytics.release({ ...asked('analytics', 'Remove.0'), host: '10.0.0.1', node });
    expect(await states(shared)).toEqual([first, 'leased Add.1']);
  });

  it('a backend that was registered by hand makes its host dirty when it is removed', async () => {
    const shared = spares(['10.0.0.1:9050', '10.0.0.1:9150']);
    await shared.analytics.release({ ...asked('analytics', 'Remove.0'), host: '10.0.0.1', node: '10.0.0.1:9150' });
    expect(await states(shared)).toEqual(['free', 'dirty']);
  });
});
