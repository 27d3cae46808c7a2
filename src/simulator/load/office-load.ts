import type { Load } from './trace-load.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SLOT_MS = 300_000;
/** Share of the peak at each full hour of a working day: asleep at night, a dip at lunch, batch jobs in the evening. */
const WORKING_DAY = [
  0.22, 0.18, 0.16, 0.15, 0.16, 0.2, 0.3, 0.48, 0.72, 0.92, 1, 0.94, 0.74, 0.86, 0.95, 0.96, 0.88, 0.76, 0.62, 0.56,
  0.52, 0.46, 0.38, 0.28,
] as const;
const WEEKEND_SHARE = 0.45;
const NOISE = 0.04;

/**
 * A load with the rhythm of an office: the highest on working days at ten, hardly any at night, less than half at weekends,
 * and a little chance in every five minutes that depends on the seed and the instant only.
 */
export function officeLoad(options: {
  /** Highest demand, in backends that would be wholly busy. */
  readonly peak: number;
  readonly seed: number;
  /** What the clocks of the office are ahead of UTC. */
  readonly utcOffsetMs?: number;
}): Load {
  const { peak, seed, utcOffsetMs = 0 } = options;
  const scale = peak / (1 + NOISE);
  return (atMs) => {
    const localMs = atMs + utcOffsetMs;
    const hour = modulo(localMs, DAY_MS) / HOUR_MS;
    const before = WORKING_DAY[Math.floor(hour)] ?? 0;
    const after = WORKING_DAY[(Math.floor(hour) + 1) % WORKING_DAY.length] ?? 0;
    const share = before + (after - before) * (hour % 1);
    const noise = 1 + NOISE * (2 * chance(seed, Math.floor(atMs / SLOT_MS)) - 1);
    return scale * share * (isWeekend(localMs) ? WEEKEND_SHARE : 1) * noise;
  };
}

/** 1970-01-01 was a Thursday. */
function isWeekend(localMs: number): boolean {
  const day = modulo(Math.floor(localMs / DAY_MS) + 4, 7);
  return day === 0 || day === 6;
}

/** From 0 to 1, the same for the same pair. */
function chance(seed: number, slot: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(slot, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 0xffff_ffff;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
