import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperationKind } from '../../../src/domain/operation.ts';
import type { WindowEntry } from '../../../src/domain/window.ts';
import { carryOut, testOperation } from './support/carry-out.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { DROP_FLAG, world } from './support/world.ts';
import type { World } from './support/world.ts';

const HOUR_MS = 3_600_000;

interface Case {
  readonly kind: OperationKind;
  readonly nodes: readonly string[];
  readonly count: number;
}

const cases: readonly Case[] = [
  { kind: 'remove-backend', nodes: ['10.0.0.5:9050'], count: 0 },
  { kind: 'remove-backend', nodes: ['10.0.0.6:9050', '10.0.0.5:9050'], count: 0 },
  { kind: 'add-backend', nodes: [], count: 1 },
  { kind: 'add-backend', nodes: [], count: 3 },
  { kind: 'add-observer', nodes: [], count: 1 },
  { kind: 'remove-observer', nodes: ['ob1:9010'], count: 0 },
];

function fresh(): World {
  return world({ backends: 6, observers: 1, tablets: 200 });
}

function membersOf(each: World): readonly string[] {
  return [...each.backends(), ...each.frontends()].map((node) => node.address).toSorted();
}

/** What must hold whatever happened. */
function expectSafe(each: World): void {
  for (const sent of each.sent) {
    const { change } = sent;
    if (change.kind === 'decommission-backend' || change.kind === 'add-backend' || change.kind === 'add-frontend') {
      expect(sent, 'a change outside a window').toMatchObject({ windowOpen: true });
    }
    if (change.kind === 'drop-frontend' && change.node === 'ob1:9010') expect(sent).toMatchObject({ windowOpen: true });
    if (change.kind === 'disable-query' && change.disabled) expect(sent).toMatchObject({ windowOpen: true });
    const mayDrop = change.kind === 'set-config' && change.key === DROP_FLAG && change.value === 'true';
    if (mayDrop && !sent.windowOpen) expect(sent, 'a drop by day').toMatchObject({ leaving: false });
    if (change.kind === 'disable-load' && change.disabled) expect(sent).toMatchObject({ windowOpen: true });
    if (change.kind === 'drop-never-alive-backend') expect(sent).toMatchObject({ tablets: 0, everAlive: false });
  }
  for (const verb of each.verbs) {
    if (verb.verb === 'stop' || verb.verb === 'release' || verb.verb === 'reset')
      expect(verb, 'a host still registered').toMatchObject({ registered: false });
  }
  expect(each.configs).toMatchObject({
    [DROP_FLAG]: 'true',
    schedule_slot_num_per_hdd_path: '4',
    schedule_slot_num_per_ssd_path: '8',
  });
}

describe('an operation that is killed and started again', () => {
  it.each(cases)(
    '$kind of $nodes $count ends the same after a crash at any one write',
    async ({ kind, nodes, count }) => {
      const calm = fresh();
      const journal = memoryJournal();
      const { operation } = await carryOut(calm, testOperation(calm, kind, { nodes, count }), { journal });
      expect(operation.state).toBe('succeeded');
      expectSafe(calm);
      const writes = journal.writes();
      expect(writes).toBeGreaterThan(5);
      for (let at = 0; at < writes; at += 1) {
        for (const when of ['before', 'after'] as const) {
          const hit = fresh();
          const crashing = memoryJournal((write) => (write === at ? when : 'no'));
          const again = await carryOut(hit, testOperation(hit, kind, { nodes, count }), { journal: crashing });
          expect(again.starts).toBe(2);
          expect({ at, when, state: again.operation.state, reason: again.operation.reason }).toMatchObject({
            state: 'succeeded',
            reason: operation.reason,
          });
          expect(membersOf(hit)).toEqual(membersOf(calm));
          expectSafe(hit);
          const once = hit.sent.filter(
            ({ change }) => change.kind === 'decommission-backend' || change.kind.startsWith('drop-'),
          );
          expect(new Set(once.map(({ change }) => JSON.stringify(change))).size).toBe(once.length);
        }
      }
    },
    300_000,
  );

  it('ends safely after any crashes, lost replies, blind looks, closing windows and orders to cancel', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          which: fc.nat({ max: cases.length - 1 }),
          crashes: fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 6 }),
          after: fc.boolean(),
          fates: fc.array(fc.constantFrom('ok', 'ok', 'lost-before', 'lost-after'), { maxLength: 15 }),
          tabletsPerSecond: fc.constantFrom(0.005, 0.05, 1, 20),
          blindEvery: fc.constantFrom(0, 2, 7),
          windowMinutes: fc.constantFrom(1, 5, 20, 55),
          onClose: fc.constantFrom('finish', 'throttle', 'cancel'),
          cancelAtWrite: fc.option(fc.nat({ max: 50 }), { nil: undefined }),
          failoverAtWrite: fc.option(fc.nat({ max: 50 }), { nil: undefined }),
          startsProcesses: fc.boolean(),
          runningTasks: fc.constantFrom(0, 0, 3),
        }),
        async (plan) => {
          const each = cases[plan.which];
          if (each === undefined) throw new Error('no such case');
          const w = fresh();
          w.knobs.tabletsPerSecond = plan.tabletsPerSecond;
          w.knobs.startsProcesses = plan.startsProcesses;
          w.knobs.runningTasks = plan.runningTasks;
          const fates = [...plan.fates];
          w.knobs.onApply = () => fates.shift() ?? 'ok';
          w.knobs.windowOpen = (at) => ((at % HOUR_MS) / 60_000 + 30) % 60 < plan.windowMinutes;
          const policy = testPolicy({
            windows: {
              onClose: plan.onClose,
              guardMs: 0,
              allow: hourly(plan.windowMinutes),
            },
            operations: { drainQueriesMs: 120_000, stallAfterMs: 600_000 },
          });
          let writes = 0;
          let looks = 0;
          const journal = memoryJournal((write) => {
            writes = write;
            if (write === plan.cancelAtWrite)
              queueMicrotask(() => {
                journal.requestCancel('not now', w.clock.now());
              });
            if (write === plan.failoverAtWrite) w.failover();
            return plan.crashes.includes(write) ? (plan.after ? 'after' : 'before') : 'no';
          });
          const reader = {
            ...w.reader,
            topology: () => {
              looks += 1;
              w.knobs.topologyFails = plan.blindEvery > 0 && looks % plan.blindEvery === 0;
              return w.reader.topology();
            },
          };
          const { operation } = await carryOut(
            { ...w, reader },
            { ...testOperation(w, each.kind, each), deadlineMs: 2 * HOUR_MS },
            { journal, policy },
          );
          expect(writes).toBeGreaterThan(0);
          expect(['succeeded', 'failed', 'cancelled']).toContain(operation.state);
          expectSafe(w);
          expectLeft(w, operation.state, each);
        },
      ),
      { numRuns: Number(process.env['FC_RUNS'] ?? 25) },
    );
  }, 300_000);
});

/** Half past each hour, for some minutes. */
function hourly(minutes: number): readonly WindowEntry[] {
  return Array.from({ length: 24 }, (_, hour) => ({
    form: 'weekly',
    name: `hour ${String(hour)}`,
    days: [1, 2, 3, 4, 5, 6, 7],
    startMinute: hour * 60 + 30,
    endMinute: (hour * 60 + 30 + minutes) % 1440,
  }));
}

/** Nothing half done is left: a target is in, or out, and serves if it is in. */
function expectLeft(w: World, state: string, { kind, nodes }: Case): void {
  for (const backend of w.backends()) {
    expect(backend).toMatchObject({ decommissioned: false, queryDisabled: false, loadDisabled: false });
  }
  if (state !== 'succeeded') return;
  const members = membersOf(w);
  for (const node of nodes) expect(members).not.toContain(node);
  if (kind === 'add-observer') expect(w.frontends()).toHaveLength(5);
}
