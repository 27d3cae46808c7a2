import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/domain/operation.ts';
import type { WindowEntry } from '../../../src/domain/window.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { CodedTestError, DROP_FLAG, START, world } from './support/world.ts';
import type { World } from './support/world.ts';
import { containing } from './support/expected.ts';

const VICTIM = '10.0.0.5:9050';
const HDD = 'schedule_slot_num_per_hdd_path';
const SSD = 'schedule_slot_num_per_ssd_path';

/** Two minutes after an operation begins here. */
const closingSoon: WindowEntry = {
  form: 'weekly',
  name: 'short',
  days: [1, 2, 3, 4, 5, 6, 7],
  startMinute: 60,
  endMinute: 92,
};

function removal(w: World): Operation {
  return testOperation(w, 'remove-backend', { nodes: [VICTIM] });
}

function slow(): World {
  const w = world({ tablets: 200 });
  w.knobs.tabletsPerSecond = 1;
  return w;
}

describe('FE settings', { timeout: 60_000 }, () => {
  it('are left alone where the policy names none, but for the drop flag', async () => {
    const w = world();
    await carryOut(w, removal(w), { policy: testPolicy({ migration: { inWindow: undefined, outside: undefined } }) });
    expect(new Set(w.sent.flatMap(({ change }) => (change.kind === 'set-config' ? [change.key] : [])))).toEqual(
      new Set([DROP_FLAG]),
    );
  });

  const everything = {
    inWindow: { schedule_slot_num_per_hdd_path: 8, balance_slot_num_per_path: 4 },
    outside: { schedule_slot_num_per_hdd_path: 2, balance_slot_num_per_path: 1 },
  };
  it.each([
    ['a removal sets what drives a drain', 'remove-backend', [`${HDD} = 8`, `${HDD} = 4`]],
    [
      'an addition sets what drives balancing',
      'add-backend',
      ['balance_slot_num_per_path = 4', 'balance_slot_num_per_path = 1'],
    ],
  ] as const)('of speed: %s', async (_name, kind, expected) => {
    const w = world();
    const { operation } = await carryOut(w, testOperation(w, kind, { nodes: [VICTIM], count: 1 }), {
      policy: testPolicy({ migration: everything }),
    });
    expect(operation.state).toBe('succeeded');
    expect(statements(w).filter((text) => text.includes('_slot_'))).toEqual(expected);
  });

  it.each(['remove-backend', 'add-backend'] as const)(
    'of %s, named only for the time outside windows, stand in one as they were found, at once',
    async (kind) => {
      const w = world();
      const { operation } = await carryOut(w, testOperation(w, kind, { nodes: [VICTIM], count: 1 }), {
        policy: testPolicy({ migration: { inWindow: undefined, outside: everything.outside } }),
      });
      expect(operation.state).toBe('succeeded');
      expect(operation.steps.find(({ key }) => key === '0.speed')).toMatchObject({ state: 'done' });
      expect(statements(w).filter((text) => text.includes('_slot_'))).toEqual([]);
    },
  );

  it('without the drop flag, in a version that lacks it, there is no DECOMMISSION', async () => {
    const w = world();
    delete w.configs[DROP_FLAG];
    const { operation } = await carryOut(w, removal(w));
    expect(operation).toMatchObject({ state: 'failed', reason: containing(`this version has no ${DROP_FLAG}`) });
    expect(statements(w).filter((text) => text.startsWith('decommission'))).toEqual([]);
  });

  it('are set again after a failover, which forgets them', async () => {
    const w = slow();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.drain', 'intent', () => {
        w.failover();
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(statements(w).filter((text) => text === `${HDD} = 8`)).toHaveLength(2);
    expect(statements(w).filter((text) => text === `${DROP_FLAG} = false`)).toHaveLength(2);
    expect(w.configs).toMatchObject({ [DROP_FLAG]: 'true', [HDD]: '4', [SSD]: '8' });
  });

  it('that someone else changed meanwhile stay as he set them', async () => {
    const w = slow();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.drain', 'intent', () => {
        w.configs[HDD] = '12';
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(statements(w).filter((text) => text.startsWith(HDD))).toEqual([`${HDD} = 8`]);
    expect(w.configs).toMatchObject({ [HDD]: '12', [SSD]: '8' });
    const restored = operation.steps.find((step) => step.key === 'all.restore');
    expect(restored?.detail).toContain(`${HDD} was changed by someone else and stays`);
  });

  it('are put back after a kill at any write, also one between a new value written down and its statement', async () => {
    let writes = 1;
    for (let at = 0; at < writes; at += 1) {
      const w = slow();
      w.knobs.tabletsPerSecond = 0.05;
      const journal = memoryJournal((write) => {
        writes = Math.max(writes, write + 1);
        return write === at ? 'after' : 'no';
      });
      // The drain is slowed down when the window closes, and put back in the same minute.
      const { operation } = await carryOut(w, removal(w), {
        journal,
        policy: testPolicy({ windows: { onClose: 'cancel', guardMs: 0, allow: [closingSoon] } }),
      });
      expect(operation).toMatchObject({ state: 'cancelled' });
      expect({ at, ...w.configs }).toMatchObject({ [DROP_FLAG]: 'true', [HDD]: '4', [SSD]: '8' });
      const restored = operation.steps.find((step) => step.key === 'all.restore');
      expect(restored?.detail).not.toContain('someone else');
    }
    expect(writes).toBeGreaterThan(30);
  });

  it('that were wanted as they were found, and that someone else changed meanwhile, stay as he set them', async () => {
    const w = slow();
    const { operation } = await carryOut(w, removal(w), {
      policy: testPolicy({ migration: { inWindow: undefined, outside: { [HDD]: 2 } } }),
      onChange: when('0.drain', 'intent', () => {
        w.configs[HDD] = '3';
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(statements(w).filter((text) => text.startsWith(HDD))).toEqual([]);
    expect(w.configs).toMatchObject({ [HDD]: '3' });
  });

  it('the drop flag is held against everyone while tablets move', async () => {
    const w = slow();
    const { operation } = await carryOut(w, removal(w), {
      onChange: when('0.drain', 'intent', () => {
        w.configs[DROP_FLAG] = 'true';
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(statements(w).filter((text) => text === `${DROP_FLAG} = false`)).toHaveLength(2);
  });

  it('whose key the policy drops meanwhile are put back all the same', async () => {
    const w = slow();
    let dropped = false;
    const without = testPolicy({ migration: { inWindow: { [SSD]: 16 }, outside: undefined } });
    const { operation } = await carryOut(w, removal(w), {
      policy: () => (dropped ? without : testPolicy()),
      onChange: when('0.drain', 'intent', () => {
        dropped = true;
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(w.configs).toMatchObject({ [HDD]: '4', [SSD]: '8', [DROP_FLAG]: 'true' });
  });

  it('the drop flag is not put back by day while someone else drains a backend', async () => {
    const w = slow();
    w.knobs.tabletsPerSecond = 0.01;
    const other = '10.0.0.1:9050';
    const { operation } = await carryOut(w, removal(w), {
      policy: testPolicy({ windows: { onClose: 'cancel' } }),
      onChange: when('0.drain', 'intent', () => {
        w.change(other, { decommissioned: true });
      }),
    });
    expect(operation.state).toBe('cancelled');
    const back = w.sent.filter(({ change }) => change.kind === 'set-config' && change.key === DROP_FLAG).at(-1);
    expect(back).toMatchObject({ change: { value: 'true' }, windowOpen: true });
    expect(w.sent.some(({ change }) => change.kind === 'cancel-decommission' && change.node === other)).toBe(false);
  });

  it('that were found as false for the drop flag are false again at the end', async () => {
    const w = world();
    w.configs[DROP_FLAG] = 'false';
    const { operation } = await carryOut(w, removal(w));
    expect(operation.state).toBe('succeeded');
    expect(w.configs[DROP_FLAG]).toBe('false');
    expect(statements(w)).toContain(`${DROP_FLAG} = true`);
  });

  it.each([
    { found: 'false', theirs: 'true' },
    { found: 'true', theirs: 'true' },
  ])(
    'found as $found for the drop flag, and set to $theirs by someone meanwhile, end as he set it',
    async ({ found, theirs }) => {
      const w = slow();
      w.configs[DROP_FLAG] = found;
      const { operation } = await carryOut(w, removal(w), {
        onChange: when('0.drain', 'intent', () => {
          w.configs[DROP_FLAG] = theirs;
        }),
      });
      expect(operation.state).toBe('succeeded');
      expect(w.configs[DROP_FLAG]).toBe(theirs);
    },
  );

  it('of speed that are refused do not stop the operation', async () => {
    const w = slow();
    w.knobs.onApply = (change) => {
      if (change.kind === 'set-config' && change.key !== DROP_FLAG)
        throw new CodedTestError('doris-access-denied', 'ADMIN is missing');
      return 'ok';
    };
    const { operation } = await carryOut(w, removal(w));
    expect(operation.state).toBe('succeeded');
    expect(operation.steps.find((step) => step.key === '0.speed')).toMatchObject({
      state: 'skipped',
      detail: containing('ADMIN is missing'),
    });
  });

  it('of speed that are refused for a while are tried again, the others meanwhile', async () => {
    const w = world({ backends: 6, tablets: 200 });
    w.knobs.tabletsPerSecond = 1;
    w.knobs.onApply = (change) => {
      if (change.kind === 'set-config' && change.key === HDD && w.clock.now() < START + 150_000)
        throw new CodedTestError('doris-statement-failed', 'not now');
      return 'ok';
    };
    const policy = testPolicy({ migration: { inWindow: { [HDD]: 8, [SSD]: 16 } } });
    const speeds = { first: new Set<string>(), second: new Set<string>() };
    const { operation } = await carryOut(w, testOperation(w, 'remove-backend', { nodes: ['10.0.0.6:9050', VICTIM] }), {
      policy,
      onChange: ({ steps }) => {
        const draining = (index: number) =>
          steps.some(({ key, state }) => key === `${String(index)}.drain` && state === 'intent');
        if (draining(0)) speeds.first.add(w.configs[SSD] ?? '');
        if (draining(1)) speeds.second.add(w.configs[HDD] ?? '');
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(operation.steps.find(({ key }) => key === '0.speed')).toMatchObject({
      state: 'skipped',
      detail: containing(`${HDD} = 8 was refused: not now`),
    });
    expect({ first: [...speeds.first], second: [...speeds.second] }).toEqual({ first: ['16'], second: ['8'] });
    expect(w.configs).toMatchObject({ [HDD]: '4', [SSD]: '8' });
  });

  it('of speed that are refused, and that someone else changes meanwhile, stay as he set them', async () => {
    const w = slow();
    w.knobs.onApply = (change) => {
      if (change.kind === 'set-config' && change.key === HDD) {
        w.configs[HDD] = '12';
        throw new CodedTestError('doris-statement-failed', 'not now');
      }
      return 'ok';
    };
    const { operation } = await carryOut(w, removal(w));
    expect(operation.state).toBe('succeeded');
    expect(statements(w).filter((text) => text.startsWith(HDD))).toEqual([]);
    expect(w.configs[HDD]).toBe('12');
  });

  it('that could not be read when a person cancelled are put back all the same', async () => {
    const w = world();
    const journal = memoryJournal();
    let blindUntil = 0;
    const topology: World['reader']['topology'] = async (...args) => {
      if (w.clock.now() < blindUntil) throw new CodedTestError('doris-no-master', 'no frontend is master');
      return await w.reader.topology(...args);
    };
    const { operation } = await carryOut({ ...w, reader: { ...w.reader, topology } }, removal(w), {
      journal,
      onChange: when('0.speed', 'intent', () => {
        blindUntil = w.clock.now() + 600_000;
        journal.requestCancel('not now', w.clock.now());
      }),
    });
    expect(operation.state).toBe('cancelled');
    expect(w.configs).toMatchObject({ [HDD]: '4', [SSD]: '8', [DROP_FLAG]: 'true' });
  });

  it('of speed are those of the window again after a drain that was slowed down because it stood still', async () => {
    const w = world({ backends: 6 });
    w.knobs.stuckTablets = 3;
    w.knobs.errors = ['[INTERNAL_ERROR]no such file'];
    const speeds = { first: new Set<string>(), second: new Set<string>() };
    const { operation } = await carryOut(w, testOperation(w, 'remove-backend', { nodes: ['10.0.0.6:9050', VICTIM] }), {
      policy: testPolicy({ operations: { onStall: 'throttle', stallAfterMs: 600_000 } }),
      onChange: ({ steps }) => {
        const drain = (index: number) =>
          steps.find(({ key, state }) => key === `${String(index)}.drain` && state === 'intent');
        if (drain(0)?.data['throttled'] === true) {
          speeds.first.add(w.configs[HDD] ?? '');
          // What is left belongs to a table that was dropped.
          w.knobs.recycled = 3;
        }
        if (steps.some(({ key }) => key === '0.release')) w.knobs.stuckTablets = 0;
        if (drain(1) !== undefined) speeds.second.add(w.configs[HDD] ?? '');
      },
    });
    expect(operation.state).toBe('succeeded');
    expect([...speeds.first].at(-1)).toBe('2');
    expect([...speeds.second]).toEqual(['8']);
  });

  it('without a drop flag that holds there is no DECOMMISSION', async () => {
    const w = slow();
    w.knobs.onApply = (change) => {
      if (change.kind === 'set-config' && change.key === DROP_FLAG)
        throw new CodedTestError('doris-access-denied', 'ADMIN is missing');
      return 'ok';
    };
    const { operation } = await carryOut(w, removal(w));
    expect(operation).toMatchObject({ state: 'failed', reason: containing('ADMIN is missing') });
    expect(statements(w).filter((text) => text.startsWith('decommission'))).toEqual([]);
    expect(w.configs).toMatchObject({ [HDD]: '4', [SSD]: '8' });
  });

  it('are tried again until they are back, and that is reported once', async () => {
    const w = slow();
    let refused = 0;
    w.knobs.onApply = (change) => {
      if (change.kind === 'set-config' && change.value === '4' && refused < 30) {
        refused += 1;
        throw new CodedTestError('doris-unreachable', 'connection refused');
      }
      return 'ok';
    };
    const { operation, notices } = await carryOut(w, removal(w));
    expect(operation.state).toBe('succeeded');
    expect(refused).toBe(30);
    expect(w.configs[HDD]).toBe('4');
    expect(notices.filter((notice) => notice.event === 'operation-stuck')).toHaveLength(1);
  });
});
