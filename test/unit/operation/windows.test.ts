import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/domain/operation.ts';
import type { WindowsPolicy } from '../../../src/domain/window.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { blinded } from './support/interrupted.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { DROP_FLAG, START, world } from './support/world.ts';
import type { World } from './support/world.ts';
import { aNumber, containing } from './support/expected.ts';

const VICTIM = '10.0.0.5:9050';
const HOUR_MS = 3_600_000;
const CLOSES = START + 3.5 * HOUR_MS;
const REOPENS = START + 23.5 * HOUR_MS;
const HDD = 'schedule_slot_num_per_hdd_path';

function removal(w: World): Operation {
  return testOperation(w, 'remove-backend', { nodes: [VICTIM] });
}

/** Needs about six hours: the window closes after three and a half. */
function overTheEnd(): World {
  const w = world({ tablets: 1080 });
  w.knobs.tabletsPerSecond = 0.05;
  return w;
}

/** What was sent while no window was open. */
function sentOutside(w: World): readonly string[] {
  const all = statements(w);
  return all.filter((_, index) => w.sent[index]?.windowOpen === false);
}

describe('a window closes while a backend drains', { timeout: 60_000 }, () => {
  it('throttle: it goes on slower, waits drained and serving, and is taken out in the next window', async () => {
    const w = overTheEnd();
    const states: string[] = [];
    const { operation } = await carryOut(w, removal(w), {
      onChange: (each) => {
        if (states.at(-1) !== each.state) states.push(each.state);
        const row = w.backends().find((backend) => backend.address === VICTIM);
        if (each.state === 'paused') expect(row).toMatchObject({ tablets: 0, queryDisabled: false, alive: true });
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(states).toEqual(['pending', 'running', 'paused', 'running', 'succeeded']);
    expect(sentOutside(w)).toEqual([`${HDD} = 2`, 'schedule_slot_num_per_ssd_path = 4']);
    expect(operation.endedAt).toBeGreaterThanOrEqual(REOPENS);
    expect(operation.endedAt).toBeLessThan(REOPENS + 120_000);
    const waitedMs = REOPENS - (operation.steps.find((step) => step.key === '0.drain')?.endedAt ?? 0);
    expect(Math.abs(operation.waitedForWindowMs - waitedMs)).toBeLessThan(60_000);
    expect(w.configs[HDD]).toBe('4');
  });

  it('the wait for the next window is one, however often a look fails meanwhile', async () => {
    const w = overTheEnd();
    const journal = memoryJournal();
    const writeStep = journal.writeStep.bind(journal);
    const noted: string[] = [];
    journal.writeStep = async (id, step) => {
      if (step.key === 'all.window') noted.push(step.detail);
      await writeStep(id, step);
    };
    let looks = 0;
    const everyOther = blinded(w, () => {
      looks += 1;
      return w.clock.now() < REOPENS && looks % 2 === 0;
    });
    await carryOut(everyOther, removal(w), { journal });
    expect(noted).toEqual(['waits for the next window', 'a window is open']);
  });

  it.each([
    [
      'while another backend is dead',
      (w: World) => {
        w.change('10.0.0.1:9050', { alive: false, heartbeatFailures: 3 });
        w.running.delete('10.0.0.1');
      },
    ],
    [
      'while something else than our drain misses replicas',
      (w: World) => {
        w.knobs.repairs = 3;
      },
    ],
    [
      'while the queues cannot be read',
      (w: World) => {
        w.knobs.queuesFail = true;
      },
    ],
  ])('throttle: not below the found value %s', async (_name, trouble) => {
    const w = overTheEnd();
    await carryOut(w, removal(w), {
      onChange: when('0.drain', 'intent', () => {
        trouble(w);
      }),
    });
    expect(sentOutside(w)).toEqual([`${HDD} = 4`, 'schedule_slot_num_per_ssd_path = 8']);
  });

  it('the deadline does not run while the drained backend waits, also over a restart', async () => {
    const w = overTheEnd();
    const journal = memoryJournal();
    const stop = new AbortController();
    await carryOut(
      w,
      { ...removal(w), deadlineMs: 8 * HOUR_MS },
      {
        journal,
        signal: stop.signal,
        onChange: (each) => {
          if (each.state === 'paused') stop.abort(new Error('stopping'));
        },
      },
    );
    const open = await journal.open('analytics');
    if (open === undefined) throw new Error('not open');
    expect(open.state).toBe('paused');
    w.advance(REOPENS + 60_000 - w.clock.now());
    const { operation } = await carryOut(w, open, { journal });
    expect(operation.state).toBe('succeeded');
    expect(operation.waitedForWindowMs).toBeGreaterThan(15 * HOUR_MS);
  });

  it('finish: it goes on at the speed of the window', async () => {
    const w = overTheEnd();
    const { operation } = await carryOut(w, removal(w), { policy: testPolicy({ windows: { onClose: 'finish' } }) });
    expect(operation.state).toBe('succeeded');
    expect(sentOutside(w)).toEqual([]);
  });

  it('cancel: it is taken back, outside the window by nothing but what may be sent there', async () => {
    const w = overTheEnd();
    const { operation } = await carryOut(w, removal(w), { policy: testPolicy({ windows: { onClose: 'cancel' } }) });
    expect(operation).toMatchObject({ state: 'cancelled', reason: 'the window closed (onClose: cancel)' });
    expect(sentOutside(w).filter((text) => !text.includes('='))).toEqual([
      `cancel-decommission ${VICTIM}`,
      `disable-load ${VICTIM} false`,
    ]);
    expect(sentOutside(w).at(-1)).toBe(`${DROP_FLAG} = true`);
  });

  it('cancel: also with most of it moved, since the policy wants nothing to move outside a window', async () => {
    const w = overTheEnd();
    w.knobs.tabletsPerSecond = 0.081;
    const { operation } = await carryOut(w, removal(w), { policy: testPolicy({ windows: { onClose: 'cancel' } }) });
    expect(operation).toMatchObject({ state: 'cancelled', progress: { ratio: aNumber() } });
    expect(operation.progress?.ratio).toBeGreaterThan(0.9);
    expect(sentOutside(w)).toContain(`cancel-decommission ${VICTIM}`);
  });

  it('cancel: one that is drained already waits for the next window', async () => {
    const w = overTheEnd();
    w.knobs.tabletsPerSecond = 1080 / ((CLOSES - START - 300_000) / 1000);
    const { operation } = await carryOut(w, removal(w), { policy: testPolicy({ windows: { onClose: 'cancel' } }) });
    expect(operation.state).toBe('succeeded');
    expect(operation.endedAt).toBeGreaterThanOrEqual(REOPENS);
    expect(sentOutside(w).filter((text) => !text.startsWith('schedule_'))).toEqual([]);
  });
});

describe('the way out of a drained backend', { timeout: 60_000 }, () => {
  it('is retraced when its queries do not end, and taken again in the next window', async () => {
    const w = world();
    w.knobs.runningTasks = 2;
    const { operation } = await carryOut(w, removal(w), {
      onChange: () => {
        if (w.clock.now() > CLOSES) w.knobs.runningTasks = 0;
      },
    });
    expect(operation.state).toBe('succeeded');
    const toggles = statements(w).filter((text) => text.startsWith('disable-query'));
    expect(toggles).toEqual([
      `disable-query ${VICTIM} true`,
      `disable-query ${VICTIM} false`,
      `disable-query ${VICTIM} true`,
    ]);
    const back = w.sent.find(({ change }) => change.kind === 'disable-query' && !change.disabled);
    expect(back?.at).toBeGreaterThan(START + 900_000);
    expect(back?.at).toBeLessThan(START + 1_000_000);
    expect(operation.endedAt).toBeGreaterThanOrEqual(REOPENS);
  });

  it('waits for two heartbeats after disable_query: what runs on it is told with them', async () => {
    const w = world();
    const { operation } = await carryOut(w, removal(w));
    const record = (key: string) => operation.steps.find((each) => each.key === `0.${key}`);
    const disabledAt = record('disable-query')?.endedAt ?? Infinity;
    expect(record('quiet')?.endedAt).toBeGreaterThanOrEqual(disabledAt + 20_000);
    expect(record('quiet')?.endedAt).toBeLessThan(disabledAt + 30_000);
  });

  it('a time for queries that is shorter than that is waited for by half', async () => {
    const w = world();
    const policy = testPolicy({ operations: { drainQueriesMs: 10_000 } });
    const { operation } = await carryOut(w, removal(w), { policy });
    expect(operation.state).toBe('succeeded');
    expect(operation.steps.find(({ key }) => key === '0.quiet')?.attempts).toBe(1);
  });

  it('without a figure per backend waits for queries older than disable_query', async () => {
    const w = world();
    w.knobs.runningTasks = 'unknown';
    w.knobs.olderQueries = 1;
    const { operation } = await carryOut(w, removal(w), {
      onChange: () => {
        if (w.clock.now() > START + 300_000) w.knobs.olderQueries = 0;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect((operation.endedAt ?? 0) - START).toBeGreaterThan(300_000);
  });

  it('sets the drop flag back to false when the window closes before the FE dropped it', async () => {
    const w = overTheEnd();
    // Empty 15 min before the end: after that the guard would keep it, and the FE has 30 min to drop it.
    w.knobs.tabletsPerSecond = 1080 / ((CLOSES - START - 900_000) / 1000);
    w.knobs.recycled = -1;
    const { operation } = await carryOut(w, removal(w), {
      onChange: () => {
        if (w.clock.now() > REOPENS) w.knobs.recycled = 0;
      },
    });
    expect(operation.state).toBe('succeeded');
    const flags = w.sent.filter(({ change }) => change.kind === 'set-config' && change.key === DROP_FLAG);
    expect(flags.map(({ change }) => 'value' in change && change.value)).toEqual(['false', 'true', 'false', 'true']);
    for (const { change, windowOpen } of flags)
      if ('value' in change && change.value === 'true') expect(windowOpen).toBe(true);
  });

  it('does not begin within the guard before the end of a window', async () => {
    const w = overTheEnd();
    w.knobs.tabletsPerSecond = 1080 / ((CLOSES - START - 300_000) / 1000);
    const { operation } = await carryOut(w, removal(w));
    expect(operation.state).toBe('succeeded');
    expect(w.sent.find(({ change }) => change.kind === 'disable-query')?.at).toBeGreaterThanOrEqual(REOPENS);
  });
});

describe('an operation that meets a closed window', { timeout: 60_000 }, () => {
  const shut: Partial<WindowsPolicy> = {
    allow: [{ form: 'weekly', name: 'sunday', days: [7], startMinute: 0, endMinute: 60 }],
  };

  it.each([
    ['remove-backend', { nodes: [VICTIM] }],
    ['remove-observer', { nodes: ['ob1:9010'] }],
    ['add-backend', { count: 2 }],
    ['add-observer', { count: 1 }],
  ] as const)('%s sends nothing and ends as cancelled', async (kind, options) => {
    const w = world({ observers: 1 });
    const { operation } = await carryOut(w, testOperation(w, kind, options), { policy: testPolicy({ windows: shut }) });
    expect(operation).toMatchObject({
      state: 'cancelled',
      reason: containing('the window closed before'),
    });
    expect(statements(w)).toEqual([]);
    expect(w.verbs).toEqual([]);
  });

  it('adds at any time with scaleOut: anytime', async () => {
    const w = world();
    const policy = testPolicy({ windows: { ...shut, scaleOut: 'anytime' } });
    const { operation } = await carryOut(w, testOperation(w, 'add-backend', { count: 1 }), { policy });
    expect(operation.state).toBe('succeeded');
  });

  it('adds at any time when an emergency admitted it, and removes never so', async () => {
    const w = world();
    const admission = {
      key: 'all.admission',
      state: 'done',
      attempts: 1,
      startedAt: START,
      endedAt: START,
      detail: '',
      data: { window: 'emergency' },
    } as const;
    const policy = testPolicy({ windows: shut });
    const add = { ...testOperation(w, 'add-backend', { count: 1 }), steps: [admission] };
    expect((await carryOut(w, add, { policy })).operation.state).toBe('succeeded');
    const remove = { ...removal(w), id: '01JTEST0000000000000000001', steps: [admission] };
    expect((await carryOut(w, remove, { policy })).operation.state).toBe('cancelled');
  });
});

describe('adds when the window closes', { timeout: 60_000 }, () => {
  it('undoes what is not registered yet: the process is stopped and the host given back', async () => {
    const w = world();
    w.knobs.startsProcesses = false;
    w.clock.sleep(CLOSES - START - 60_000).catch(() => undefined);
    await Promise.resolve();
    await Promise.resolve();
    const operation = { ...testOperation(w, 'add-backend', { count: 2 }), createdAt: w.clock.now() };
    const ended = await carryOut(w, operation);
    expect(ended.operation).toMatchObject({ state: 'cancelled' });
    expect(
      w.verbs
        .map(({ verb, host }) => `${verb} ${host}`)
        .slice(-4)
        .toSorted(),
    ).toEqual(['release 10.0.1.1', 'release 10.0.1.2', 'stop 10.0.1.1', 'stop 10.0.1.2']);
    expect(statements(w).filter((text) => text.startsWith('add-'))).toEqual([]);
  });

  it('does not undo an ADD whose reply was lost: it was sent, so it is brought to its end', async () => {
    const w = world();
    await w.clock.sleep(CLOSES - START - 9_000);
    let lost = false;
    const rows = () => w.backends().some((each) => each.address === '10.0.1.1:9050');
    const topology = async () => {
      const seen = await w.reader.topology();
      // Without a write majority the row shows late.
      const late = lost && w.clock.now() < CLOSES + 4_000;
      return late ? { ...seen, backends: seen.backends.filter((each) => each.address !== '10.0.1.1:9050') } : seen;
    };
    w.knobs.onApply = (change) => {
      if (change.kind !== 'add-backend') return 'ok';
      lost = true;
      return 'lost-after';
    };
    const operation = { ...testOperation(w, 'add-backend', { count: 1 }), createdAt: w.clock.now() };
    const ended = await carryOut({ ...w, reader: { ...w.reader, topology } }, operation);
    expect(ended.operation).toMatchObject({ state: 'succeeded' });
    expect(rows()).toBe(true);
    expect(statements(w).filter((text) => text.startsWith('add-'))).toHaveLength(1);
  });

  it('brings to its end what was registered', async () => {
    const w = world();
    await w.clock.sleep(CLOSES - START - 10_000);
    const operation = { ...testOperation(w, 'add-backend', { count: 2 }), createdAt: w.clock.now() };
    const ended = await carryOut(w, operation);
    expect(ended.operation).toMatchObject({ state: 'succeeded' });
    expect(ended.operation.endedAt).toBeGreaterThan(CLOSES);
  });
});
