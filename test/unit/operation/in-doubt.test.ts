import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/domain/operation.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { blinded, killedOnce, late, recordOf, verbsOf } from './support/interrupted.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { CodedTestError, START, world } from './support/world.ts';
import type { World } from './support/world.ts';

const VICTIM = '10.0.0.5:9050';
const MINUTE = 60_000;
/** 05:00, the end of the night's window. */
const CLOSES = START + 210 * MINUTE;
const FROM_OB2 = ['stop ob2', 'reset ob2', 'release ob2'];

/** The process of an addition never comes alive; that of a backend answers at its port all the same. */
function neverAlive(kind: Operation['kind']): World {
  const w = world();
  w.knobs.startsProcesses = false;
  if (kind === 'add-backend') w.probe.open = async () => true;
  return w;
}

function removesOb2(w: World): Operation {
  return testOperation(w, 'remove-observer', { nodes: ['ob2:9010'] });
}

describe('the host of an addition that was taken out again', { timeout: 60_000 }, () => {
  it.each([
    { kind: 'add-backend', hit: 'a kill' },
    { kind: 'add-observer', hit: 'a kill' },
    { kind: 'add-backend', hit: 'one look that fails' },
    { kind: 'add-observer', hit: 'one look that fails' },
  ] as const)('is stopped and given back after $hit right behind it ($kind)', async ({ kind, hit }) => {
    const w = neverAlive(kind);
    const { journal, arm } = killedOnce(w);
    let blind = false;
    const seen = blinded(w, () => {
      const is = blind;
      blind = false;
      return is;
    });
    const cancel = when('0.register', 'done', () => {
      journal.requestCancel('not now', w.clock.now());
    });
    const strike = when('0.undo-register', 'done', () => {
      if (hit === 'a kill') arm();
      else blind = true;
    });
    await carryOut(seen, testOperation(w, kind), {
      journal,
      onChange(now) {
        cancel(now);
        strike(now);
      },
    });
    expect(verbsOf(w).slice(-2)).toEqual(['stop 10.0.1.1', 'release 10.0.1.1']);
  });

  it('is given back when a second question had reserved it and its answer was lost', async () => {
    const w = world();
    const hosts = w.knobs.freeHosts;
    w.knobs.freeHosts = [];
    const { journal, arm } = killedOnce(w);
    let asked = 0;
    const provisioner: World['provisioner'] = {
      ...w.provisioner,
      async acquire(request) {
        asked += 1;
        if (asked === 2) {
          w.knobs.freeHosts = hosts;
          journal.requestCancel('not now', w.clock.now());
          arm();
        }
        return await w.provisioner.acquire(request);
      },
    };
    await carryOut({ ...w, provisioner }, testOperation(w, 'add-backend'), { journal });
    expect(verbsOf(w)).toEqual(expect.arrayContaining(['acquire 10.0.1.1', 'release 10.0.1.1']));
  });
});

describe('a DROP of a frontend that was carried out', { timeout: 60_000 }, () => {
  it.each([
    { says: 'a kill before its answer, and a cancel at the restart', cancel: true, downMs: 1000 },
    { says: 'a kill before its answer, and six minutes without a process', cancel: false, downMs: 6 * MINUTE },
    { says: 'a kill before its answer', cancel: false, downMs: 1000 },
  ])('is brought to its end after $says', async ({ cancel, downMs }) => {
    const w = world({ observers: 2 });
    const { journal, arm } = killedOnce(w, downMs);
    w.knobs.onApply = ({ kind }) => {
      if (kind !== 'drop-frontend') return 'ok';
      if (cancel) journal.requestCancel('not now', w.clock.now());
      arm();
      return 'ok';
    };
    const { operation } = await carryOut(w, removesOb2(w), { journal });
    expect(operation.state).toBe('succeeded');
    expect(verbsOf(w)).toEqual(FROM_OB2);
  });

  it('is brought to its end where a person cancels between the two looks that show it', async () => {
    const w = world({ observers: 2 });
    const journal = memoryJournal();
    w.knobs.onApply = ({ kind }) => {
      if (kind === 'drop-frontend') journal.requestCancel('not now', w.clock.now());
      return 'ok';
    };
    await carryOut(w, removesOb2(w), { journal });
    expect(verbsOf(w)).toEqual(FROM_OB2);
  });

  it('is brought to its end where a person cancels and every other look fails for a minute', async () => {
    const w = world({ observers: 2 });
    const journal = memoryJournal();
    let droppedAt = Infinity;
    w.knobs.onApply = ({ kind }) => {
      if (kind !== 'drop-frontend') return 'ok';
      droppedAt = w.clock.now();
      journal.requestCancel('not now', droppedAt);
      return 'ok';
    };
    let looks = 0;
    const everyOther = blinded(w, () => {
      if (w.clock.now() < droppedAt || w.clock.now() > droppedAt + MINUTE) return false;
      looks += 1;
      return looks % 2 === 1;
    });
    const { operation } = await carryOut(everyOther, removesOb2(w), { journal });
    expect(operation.state).toBe('succeeded');
    expect(verbsOf(w)).toEqual(FROM_OB2);
  });

  it('is brought to its end where the cluster cannot be read for six minutes after it', async () => {
    const w = world({ observers: 2 });
    let blindUntil = 0;
    w.knobs.onApply = ({ kind }) => {
      if (kind === 'drop-frontend') blindUntil = w.clock.now() + 6 * MINUTE;
      return 'ok';
    };
    await carryOut(
      blinded(w, () => w.clock.now() < blindUntil),
      removesOb2(w),
    );
    expect(verbsOf(w)).toEqual(FROM_OB2);
  });

  it('by someone else is not ours where our own was never sent', async () => {
    const w = world({ observers: 2 });
    const journal = memoryJournal();
    const writeStep = journal.writeStep.bind(journal);
    let isClosed = false;
    journal.writeStep = async (id, step) => {
      await writeStep(id, step);
      // The window closes between the intent and the statement.
      if (isClosed || step.key !== '0.drop' || step.state !== 'intent') return;
      isClosed = true;
      w.advance(CLOSES + 1000 - w.clock.now());
    };
    let isGone = false;
    const { operation } = await carryOut(w, removesOb2(w), {
      journal,
      onChange({ state }) {
        if (isGone || state !== 'paused') return;
        isGone = true;
        w.remove('ob2:9010');
      },
    });
    expect(operation.state).toBe('cancelled');
    expect(statements(w)).toEqual([]);
    expect(verbsOf(w)).toEqual([]);
  });
});

describe('a statement that comes to pass after its reply was lost and a person cancelled', { timeout: 60_000 }, () => {
  const cancelled = async (w: World, operation: Operation, step: string, kind: string) => {
    const journal = memoryJournal();
    const { world: slow, settle } = late(w, kind, 5000);
    await carryOut(slow, operation, {
      journal,
      onChange(now) {
        if (recordOf(now, step)?.data['errorCode'] !== undefined && now.cancelRequested === undefined)
          journal.requestCancel('not now', w.clock.now());
      },
    });
    settle();
  };

  it.each([
    { step: '0.decommission', kind: 'decommission-backend' },
    { step: '0.disable-load', kind: 'disable-load' },
  ])('is taken back ($kind)', async ({ step, kind }) => {
    const w = world();
    await cancelled(w, testOperation(w, 'remove-backend', { nodes: [VICTIM] }), step, kind);
    const row = w.backends().find(({ address }) => address === VICTIM);
    expect(row).toMatchObject({ decommissioned: false, loadDisabled: false });
  });

  it.each([
    { added: 'add-backend', kind: 'add-backend' },
    { added: 'add-observer', kind: 'add-frontend' },
  ] as const)('gives back no host that it registers ($kind)', async ({ added, kind }) => {
    const w = world();
    await cancelled(w, testOperation(w, added), '0.register', kind);
    const isThere = [...w.backends(), ...w.frontends()].some(({ host }) => host === '10.0.1.1');
    expect(isThere && verbsOf(w).includes('release 10.0.1.1')).toBe(false);
  });
});

it('an ADD that was repeated is in doubt as the first one was: the closing window waits for it', async () => {
  const w = world();
  const { journal, arm } = killedOnce(w);
  let adds = 0;
  let hiddenUntil = 0;
  w.knobs.onApply = ({ kind }) => {
    if (kind !== 'add-backend') return 'ok';
    adds += 1;
    if (adds === 1) throw new CodedTestError('doris-no-master', 'no frontend is master');
    hiddenUntil = CLOSES + 6000;
    arm();
    return 'ok';
  };
  const topology: World['reader']['topology'] = async () => {
    const seen = await w.reader.topology();
    if (w.clock.now() >= hiddenUntil) return seen;
    return { ...seen, backends: seen.backends.filter(({ host }) => host !== '10.0.1.1') };
  };
  await carryOut({ ...w, reader: { ...w.reader, topology } }, testOperation(w, 'add-backend'), {
    journal,
    onChange: when('0.port', 'done', () => {
      w.advance(CLOSES - 12_000 - w.clock.now());
    }),
  });
  expect(w.backends().map(({ host }) => host)).toContain('10.0.1.1');
  expect(verbsOf(w)).not.toContain('release 10.0.1.1');
});
