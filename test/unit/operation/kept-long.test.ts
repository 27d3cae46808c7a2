import { describe, expect, it } from 'vitest';
import type { OperationKind } from '../../../src/domain/operation.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { containing } from './support/expected.ts';
import { testPolicy } from './support/policy.ts';
import { world } from './support/world.ts';
import type { World } from './support/world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const VICTIM = '10.0.0.5:9050';
const GROWTH = { reason: 'backend/default must grow 4 -> 6 in this window (min)' };
const PAIR = ['fe5:9010', 'fe4:9010'];

const followers = (w: World): number => w.frontends().filter(({ role }) => role === 'FOLLOWER').length;

/** Past the end of the window that is open now. */
const closeWindow = (w: World): void => {
  while (w.knobs.windowOpen(w.clock.now())) w.advance(MINUTE_MS);
};

describe('what keeps a node from leaving in one window after another', { timeout: 60_000 }, () => {
  it.each<{ readonly kind: OperationKind; readonly node: string }>([
    { kind: 'remove-backend', node: VICTIM },
    { kind: 'remove-observer', node: 'ob1:9010' },
    { kind: 'remove-follower', node: 'fe5:9010' },
  ])('is told of once for $kind, at the third time, with what to do', async ({ kind, node }) => {
    const w = world({ observers: 1, followers: 5 });
    w.knobs.runningTasks = 2;
    w.knobs.frontendQueries = 2;
    const toldAtMs: number[] = [];
    const from = w.clock.now();
    const operation = testOperation(w, kind, { nodes: [node] });
    const { notices } = await carryOut(w, operation, { maxMs: 4.5 * DAY_MS });
    for (const { at } of notices) toldAtMs.push(at - from);
    expect(notices).toMatchObject([
      {
        event: 'operation-stuck',
        title: `${kind} ${node}: its way out was taken back 3 times`,
        lines: [
          containing('longer than 15 min'),
          containing('no other operation of the cluster begins'),
          `you    end what keeps it, or: doris-autoscaler cancel ${operation.id}`,
        ],
      },
    ]);
    expect(Math.floor((toldAtMs[0] ?? 0) / DAY_MS)).toBe(1);
  });

  it('twice is no news', async () => {
    const w = world();
    w.knobs.runningTasks = 2;
    const { operation, notices } = await carryOut(w, testOperation(w, 'remove-backend', { nodes: [VICTIM] }), {
      onChange: ({ steps }) => {
        if (steps.some(({ key, attempts }) => key === '0.back' && attempts === 2)) w.knobs.runningTasks = 0;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(notices.map(({ event }) => event)).toEqual(['operation-succeeded']);
  });
});

describe('a removal that gives way to growth', { timeout: 60_000 }, () => {
  it.each<{ readonly kind: OperationKind; readonly node: string; readonly sent: readonly string[] }>([
    {
      kind: 'remove-backend',
      node: VICTIM,
      sent: [`cancel-decommission ${VICTIM}`, `disable-load ${VICTIM} false`],
    },
    { kind: 'remove-observer', node: 'ob1:9010', sent: [] },
    { kind: 'remove-follower', node: 'fe5:9010', sent: [] },
  ])('$kind does so once its way out was taken back, however much of it has moved', async ({ kind, node, sent }) => {
    const w = world({ observers: 1, followers: 5 });
    w.knobs.runningTasks = 2;
    w.knobs.frontendQueries = 2;
    let isNeeded = false;
    const { operation } = await carryOut(w, testOperation(w, kind, { nodes: [node] }), {
      needAgain: () => (isNeeded ? GROWTH : undefined),
      onChange: when('0.back', 'done', () => {
        isNeeded = true;
      }),
      maxMs: 3 * DAY_MS,
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: containing('must grow 4 -> 6') });
    expect(statements(w).filter((text) => /^cancel-|disable-load .* false/.test(text))).toEqual(sent);
  });

  it.each<{ readonly kind: OperationKind; readonly node: string; readonly from: string }>([
    { kind: 'remove-backend', node: VICTIM, from: '0.drain' },
    { kind: 'remove-observer', node: 'ob1:9010', from: '0.quorum' },
  ])('$kind does not on its first way out', async ({ kind, node, from }) => {
    const w = world({ observers: 1 });
    let isNeeded = false;
    const { operation } = await carryOut(w, testOperation(w, kind, { nodes: [node] }), {
      needAgain: () => (isNeeded ? GROWTH : undefined),
      onChange: when(from, 'done', () => {
        isNeeded = true;
      }),
    });
    expect(operation.state).toBe('succeeded');
  });

  it('not with half a pair of followers gone: their number would stay even', async () => {
    const w = world({ followers: 5 });
    let isNeeded = false;
    const begun = w.clock.now();
    const firstIsGone = when('0.drop', 'done', () => {
      w.knobs.frontendQueries = 1;
      w.advance(6 * MINUTE_MS);
    });
    const { operation } = await carryOut(w, testOperation(w, 'remove-follower', { nodes: PAIR }), {
      needAgain: () => (isNeeded ? GROWTH : undefined),
      onChange: (changed) => {
        firstIsGone(changed);
        isNeeded ||= changed.steps.some(({ key, state }) => key === '1.back' && state === 'done');
        if (w.clock.now() - begun > 60 * MINUTE_MS) w.knobs.frontendQueries = 0;
      },
    });
    expect(isNeeded).toBe(true);
    expect(operation.state).toBe('succeeded');
    expect(followers(w)).toBe(3);
  });
});

describe('an even number of followers', { timeout: 60_000 }, () => {
  it('is waited out through the whole window, not until the next one, while queries run on the second of a pair', async () => {
    const w = world({ followers: 5 });
    const begun = w.clock.now();
    // So slow was the first DROP that the second is asked for its queries once more.
    const firstIsGone = when('0.drop', 'done', () => {
      w.knobs.frontendQueries = 1;
      w.advance(6 * MINUTE_MS);
    });
    const { operation, notices } = await carryOut(w, testOperation(w, 'remove-follower', { nodes: PAIR }), {
      onChange: (changed) => {
        firstIsGone(changed);
        if (w.clock.now() - begun > 80 * MINUTE_MS) w.knobs.frontendQueries = 0;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(followers(w)).toBe(3);
    expect((operation.endedAt ?? Infinity) - begun).toBeLessThan(100 * MINUTE_MS);
    expect(notices.map(({ event }) => event)).toEqual(['operation-stuck', 'operation-succeeded']);
  });

  it('is waited out in rounds of a minute at least, however short operations.drainQueries is', async () => {
    const w = world({ followers: 5 });
    const begun = w.clock.now();
    const firstIsGone = when('0.drop', 'done', () => {
      w.knobs.frontendQueries = 1;
      w.advance(6 * MINUTE_MS);
    });
    const { operation } = await carryOut(w, testOperation(w, 'remove-follower', { nodes: PAIR }), {
      policy: testPolicy({ operations: { drainQueriesMs: 0 } }),
      onChange: (changed) => {
        firstIsGone(changed);
        if (w.clock.now() - begun > 30 * MINUTE_MS) w.knobs.frontendQueries = 0;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(operation.steps.find(({ key }) => key === '1.back')?.attempts).toBeLessThan(30);
  });

  it.each<{ readonly kind: OperationKind; readonly between: string; readonly count: number; readonly loss: number }>([
    { kind: 'remove-follower', between: '0.drop', count: 4, loss: 1 },
    { kind: 'add-follower', between: '0.routine-loads', count: 2, loss: 0 },
  ])('that a closing window leaves in $kind is told of: $count bear the loss of $loss', async (change) => {
    const { kind, between, count, loss } = change;
    const isRemoval = kind === 'remove-follower';
    const w = world({ followers: isRemoval ? 5 : 1 });
    const pair = testOperation(w, kind, isRemoval ? { nodes: PAIR } : { count: 2 });
    const { operation, notices } = await carryOut(w, pair, {
      onChange: when(between, 'done', () => {
        closeWindow(w);
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(notices.map(({ event }) => event)).toEqual(['operation-stuck', 'operation-succeeded']);
    expect(notices[0]).toMatchObject({
      title: `${kind}: there are ${String(count)} followers, an even number, until the next window`,
      lines: [
        containing('why    waits for the window of Tue 01:00'),
        'now    it goes on by itself then',
        `you    keep all of them alive until then: they bear the loss of ${String(loss)}`,
      ],
    });
  });

  it('is no word about a pair that waits whole', async () => {
    const w = world({ followers: 5 });
    w.knobs.frontendQueries = 1;
    const { operation, notices } = await carryOut(w, testOperation(w, 'remove-follower', { nodes: PAIR }), {
      onChange: ({ state }) => {
        if (state === 'paused') w.knobs.frontendQueries = 0;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(notices.map(({ event }) => event)).toEqual(['operation-succeeded']);
  });
});
