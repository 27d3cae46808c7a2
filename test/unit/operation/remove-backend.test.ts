import { describe, expect, it } from 'vitest';
import { undoneByHand } from '../../../src/controller/memory/hands.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { CodedTestError, DROP_FLAG, START, world } from './support/world.ts';
import type { World } from './support/world.ts';
import { aNumber, containing, matching } from './support/expected.ts';

const GIB = 1024 ** 3;
const VICTIM = '10.0.0.5:9050';
const HOUR_MS = 3_600_000;
const HDD = 'schedule_slot_num_per_hdd_path';
const SSD = 'schedule_slot_num_per_ssd_path';
const UP = [`${HDD} = 8`, `${SSD} = 16`, `${DROP_FLAG} = false`];
const DOWN = [`${HDD} = 4`, `${SSD} = 8`];
const UNDONE = [`cancel-decommission ${VICTIM}`, `disable-load ${VICTIM} false`];

function removal(w: World, nodes: readonly string[] = [VICTIM]): Operation {
  return testOperation(w, 'remove-backend', { nodes });
}

/** A drain that is under way and would last for hours. */
function slow(tablets = 1000): World {
  const w = world({ tablets });
  w.knobs.tabletsPerSecond = 0.1;
  return w;
}

function expectServing(w: World): void {
  expect(w.backends().find((each) => each.address === VICTIM)).toMatchObject({
    decommissioned: false,
    loadDisabled: false,
    queryDisabled: false,
  });
  expect(w.configs).toMatchObject({ [DROP_FLAG]: 'true', [HDD]: '4', [SSD]: '8' });
}

describe('remove-backend', { timeout: 60_000 }, () => {
  it('sends exactly the statements of its table, in their order', async () => {
    const w = world();
    const { operation } = await carryOut(w, removal(w));
    expect(operation).toMatchObject({
      state: 'succeeded',
      reason: `removed ${VICTIM}`,
      progress: { tabletsRemaining: aNumber() },
    });
    expect(statements(w)).toEqual([
      ...UP,
      `disable-load ${VICTIM} true`,
      `decommission-backend ${VICTIM}`,
      `disable-query ${VICTIM} true`,
      `${DROP_FLAG} = true`,
      ...DOWN,
    ]);
    expect(w.verbs.map(({ verb, host }) => `${verb} ${host}`)).toEqual(['stop 10.0.0.5', 'release 10.0.0.5']);
    const drain = operation.steps.find((step) => step.key === '0.drain');
    expect(drain?.data).toMatchObject({ movedBytes: 20 * 1024 ** 3, drainMs: aNumber() });
  });

  it('takes two backends out one after another and changes the settings back once', async () => {
    const w = world();
    const { operation } = await carryOut(w, removal(w, ['10.0.0.4:9050', VICTIM]));
    expect(operation.state).toBe('succeeded');
    const sent = statements(w);
    expect(sent.indexOf(`decommission-backend ${VICTIM}`)).toBeGreaterThan(sent.indexOf(`${DROP_FLAG} = true`));
    expect(sent.filter((text) => text === `${HDD} = 4`)).toHaveLength(1);
    expect(w.backends()).toHaveLength(3);
  });

  it('ends with the process to stop when no provisioner knows the host', async () => {
    const w = world();
    const { operation } = await carryOut(w, removal(w), { provisioner: false });
    expect(operation).toMatchObject({
      state: 'succeeded',
      reason: `removed ${VICTIM}; no provisioner: stop the process on 10.0.0.5 by hand`,
    });
    expect(w.verbs).toEqual([]);
  });

  it('neither stops nor gives back a backend that registers itself again, and says so', async () => {
    const w = world();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.let-drop', 'done', () => {
        void w.writer.apply({ kind: 'add-backend', node: VICTIM, group: 'default' }, { clusterId: '4711' });
      }),
    });
    expect(operation).toMatchObject({ state: 'succeeded', reason: containing(`${VICTIM} registered itself again`) });
    expect(w.verbs).toEqual([]);
  });

  it('lets what the recycle bin holds stay behind', async () => {
    const w = world();
    w.knobs.stuckTablets = 7;
    w.knobs.recycled = 7;
    const { operation } = await carryOut(w, removal(w));
    expect(operation.state).toBe('succeeded');
    expect(operation.steps.find((step) => step.key === '0.drain')?.detail).toContain(
      '7 tablets left belong to the recycle bin',
    );
  });

  it.each([
    ['lost before it was carried out', 'lost-before', 2],
    ['lost after it was carried out', 'lost-after', 1],
  ] as const)('looks before repeating a DECOMMISSION %s', async (_name, fate, times) => {
    const w = world();
    let first = true;
    w.knobs.onApply = (change) => {
      if (change.kind !== 'decommission-backend' || !first) return 'ok';
      first = false;
      return fate;
    };
    const { operation } = await carryOut(w, removal(w));
    expect(operation.state).toBe('succeeded');
    expect(operation.steps.find((step) => step.key === '0.decommission')?.attempts).toBe(times);
    expect(statements(w).filter((text) => text.startsWith('decommission'))).toHaveLength(1);
  });

  it('asks once when DECOMMISSION is refused for good, and takes back what it did before', async () => {
    const w = world();
    w.knobs.onApply = (change) => {
      if (change.kind === 'decommission-backend')
        throw new CodedTestError('doris-replication-floor', 'available backend num 2');
      return 'ok';
    };
    const { operation } = await carryOut(w, removal(w));
    expect(operation).toMatchObject({ state: 'failed', reason: containing('available backend num 2') });
    expect(operation.steps.find((step) => step.key === '0.decommission')?.attempts).toBe(1);
    expectServing(w);
  });

  it('waits with a reason while the cluster cannot be read, and goes on', async () => {
    const w = slow(300);
    const seen = new Set<string>();
    const onChange = when('0.decommission', 'done', () => {
      w.knobs.topologyFails = true;
    });
    let blindLooks = 0;
    const { operation } = await carryOut(w, removal(w), {
      onChange: (each) => {
        onChange(each);
        seen.add(each.reason);
      },
      needAgain: () => {
        if (w.knobs.topologyFails) blindLooks += 1;
        if (blindLooks > 20) w.knobs.topologyFails = false;
        return undefined;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect([...seen]).toContain('the cluster could not be read: no frontend is master');
  });
});

describe('a drain is cancelled', { timeout: 60_000 }, () => {
  it('by a person at any time, and the backend serves again', async () => {
    const w = slow();
    const journal = memoryJournal();
    const { operation } = await carryOut(w, removal(w), {
      journal,
      onChange: when('0.drain', 'intent', () => {
        journal.requestCancel('month-end came early', START);
      }),
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: 'cancelled by olga: month-end came early' });
    expect(undoneByHand(operation)).toBe(false);
    expect(statements(w).slice(-5)).toEqual([...UNDONE, ...DOWN, `${DROP_FLAG} = true`]);
    expectServing(w);
  });

  it.each([
    ['with little moved', 0, 'cancelled'],
    ['with 95 % moved it is finished instead', 0.95, 'succeeded'],
  ] as const)('when the node is needed again: %s', async (_name, moved, state) => {
    const w = slow();
    const { operation } = await carryOut(w, removal(w), {
      needAgain: () => {
        const row = w.backends().find((each) => each.address === VICTIM);
        const ready = row !== undefined && row.decommissioned && row.tablets <= 1000 * (1 - moved);
        return ready ? { reason: 'backend/default needs 6.2 nodes and would have 4' } : undefined;
      },
    });
    expect(operation.state).toBe(state);
    if (state === 'succeeded') return;
    expect(operation.reason).toBe(`${VICTIM} is needed again: backend/default needs 6.2 nodes and would have 4`);
    expectServing(w);
  });

  it.each([
    ['with little moved', 0],
    ['also with 95 % moved', 0.95],
  ] as const)(
    'when a disk of a survivor passes disk.cancel, without waiting for an evaluation: %s',
    async (_name, moved) => {
      const w = slow();
      const { operation } = await carryOut(w, removal(w), {
        needAgain: () => {
          const row = w.backends().find((each) => each.address === VICTIM);
          if (row !== undefined && row.decommissioned && row.tablets <= 1000 * (1 - moved)) {
            w.change('10.0.0.2:9050', { maxDiskUsedRatio: 0.83 });
          }
          return undefined;
        },
      });
      expect(operation).toMatchObject({
        state: 'cancelled',
        reason: 'a disk of 10.0.0.2:9050 is 83 % full (disk.cancel 82 %)',
      });
      expectServing(w);
    },
  );

  it('and ends as cancelled by hand when someone else cancelled it', async () => {
    const w = slow();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.drain', 'intent', () => {
        w.change(VICTIM, { decommissioned: false });
      }),
    });
    expect(operation).toMatchObject({
      state: 'cancelled',
      reason: `by hand: the decommission of ${VICTIM} was cancelled by someone else`,
    });
    expect(undoneByHand(operation)).toBe(true);
    expectServing(w);
    expect(statements(w)).not.toContain(`disable-query ${VICTIM} true`);
  });

  it('and leaves the host alone when someone else dropped the backend with tablets on it', async () => {
    const w = slow();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.drain', 'intent', () => {
        w.remove(VICTIM);
      }),
    });
    expect(operation).toMatchObject({
      state: 'cancelled',
      reason: matching(/^by hand: .* was dropped by someone else/),
    });
    expect(w.verbs).toEqual([]);
    expect(w.configs).toMatchObject({ [DROP_FLAG]: 'true', [HDD]: '4' });
  });

  it('and takes another id under the same address for another backend', async () => {
    const w = slow();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.drain', 'intent', () => {
        w.change(VICTIM, { id: '99999', decommissioned: false });
      }),
    });
    expect(operation.reason).toMatch(/^by hand: /);
    expect(statements(w).filter((text) => text.startsWith('cancel-'))).toEqual([]);
  });

  it('before anything is sent when someone else drains that backend', async () => {
    const w = world();
    w.change(VICTIM, { decommissioned: true, tablets: 5_000_000 });
    const { operation } = await carryOut(w, removal(w));
    expect(operation).toMatchObject({ state: 'cancelled', reason: `${VICTIM} is being drained by someone else` });
    expect(statements(w).some((text) => text.includes('decommission-backend') || text.startsWith('cancel-'))).toBe(
      false,
    );
  });

  it('when it is not done within the deadline', async () => {
    const w = slow(100_000);
    const operation = { ...removal(w), deadlineMs: 2 * HOUR_MS };
    const ended = await carryOut(w, operation, { policy: testPolicy({ windows: { always: true, allow: [] } }) });
    expect(ended.operation).toMatchObject({
      state: 'cancelled',
      reason: 'not done within 2 h 00 min (operations.deadline)',
    });
    expectServing(w);
  });

  it('before DECOMMISSION when another backend begins to shut down after the proof', async () => {
    const w = world();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.disable-load', 'done', () => w.change('10.0.0.1:9050', { shutdown: true })),
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: '10.0.0.1:9050 is shutting down' });
    expectServing(w);
  });

  it('before DECOMMISSION when someone else has begun to drain another backend after the proof', async () => {
    const w = world();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.disable-load', 'done', () => w.change('10.0.0.1:9050', { decommissioned: true })),
    });
    expect(operation).toMatchObject({
      state: 'cancelled',
      reason: '10.0.0.1:9050 is being drained by someone else: two at once were not proven',
    });
    expect(statements(w).filter((text) => text.startsWith('decommission'))).toEqual([]);
    expectServing(w);
  });

  it('before DECOMMISSION when another backend dies after the proof', async () => {
    const w = world();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.disable-load', 'done', () => {
        w.running.delete('10.0.0.1');
        w.change('10.0.0.1:9050', { alive: false, heartbeatFailures: 1 });
      }),
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: '10.0.0.1:9050 is not alive' });
    expect(statements(w).filter((text) => text.startsWith('decommission'))).toEqual([]);
    expectServing(w);
  });

  it.each([
    [
      'in which tablets were lost',
      { tablets: { known: true, value: { total: 100, unhealthy: 2, unrecoverable: 2 } } },
      "2 tablets cannot be recovered (bound 0) (look: SHOW PROC '/cluster_health/tablet_health')",
    ],
    [
      'in which something can never be read',
      { tablets: { known: false, reason: 'timeout' } },
      "prove that the rest can hold its data: tablet health could not be read: timeout (look: SHOW PROC '/cluster_health/tablet_health') (longer than 10 min)",
    ],
    [
      'in which a restore began',
      { backups: { known: true, value: ['restore of shop: 1 running'] } },
      'restore of shop: 1 running (look: SHOW BACKUP FROM db; SHOW RESTORE FROM db)',
    ],
    [
      'in which a disk would be too full',
      {
        disks: {
          known: true,
          value: ['1', '2', '3', '4', '5'].map((each) => ({
            backend: `10.0.0.${each}:9050`,
            backendId: `1000${each}`,
            path: '/data1',
            medium: 'HDD',
            online: true,
            dataBytes: 60 * GIB,
            usedBytes: 60 * GIB,
            totalBytes: 100 * GIB,
          })),
        },
      },
      "the fullest disk afterwards, /data1 of 10.0.0.1:9050: 79 % (disk.projected 75 %); growth unknown: 1 % of the data a day counted for 22 h 29 min (look: SHOW PROC '/backends/ID')",
    ],
    [
      'in which the disks of one are not listed',
      { disks: { known: true, value: [] } },
      "prove that the rest can hold its data: the disks of 10.0.0.1:9050 could not be read (look: SHOW PROC '/backends/ID') (longer than 10 min)",
    ],
  ] as const)('before DECOMMISSION by a second proof, after a stop of an hour %s', async (_name, found, reason) => {
    const w = world();
    const journal = memoryJournal();
    const stop = new AbortController();
    await carryOut(w, removal(w), {
      journal,
      signal: stop.signal,
      onChange: when('0.disable-load', 'done', () => {
        stop.abort(new Error('stopping'));
      }),
    });
    w.advance(HOUR_MS);
    const reader = {
      ...w.reader,
      evidence: async (asked: Parameters<typeof w.reader.evidence>[0]) => ({
        ...(await w.reader.evidence(asked)),
        ...found,
      }),
      walkTablets: async () => ({ ...(await w.reader.walkTablets()), ...found }),
    };
    const open = await journal.open('analytics');
    if (open === undefined) throw new Error('not open');
    const { operation } = await carryOut({ ...w, reader }, open, { journal });
    expect(operation.state).toMatch(/^(cancelled|failed)$/);
    expect(operation.reason).toBe(reason);
    expect(statements(w).filter((text) => text.startsWith('decommission'))).toEqual([]);
    expectServing(w);
  });

  it('between two backends when the proof for the second fails', async () => {
    const w = world({ backends: 4 });
    const { operation } = await carryOut(w, removal(w, ['10.0.0.4:9050', '10.0.0.3:9050']));
    expect(operation).toMatchObject({
      state: 'cancelled',
      reason:
        'storage backends on 2 hosts would be left, 3 are needed: Doris keeps 3 replicas of its own tables (__internal_schema) and never lowers them (look: SHOW PARTITIONS FROM __internal_schema.column_statistics); 1 of 2 removed',
    });
    expect(w.backends()).toHaveLength(3);
  });
});

describe('a drain that stands still', { timeout: 60_000 }, () => {
  const always = { windows: { always: true, allow: [] } } as const;

  function stuck(): World {
    const w = world();
    w.knobs.stuckTablets = 40;
    w.knobs.errors = ['[INTERNAL_ERROR]failed to download file'];
    return w;
  }

  it('asks, names the cause and what to do, and is cancelled at the deadline', async () => {
    const w = stuck();
    const ended = await carryOut(w, { ...removal(w), deadlineMs: 3 * HOUR_MS }, { policy: testPolicy(always) });
    expect(ended.operation.state).toBe('cancelled');
    expect(ended.operation.reason).toContain('clones fail: tablet 20001 of shop.events');
    const stalls = ended.notices.filter((notice) => notice.event === 'operation-stalled');
    expect(stalls).toHaveLength(1);
    expect(stalls[0]?.title).toBe(`remove-backend ${VICTIM} stands still: 40 tablets for 30 min`);
    expect(stalls[0]?.lines.join('\n')).toMatch(
      /why .*clones fail[\s\S]*onStall: ask[\s\S]*doris-autoscaler cancel[\s\S]*look .*history_tablets/,
    );
    expectServing(w);
  });

  it('names the tables that are left, and waits for the recycle bin rather than to give up what it ends by itself', async () => {
    const w = world();
    w.knobs.stuckTablets = 40;
    w.knobs.recycled = 12;
    w.knobs.tables = ['shop.events', 'shop.users', 'shop.carts', 'shop.notes', 'shop.tags'];
    const policy = testPolicy({ ...always, operations: { onStall: 'cancel' } });
    const ended = await carryOut(w, { ...removal(w), deadlineMs: 3 * HOUR_MS }, { policy });
    expect(ended.operation.reason).toBe(
      'not done within 3 h 00 min (operations.deadline): what is left belongs to dropped tables: 12 of its 40 tablets belong to no table; the recycle bin holds old; gone Mon 03:00 (in 1 h 00 min); left on it: shop.events, shop.users, shop.carts and 2 more tables',
    );
    const stalls = ended.notices.filter((notice) => notice.event === 'operation-stalled');
    expect(stalls.map(({ lines }) => lines[1])).toEqual([
      'now    waiting (onStall: cancel does not help here), cancelled on Mon 04:30 (in 2 h 30 min) at the latest',
    ]);
  });

  it('is cancelled at once with onStall: cancel', async () => {
    const w = stuck();
    const policy = testPolicy({ ...always, operations: { onStall: 'cancel' } });
    const { operation } = await carryOut(w, removal(w), { policy });
    expect(operation.reason).toContain('stood still at 40 tablets for 30 min: clones fail: ');
    expect(w.clock.now() - START).toBeLessThan(HOUR_MS);
  });

  it('goes on slower with onStall: throttle, at full speed again once tablets move', async () => {
    const w = stuck();
    const policy = testPolicy({ ...always, operations: { onStall: 'throttle' } });
    const { operation, notices } = await carryOut(w, removal(w), {
      policy,
      needAgain: () => {
        if (w.clock.now() - START > HOUR_MS) w.knobs.stuckTablets = 0;
        return undefined;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(notices.filter((notice) => notice.event === 'operation-stalled')).toHaveLength(1);
    expect(statements(w).filter((text) => text.startsWith(HDD))).toEqual([
      `${HDD} = 8`,
      `${HDD} = 2`,
      `${HDD} = 8`,
      `${HDD} = 4`,
    ]);
  });

  it('is not taken for a stall while tablets fall slowly', async () => {
    const w = slow(30);
    w.knobs.tabletsPerSecond = 0.004;
    const { operation, notices } = await carryOut(w, removal(w), {
      policy: testPolicy({ ...always, operations: { stallAfterMs: 600_000 } }),
    });
    expect(operation.state).toBe('succeeded');
    expect(notices.map((notice) => notice.event)).toEqual(['operation-succeeded']);
  });
});
