import { describe, expect, it } from 'vitest';
import { runOperation } from '../../../src/controller/run-operation.ts';
import { reconcile } from '../../../src/operation/reconcile.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { containing } from './support/expected.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { START, world } from './support/world.ts';

const VICTIM = '10.0.0.5:9050';
const unread = { known: false, reason: 'it was not read' } as const;

describe('a stop in mid-migration', () => {
  it('leaves the operation open, with no step half written, and the next start ends it', async () => {
    const w = world({ tablets: 500 });
    const journal = memoryJournal();
    const stop = new AbortController();
    const first = await carryOut(w, testOperation(w, 'remove-backend', { nodes: [VICTIM] }), {
      journal,
      signal: stop.signal,
      needAgain: () => {
        const row = w.backends().find((each) => each.address === VICTIM);
        if ((row?.tablets ?? 0) < 300) stop.abort(new Error('stopping'));
        return undefined;
      },
    });
    expect(first.operation.state).toBe('running');
    expect(first.operation.endedAt).toBeUndefined();
    const before = statements(w);
    w.advance(5000);
    expect(statements(w)).toEqual(before);

    const open = await journal.open('analytics');
    if (open === undefined) throw new Error('the operation is not open any more');
    expect(open.steps.find((step) => step.key === '0.drain')?.state).toBe('intent');
    const second = await carryOut(w, open, { journal });
    expect(second.operation.state).toBe('succeeded');
    expect(statements(w).filter((text) => text.startsWith('decommission'))).toHaveLength(1);
  });

  it('waits for a statement in hand and writes its outcome', async () => {
    const w = world();
    const journal = memoryJournal();
    const stop = new AbortController();
    const writer = {
      apply: async (...call: Parameters<typeof w.writer.apply>) => {
        if (call[0].kind === 'decommission-backend') {
          stop.abort(new Error('stopping'));
          await new Promise((resolve) => setImmediate(resolve));
        }
        return await w.writer.apply(...call);
      },
    };
    const held = {
      ...w,
      writer,
      clock: { ...w.clock, sleep: heldSleep((ms, signal) => w.clock.sleep(ms, signal), stop.signal) },
    };
    await carryOut(held, testOperation(w, 'remove-backend', { nodes: [VICTIM] }), { journal, signal: stop.signal });
    const open = await journal.open('analytics');
    expect(open?.steps.find((step) => step.key === '0.decommission')).toMatchObject({
      state: 'intent',
      data: { answer: 'done' },
    });
  });

  it('leaves an effect that does not end behind as an intent', async () => {
    const w = world();
    const journal = memoryJournal();
    const stop = new AbortController();
    const provisioner = {
      ...w.provisioner,
      start: async () => {
        stop.abort(new Error('stopping'));
        await new Promise<void>(() => undefined);
      },
    };
    const { operation } = await carryOut({ ...w, provisioner }, testOperation(w, 'add-backend'), {
      journal,
      signal: stop.signal,
    });
    expect(operation.endedAt).toBeUndefined();
    const open = await journal.open('analytics');
    expect(open?.steps.find((step) => step.key === '0.start')).toMatchObject({ state: 'intent', attempts: 1 });
    const again = await carryOut(w, open ?? operation, { journal });
    expect(again.operation.state).toBe('succeeded');
  });
});

describe('the order to cancel', () => {
  it('given while no daemon ran is followed at the next start', async () => {
    const w = world({ tablets: 500 });
    const journal = memoryJournal();
    const stop = new AbortController();
    await carryOut(w, testOperation(w, 'remove-backend', { nodes: [VICTIM] }), {
      journal,
      signal: stop.signal,
      onChange: when('0.drain', 'intent', () => {
        stop.abort(new Error('stopping'));
      }),
    });
    journal.requestCancel('changed my mind', START);
    const open = await journal.open('analytics');
    if (open === undefined) throw new Error('not open');
    const { operation } = await carryOut(w, open, { journal });
    expect(operation).toMatchObject({ state: 'cancelled', reason: 'cancelled by olga: changed my mind' });
  });
});

describe('reconcile', () => {
  async function halfDone() {
    const w = world({ tablets: 500 });
    const journal = memoryJournal();
    const stop = new AbortController();
    await carryOut(w, testOperation(w, 'remove-backend', { nodes: [VICTIM] }), {
      journal,
      signal: stop.signal,
      onChange: when('0.drain', 'intent', () => {
        stop.abort(new Error('stopping'));
      }),
    });
    const operation = await journal.open('analytics');
    if (operation === undefined) throw new Error('not open');
    const facts = {
      topology: { known: true, value: await w.reader.topology() } as const,
      earlier: undefined,
      window: { open: true, endMs: undefined, usableUntilMs: undefined, nextOpenAt: undefined },
      needAgain: undefined,
      provisioner: undefined,
      configs: unread,
      activity: unread,
      residual: unread,
      tables: unread,
      stall: unread,
      cancelledLoads: unread,
      migration: unread,
      evidence: unread,
      queries: unread,
      masters: unread,
      pausedLoads: unread,
      portsOpen: {},
    };
    return { w, operation, facts, journal };
  }

  it('says what the journal left open and what the cluster shows of it', async () => {
    const { operation, facts } = await halfDone();
    expect(reconcile({ operation, facts, policy: testPolicy(), now: START })).toEqual({
      refusal: undefined,
      findings: [
        containing(`wait until its tablets have moved has no answer in the journal; ${VICTIM} is leaving with`),
      ],
    });
  });

  it('refuses an operation of another cluster and one whose cluster cannot be read', async () => {
    const { operation, facts } = await halfDone();
    const other = { ...operation, clusterId: '1' };
    expect(reconcile({ operation: other, facts, policy: testPolicy(), now: START }).refusal).toBe(
      'the cluster shows id 4711, the operation was admitted for 1',
    );
    const blind = { ...facts, topology: { known: false, reason: 'no master' } as const };
    expect(reconcile({ operation, facts: blind, policy: testPolicy(), now: START }).refusal).toContain('no master');
  });

  it('sends nothing to a cluster with another id', async () => {
    const { w, operation, journal } = await halfDone();
    const before = w.sent.length;
    const stop = new AbortController();
    const moved = { ...operation, clusterId: '1' };
    const reasons = new Set<string>();
    const until = w.clock.now() + 60_000;
    await runOperation({
      operation: moved,
      policy: () => testPolicy(),
      ports: {
        ...w,
        clock: {
          ...w.clock,
          async sleep(ms, signal) {
            await w.clock.sleep(ms, signal);
            if (w.clock.now() > until) stop.abort(new Error('looked long enough'));
          },
        },
        journal: { ...journal, find: async () => moved, update: async () => undefined },
        lease: { holds: () => true },
        notifier: { notify: () => undefined },
        log: { debug() {}, info() {}, warn() {}, error() {} },
      },
      needAgain: () => undefined,
      onChange: (each) => {
        reasons.add(each.reason);
      },
      signal: stop.signal,
    });
    expect([...reasons]).toEqual(['the cluster shows id 4711, the operation was admitted for 1']);
    expect(w.sent).toHaveLength(before);
  });
});

/** The stop's own time does not run out while the statement in hand ends. */
function heldSleep(
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>,
  stopped: AbortSignal,
): (ms: number, signal?: AbortSignal) => Promise<void> {
  return async (ms, signal) => {
    if (!stopped.aborted) {
      await sleep(ms, signal);
      return;
    }
    await new Promise<void>((_resolve, reject) => {
      signal?.addEventListener(
        'abort',
        () => {
          reject(new Error('over'));
        },
        { once: true },
      );
    });
  };
}
