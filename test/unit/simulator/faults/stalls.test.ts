import { describe, expect, it } from 'vitest';
import type { DorisVersion } from '../../../../src/simulator/cluster.ts';
import { STALL_CAUSES, type StallCause, stallFaults } from '../../../../src/simulator/faults/stalls.ts';
import { dataUsedBytes, diskUse, type RegisteredBackend, tabletNum } from '../../../../src/simulator/model/queries.ts';
import type { BackendState, ClusterState } from '../../../../src/simulator/model/state.ts';
import { startBackend } from '../../../../src/simulator/model/backends/processes.ts';
import { backend, cluster, decommission, fault, HOUR, MINUTE, SECOND, wait, waitUntil } from '../model/support.ts';

const VERSIONS: readonly DorisVersion[] = ['2.1', '3.0', '4.0'];

/** Backends, and how long the fault is watched; by default a drain of one of four would end within minutes. */
const SCENES: Readonly<Partial<Record<StallCause, { readonly backends?: number; readonly watchedMs?: number }>>> = {
  'internal-schema': { backends: 3 },
  'large-tablet': { watchedMs: 5 * HOUR },
};

/** Begins a drain and then brings the cause about. */
function stall(
  cause: StallCause,
  version: DorisVersion,
): { readonly state: ClusterState; readonly leaving: RegisteredBackend; readonly end: () => void } {
  const state = cluster({ version, backends: SCENES[cause]?.backends ?? 4 });
  if (cause === 'internal-schema') wantTwoReplicas(state);
  const [leaving] = decommission(state, 0);
  if (leaving === undefined) throw new Error('nothing leaves');
  const place = { leaving: leaving.host, other: backend(state, 1).host, database: 'shop', table: 'scratch' };
  const { begin, end } = stallFaults(cause, place);
  for (const each of begin) fault(state, each);
  return {
    state,
    leaving,
    end: () => {
      for (const each of end) fault(state, each);
      if (cause === 'dead-backend') startBackend(state, leaving);
    },
  };
}

/** Users' tables that two backends can hold, and internal ones that a cluster of two made. */
function wantTwoReplicas(state: ClusterState): void {
  for (const { partition } of state.index.places.values()) {
    const [wanted] = Object.values(partition.replicaAllocation);
    partition.replicaAllocation = { default: Math.min(2, wanted ?? 1) };
  }
  for (const group of state.colocateGroups) for (const bucket of group.placement) bucket.length = 2;
  for (const id of state.index.places.keys()) state.scheduler.suspects.add(id);
  fault(state, { kind: 'load-race', on: false });
  wait(state, 10 * MINUTE);
}

function isGone({ row }: BackendState): boolean {
  return row === undefined;
}

describe.each(VERSIONS)('a drain in %s', (version) => {
  it('ends within minutes when nothing is in its way', () => {
    const state = cluster({ version });
    const [leaving] = decommission(state, 0);
    if (leaving === undefined) throw new Error('nothing leaves');
    expect(waitUntil(state, 'gone', () => isGone(leaving))).toBeLessThan(10 * MINUTE);
  });

  const stuck = STALL_CAUSES.filter((cause) => cause !== 'reports-differ');

  it.each(stuck)('stands still for %s, and ends when that ends', (cause) => {
    const { state, leaving, end } = stall(cause, version);
    wait(state, SCENES[cause]?.watchedMs ?? HOUR);
    expect(isGone(leaving)).toBe(false);
    end();
    waitUntil(state, 'gone', () => isGone(leaving), 2 * HOUR);
  });

  it('goes on while reports differ: only what the backend says of its bytes is wrong', () => {
    const { state, leaving } = stall('reports-differ', version);
    wait(state, 10 * SECOND);
    expect(tabletNum(state, leaving.row.id)).toBeGreaterThan(0);
    expect(dataUsedBytes(state, leaving.row.id)).toBeGreaterThan(0);
    expect(diskUse(state, leaving).map(({ dataBytes }) => dataBytes)).toEqual([0, 0]);
    waitUntil(state, 'gone', () => isGone(leaving));
  });
});

describe('entries that nobody owns', () => {
  it.each(['2.1', '3.0'] as const)('keep the row for good in %s', (version) => {
    const { state, leaving } = stall('leaky', version);
    wait(state, 48 * HOUR);
    expect([isGone(leaving), tabletNum(state, leaving.row.id)]).toEqual([false, 3]);
  });

  it('keep the row for five hours in 4.0', () => {
    const { state, leaving } = stall('leaky', '4.0');
    const afterMs = waitUntil(state, 'gone', () => isGone(leaving), 6 * HOUR);
    expect(afterMs).toBeGreaterThan(5 * HOUR - MINUTE);
    expect(afterMs).toBeLessThan(5 * HOUR + MINUTE);
  });

  it('keep the row for as long as they are told to be', () => {
    const { state, leaving } = stall('leaky', '4.0');
    fault(state, {
      kind: 'frontend-config',
      key: 'decommission_skip_leaky_tablet_second',
      value: '600',
      everywhere: false,
    });
    expect(waitUntil(state, 'gone', () => isGone(leaving), HOUR)).toBeLessThan(11 * MINUTE);
  });
});
