import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import type { ClusterPolicy } from '../../../../src/domain/policy.ts';
import { backends, DAY, GIB, HOUR, input, MINUTE, NOW, windowsPolicy } from '../../../support/decision-input.ts';

const TIB = 1024 * GIB;
const RATE = 20 * 1024 ** 2;

/** Every backend holds as much, on disks large enough. */
const holding = (bytes: number) =>
  backends(6, { dataUsedBytes: bytes, totalBytes: 100 * TIB, availableBytes: 95 * TIB });

function verdict(given: Parameters<typeof input>[0]) {
  const [group] = decide(input(given)).groups;
  const guard = group?.guards.find((each) => each.code === 'window-too-short');
  if (group === undefined || guard === undefined) throw new Error('no verdict');
  return { ...guard, action: group.action };
}

const throttled = (slots: number): Partial<ClusterPolicy> => ({
  migration: {
    inWindow: { schedule_slot_num_per_hdd_path: 8 },
    outside: { schedule_slot_num_per_hdd_path: slots },
    assumedRateBytesPerSecond: RATE,
  },
});
const cancel: Partial<ClusterPolicy> = { windows: windowsPolicy({ onClose: 'cancel' }) };

describe('a removal with onClose: cancel must fit whole', () => {
  // 2 h 50 min of the window are usable at NOW; 1 h 52 min with safety 1.5 and 2 min of undo are 2 h 50 min.
  it.each([
    { says: 'it just fits', bytes: 112 * 60 * RATE, holds: false },
    { says: 'a minute more does not', bytes: 113 * 60 * RATE, holds: true },
  ])('$says', ({ bytes, holds }) => {
    expect(verdict({ members: holding(bytes), policy: cancel }).verdict).toBe(holds ? 'hold' : 'pass');
  });
});

describe('a removal with finish or throttle may take several windows', () => {
  it('4 TiB are admitted over several nights, and the record says when they are taken out', () => {
    const found = verdict({
      members: holding(4 * TIB),
      policy: { ...throttled(2), operations: { ...input({}).policy.operations, deadlineMs: 10 * DAY } },
    });
    expect(found).toMatchObject({ verdict: 'pass', action: 'scale-in' });
    expect(found.detail).toMatch(/over \d+ windows, taken out [\d-]+ 01:00/);
  });

  it.each([
    { says: 'what the windows and the time between carry fits', parts: throttled(4), hours: 26, holds: false },
    { says: 'at half the speed outside it does not', parts: throttled(2), hours: 26, holds: true },
    {
      says: 'with finish the speed outside is that inside',
      parts: { ...throttled(2), windows: windowsPolicy({ onClose: 'finish' }) },
      hours: 26,
      holds: false,
    },
    { says: 'untouched speeds are the same inside and outside', parts: {}, hours: 47, holds: false },
    { says: 'the deadline bounds it', parts: {}, hours: 49, holds: true },
  ])('$says', ({ parts, hours, holds }) => {
    // 3 days hold about 11 h of usable windows; hours are before safety 1.5.
    const found = verdict({ members: holding(hours * 3600 * RATE), policy: parts });
    expect(found.verdict).toBe(holds ? 'hold' : 'pass');
  });

  it('one that ends at night is taken out in this window', () => {
    expect(verdict({ members: holding(3600 * RATE) }).detail).toMatch(/in this window, taken out Tue 03:30/);
  });
});

describe('the estimate', () => {
  it.each([
    { says: 'comes from past removals', given: { groupMemory: { removeDurationMs: HOUR }, memory: {} }, ms: HOUR },
    { says: 'else from the measured rate', given: { memory: { migrationRateBytesPerSecond: 2 * RATE } }, ms: HOUR },
    { says: 'else from the assumed rate', given: {}, ms: 2 * HOUR },
  ])('$says', ({ given, ms }) => {
    const [group] = decide(input({ members: holding(7200 * RATE), ...given })).groups;
    expect(group?.victims[0]?.estimatedMs).toBeCloseTo(ms);
  });
});

describe('an addition is admitted when its steps up to the capacity fit', () => {
  it.each([
    { says: '10 min with safety 1.5 fit into 20 min', leftMs: 30 * MINUTE, holds: false },
    { says: 'they do not fit into 14 min', leftMs: 24 * MINUTE, holds: true },
  ])('$says', ({ leftMs, holds }) => {
    const at = NOW + 3 * HOUR - leftMs;
    expect(verdict({ at, need: 8.2 }).verdict).toBe(holds ? 'hold' : 'pass');
  });

  it('growth that needs no window does not end with one', () => {
    const at = NOW + 3 * HOUR - 5 * MINUTE;
    expect(verdict({ at, need: 8.2 }).action).toBe('hold');
    expect(verdict({ at, need: 8.2, policy: { windows: windowsPolicy({ scaleOut: 'anytime' }) } }).action).toBe(
      'scale-out',
    );
  });

  it('a measured duration counts', () => {
    expect(verdict({ need: 8.2, groupMemory: { addDurationMs: 2 * HOUR } }).verdict).toBe('hold');
  });

  it('a hold lets go when the next window opens', () => {
    expect(verdict({ need: 8.2, groupMemory: { addDurationMs: 2 * HOUR } }).until).toBe(NOW + 23 * HOUR);
  });
});

describe('a drain that ends after the last window', () => {
  it('is not begun: nobody could take the backend out', () => {
    const only = { form: 'weekly' as const, name: 'last', days: [2 as const], startMinute: 60, endMinute: 300 };
    const windows = windowsPolicy({ allow: [{ ...only, until: '2026-03-10' }] });
    const long = holding(200 * 60 * RATE);
    expect(verdict({ members: long, policy: { windows } })).toMatchObject({ verdict: 'hold' });
    expect(verdict({ members: long, policy: { windows: windowsPolicy({ allow: [only] }) } }).verdict).toBe('pass');
    expect(verdict({ members: holding(10 * 60 * RATE), policy: { windows } }).verdict).toBe('pass');
  });
});
