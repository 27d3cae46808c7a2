import { expect } from 'vitest';
import type { Operation } from '../../../src/domain/operation.ts';
import { membersOf } from './scenes.ts';
import type { Staged } from './scenes.ts';
import type { Simulation } from './simulate.ts';

/** What an operation of ours may send at any time; all else needs an open window. */
const ANY_TIME = [
  /^ADMIN SET /,
  /^CANCEL DECOMMISSION /,
  /^ALTER SYSTEM MODIFY BACKEND .*"disable_(query|load)" = "false"/,
  /^ALTER SYSTEM DROPP BACKEND /,
];

export function changesNeedWindows(simulation: Simulation): void {
  const outside = simulation.changes().filter(({ windowOpen }) => !windowOpen);
  expect(outside.filter(({ text }) => !ANY_TIME.some((allowed) => allowed.test(text)))).toEqual([]);
}

/** At every look enough storage backends stay for three replicas, and no more left at once than the step allows. */
export function staysWithin(simulation: Simulation, bounds: { readonly least: number; readonly most: number }): void {
  const counts = simulation.counts.map(({ backends }) => backends);
  expect(counts.length).toBeGreaterThan(0);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(Math.max(3, bounds.least));
  expect(Math.max(...counts)).toBeLessThanOrEqual(bounds.most);
}

/** Every evaluation ended, and every operation that is over left nothing of its own behind. */
export function leftClean(simulation: Simulation): void {
  expect(simulation.errors).toEqual([]);
  const flag = simulation.changes().findLast(({ text }) => text.includes('drop_backend_after_decommission'));
  if (flag !== undefined) expect(flag.text).toMatch(/"true"\)$/);
}

const DEFAULTS: Readonly<Record<string, string>> = {
  drop_backend_after_decommission: 'true',
  schedule_slot_num_per_hdd_path: '4',
  schedule_slot_num_per_ssd_path: '8',
  balance_slot_num_per_path: '1',
};

/**
 * The members are those that the policy wants and every process belongs to a row, the FE settings are those found, nothing was
 * sent that a window forbids, no host is held for what is over, and one operation did it, or others that ended undone before it.
 */
export async function endsAsWanted(
  { simulation, ends }: Staged,
  tries: 'at once' | 'in the end' = 'at once',
): Promise<void> {
  const operations = await simulation.operations();
  const said = operations.map(({ kind, state, reason }) => `${kind} ${state}: ${reason}`);
  expect(operations[0]?.state, said.join('\n')).toBe('succeeded');
  expect(operations.slice(1).filter(({ state }) => state !== 'cancelled' && state !== 'failed')).toEqual([]);
  if (tries === 'at once') expect(operations, said.join('\n')).toHaveLength(1);
  expect(membersOf(simulation)).toEqual(ends);
  const { cluster } = simulation;
  const apart = [...cluster.backends(), ...cluster.frontends()].filter((each) => each.registered !== each.running);
  expect(apart.map(({ host }) => host)).toEqual([]);
  expect(simulation.settings(Object.keys(DEFAULTS))).toEqual(DEFAULTS);
  const serving = new Set(membersIn(simulation));
  expect(
    simulation.held().filter(({ host, key }) => !operations.some((each) => isKept(each, key, serving.has(host)))),
  ).toEqual([]);
  expect(refusedChanges(simulation)).toEqual([]);
  changesNeedWindows(simulation);
  leftClean(simulation);
}

/** A host that serves since is held for whoever added it. */
function isKept({ id, kind }: Operation, key: string, isServing: boolean): boolean {
  return isServing && key.startsWith(`${id}.`) && kind.startsWith('add-');
}

function membersIn({ cluster }: Simulation): readonly string[] {
  return [...cluster.backends(), ...cluster.frontends()].flatMap(({ host, registered }) => (registered ? [host] : []));
}

/** Changes of membership that the FE refused: asked for twice, or of what is not there. */
function refusedChanges({ cluster }: Simulation): readonly string[] {
  return cluster
    .statements()
    .filter(({ user, outcome, text }) => user === 'autoscaler' && outcome === 'error' && /^\s*ALTER SYSTEM/.test(text))
    .map(({ text }) => text);
}
