import { describe, expect, it } from 'vitest';
import { resolveLocal } from '../../../../src/decision/windows/resolve-local.ts';

const FROM = Temporal.Instant.from('2015-01-01T00:00:00Z');
const UNTIL_MS = Date.parse('2030-01-01T00:00:00Z');
const NEAR_MINUTES = [-181, -120, -61, -60, -59, -31, -30, -29, -15, -1, 0, 1, 15, 29, 30, 31, 59, 60, 61, 120, 181];

describe('every change of offset of 2015-2029 in every zone', () => {
  it('a local time resolves to the earliest instant whose wall clock is at or after it', { timeout: 60_000 }, () => {
    const broken: string[] = [];
    let changes = 0;
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      for (const change of changesOf(zone)) {
        changes += 1;
        for (const wall of wallsAround(zone, change)) if (!holds(zone, wall)) broken.push(`${zone} ${wall.toString()}`);
      }
    }
    expect(broken).toEqual([]);
    expect(changes).toBeGreaterThan(3_000);
  });
});

function* changesOf(zone: string): Generator<number> {
  let at = FROM.toZonedDateTimeISO(zone).getTimeZoneTransition('next');
  while (at !== null && at.epochMilliseconds < UNTIL_MS) {
    yield at.epochMilliseconds;
    at = at.getTimeZoneTransition('next');
  }
}

/** The wall clocks right before and at the change, and those near both. */
function wallsAround(zone: string, change: number): readonly Temporal.PlainDateTime[] {
  const edges = [wallOf(zone, change - 1).round('minute'), wallOf(zone, change)];
  return edges.flatMap((edge) => NEAR_MINUTES.map((minutes) => edge.add({ minutes })));
}

function holds(zone: string, wall: Temporal.PlainDateTime): boolean {
  const resolved = resolveLocal(zone, wall.toPlainDate().toString(), wall.hour * 60 + wall.minute);
  return (
    Temporal.PlainDateTime.compare(wallOf(zone, resolved), wall) >= 0 &&
    Temporal.PlainDateTime.compare(wallOf(zone, resolved - 1_000), wall) < 0
  );
}

function wallOf(zone: string, at: number): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
}
