import { describe, expect, it } from 'vitest';
import { carryOut, testOperation, when } from './support/carry-out.ts';
import { blinded, killedOnce, recordOf, setClock, verbsOf } from './support/interrupted.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { CodedTestError, world } from './support/world.ts';
import type { World } from './support/world.ts';

const VICTIM = '10.0.0.5:9050';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('time in which no process saw to an operation counts for no deadline', { timeout: 60_000 }, () => {
  it.each([
    { kind: 'add-backend', step: '0.alive', count: 1, minutes: 15 },
    { kind: 'add-follower', step: '0.join', count: 2, minutes: 20 },
  ] as const)('$kind: what came alive meanwhile is kept', async ({ kind, step, count, minutes }) => {
    const w = world();
    const { journal, arm } = killedOnce(w, minutes * MINUTE);
    const { operation } = await carryOut(w, testOperation(w, kind, { count }), {
      journal,
      onChange: when(step, 'intent', arm),
    });
    expect(operation.state).toBe('succeeded');
  });

  it.each([1, 20])('remove-backend: a stop is asked for again after %i min', async (minutes) => {
    const w = world();
    const { journal, arm } = killedOnce(w, minutes * MINUTE);
    const { operation } = await carryOut(w, testOperation(w, 'remove-backend', { nodes: [VICTIM] }), {
      journal,
      onChange: when('0.stop', 'intent', arm),
    });
    expect(operation.state).toBe('succeeded');
    expect(verbsOf(w).at(-1)).toBe('release 10.0.0.5');
  });

  it('remove-backend: a stop is asked for again after 20 min in which the cluster could not be read', async () => {
    const w = world();
    let readableFrom = 0;
    const seen = blinded(w, () => w.clock.now() < readableFrom);
    const provisioner: World['provisioner'] = {
      ...w.provisioner,
      async stop(...args) {
        await w.provisioner.stop(...args);
        if (readableFrom > 0) return;
        readableFrom = w.clock.now() + 20 * MINUTE;
        throw new CodedTestError('provisioner-timeout', 'no answer within 10 min');
      },
    };
    const { operation } = await carryOut(
      { ...seen, provisioner },
      testOperation(w, 'remove-backend', { nodes: [VICTIM] }),
    );
    expect(verbsOf(w).slice(-3)).toEqual(['stop 10.0.0.5', 'stop 10.0.0.5', 'release 10.0.0.5']);
    expect(operation.state).toBe('succeeded');
  });

  it('an addition that is taken back: its stop is asked for again', async () => {
    const w = world();
    w.knobs.startsProcesses = false;
    w.probe.open = async () => true;
    const { journal, arm } = killedOnce(w, 20 * MINUTE);
    const cancel = when('0.register', 'done', () => {
      journal.requestCancel('not now', w.clock.now());
    });
    const strike = when('0.undo-stop', 'intent', arm);
    await carryOut(w, testOperation(w, 'add-backend'), {
      journal,
      onChange(now) {
        cancel(now);
        strike(now);
      },
    });
    expect(verbsOf(w).at(-1)).toBe('release 10.0.1.1');
  });
});

describe('an observer that someone dropped while it was added', { timeout: 60_000 }, () => {
  it.each(['nothing', 'a kill', 'one look that fails'] as const)('is no success after %s', async (hit) => {
    const w = world();
    let unread = false;
    let blind = false;
    const { journal, arm } = killedOnce(w);
    const pausedRoutineLoads = async (): Promise<number> => {
      if (unread) throw new Error('metrics do not answer');
      return 0;
    };
    const seen = blinded({ ...w, reader: { ...w.reader, pausedRoutineLoads } }, () => {
      const is = blind;
      blind = false;
      return is;
    });
    let isTurned = false;
    const { operation } = await carryOut(seen, testOperation(w, 'add-observer'), {
      journal,
      onChange(now) {
        if (!isTurned && recordOf(now, '0.same-master')?.state === 'done') unread = true;
        if (recordOf(now, '0.routine-loads')?.state === 'intent') w.remove('10.0.1.1:9010');
        if (isTurned || recordOf(now, '0.undo-register') === undefined) return;
        isTurned = true;
        unread = false;
        if (hit === 'a kill') arm();
        if (hit === 'one look that fails') blind = true;
      },
    });
    expect(operation.state).toBe('cancelled');
    expect(verbsOf(w)).toContain('release 10.0.1.1');
  });
});

describe('a clock that is set back', { timeout: 60_000 }, () => {
  it('while a new backend is watched: it is added all the same', async () => {
    const w = world();
    let offsetMs = 0;
    const { operation } = await carryOut(
      setClock(w, () => offsetMs),
      testOperation(w, 'add-backend'),
      {
        policy: testPolicy({ windows: { always: true } }),
        onChange(now) {
          if (typeof recordOf(now, '0.alive')?.data['aliveSinceAt'] === 'number') offsetMs = -HOUR;
        },
      },
    );
    expect(operation.state).toBe('succeeded');
  });

  it('between two ways back: queries are let in again all the same', async () => {
    const w = world();
    w.knobs.runningTasks = 2;
    let offsetMs = 0;
    let ways = 0;
    let marked = '';
    const journal = memoryJournal();
    await carryOut(
      setClock(w, () => offsetMs),
      testOperation(w, 'remove-backend', { nodes: [VICTIM] }),
      {
        journal,
        policy: testPolicy({ windows: { always: true } }),
        onChange(now) {
          if (ways === 1 && recordOf(now, '0.disable-query')?.state === 'done') offsetMs = -2 * HOUR;
          const back = recordOf(now, '0.back');
          const mark = `${String(back?.attempts)} ${back?.state ?? ''}`;
          if (mark === marked) return;
          marked = mark;
          if (back?.state === 'done') ways += 1;
          if (back?.state === 'done' && ways === 2) journal.requestCancel('enough', w.clock.now() + offsetMs);
        },
        maxMs: 48 * HOUR,
      },
    );
    const row = w.backends().find(({ address }) => address === VICTIM);
    expect(row).toMatchObject({ queryDisabled: false, loadDisabled: false });
  });
});
