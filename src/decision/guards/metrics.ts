import type { SignalPolicy } from '../../domain/group-policy.ts';
import type { SignalReading } from '../../domain/signal.ts';
import { loadText, namesText, percentText } from '../explain/text.ts';
import { readingsOf } from '../sizing/witness.ts';
import { formatDuration, formatLocal } from '../windows/local-time.ts';
import type { World } from '../world.ts';
import type { Change } from './change.ts';
import type { Guard, Judgement } from './guard.ts';
import { hold, pass } from './guard.ts';

/** A signal that binds a change, with what was read of it. */
interface Witness {
  readonly signal: SignalPolicy;
  readonly reading: SignalReading | undefined;
}

/**
 * Every signal of the group is a witness for its scale-in, and limits of frontends are for every scale-in of the cluster; for a
 * scale-out only what the missing signal alone could ask for is held.
 */
function witnesses(change: Change, world: World): readonly Witness[] {
  return world.policy.backends.flatMap((group) => {
    const readings = readingsOf(world.observation, group);
    const own = change.backend?.group.group === group.group;
    return group.signals
      .filter(({ name, purpose }) =>
        change.direction === 'out'
          ? own && purpose.kind === 'size'
          : own || (purpose.kind === 'limit' && bindsCluster(name)),
      )
      .map((signal) => ({ signal, reading: readings.find((each) => each.signal === signal.name) }));
  });
}

/** Limits of frontends may stand in any group. */
export function bindsCluster(signal: string): boolean {
  return signal.startsWith('fe_');
}

function exempt(change: Change): Judgement | undefined {
  if (change.direction !== 'out') return undefined;
  if (change.backend === undefined) return pass('frontends are not sized by signals');
  if (change.toFloor) return pass('growth to min or a floor needs no metric');
  return change.backend.witnessed ? pass('a signal that is good now asks for the growth') : undefined;
}

export const metricsUnknown: Guard = (change, world) => {
  const free = exempt(change);
  if (free !== undefined) return free;
  for (const { signal, reading } of witnesses(change, world)) {
    if (reading === undefined) return hold(`${signal.name} was not read`);
    if (reading.quality === 'missing') return hold(`${signal.name} is unknown: ${reading.reason}`);
    if (reading.foreignSeries.length > 0) {
      return hold(`${signal.name}: series of no backend of this cluster: ${namesText(reading.foreignSeries)}`);
    }
    if (reading.missingBackends.length > 0)
      return hold(`${signal.name}: no series of ${namesText(reading.missingBackends)}`);
    // Load is known and yet no number of nodes: a node's capacity is not.
    const sized = change.backend?.required.signals.find((each) => each.signal === signal.name);
    if (sized?.slotStartMs !== undefined && sized.nodes === undefined)
      return hold(`${signal.name}: no backend of the group has reported its disks yet`);
  }
  return pass('every signal is known');
};

export const metricsStale: Guard = (change, world) =>
  exempt(change) ??
  withQuality(change, world, 'stale', (reading) => {
    const age = reading.ageMs === undefined ? 'stale' : `${ageText(reading.ageMs)} old`;
    return `${reading.signal} is ${age} (maxAge ${ageText(world.policy.prometheus.maxAgeMs)})`;
  });

export const metricsRecovering: Guard = (change, world) =>
  exempt(change) ??
  withQuality(
    change,
    world,
    'recovering',
    (reading) => `${reading.signal} has a hole within the last ${formatDuration(world.policy.prometheus.recoveryMs)}`,
  );

/** Seconds below 2 min: 90 s is no minute. */
function ageText(ms: number): string {
  return ms < 120_000 ? `${String(Math.round(ms / 1000))} s` : formatDuration(ms);
}

function withQuality(
  change: Change,
  world: World,
  quality: SignalReading['quality'],
  text: (reading: SignalReading) => string,
): Judgement {
  const bad = witnesses(change, world).find(({ reading }) => reading?.quality === quality)?.reading;
  if (bad === undefined) return pass(`no signal is ${quality}`);
  // A source that says why names the age and its bound itself.
  return hold(bad.reason === '' ? text(bad) : `${bad.signal} is ${quality}: ${bad.reason}`);
}

export const historyShort: Guard = ({ backend }, { policy, at }) => {
  if (backend === undefined) return pass('frontends are not sized by history');
  const { enough, figures } = backend.required.coverage();
  const { knownSlots, neededSlots, spanSlots, longestHoleMs, reachedAt } = figures();
  const have = `${String(knownSlots)} of ${String(spanSlots)} slots of 8 days are known`;
  if (enough) return pass(have);
  if (!backend.group.signals.some((signal) => signal.purpose.kind === 'size'))
    return hold('no signal sizes this group');
  const hole = longestHoleMs > 3_600_000 ? `, a hole of ${formatDuration(longestHoleMs)} in the last 24 h` : '';
  const reached =
    reachedAt === undefined ? '' : `; enough ${formatLocal(reachedAt, policy.windows.timezone, at)} if no more is lost`;
  return hold(`${have} (${String(neededSlots)} needed)${hole}${reached}`, reachedAt);
};

/** A limit beyond its bound, of this group or of any frontend, or one backend far above the target. */
export const limitExceeded: Guard = ({ backend }, world) => {
  for (const { group, readings } of world.observation.signals) {
    for (const reading of readings) {
      if (reading.kind !== 'limit' || (group !== backend?.group.group && !bindsCluster(reading.signal))) continue;
      const value = highestOf(reading);
      if (value !== undefined && value > reading.bound) {
        const text = (each: number): string => loadText(each, reading.signal, reading.measure);
        return hold(`${reading.signal} is ${text(value)}, its limit is ${text(reading.bound)}`);
      }
    }
  }
  const far = backend === undefined ? undefined : farAbove(readingsOf(world.observation, backend.group));
  return far ?? pass('no limit is exceeded');
};

/** The highest node, or the one number of the group: one that cannot carry more is enough to forbid it. */
export function highestOf(reading: SignalReading): number | undefined {
  let highest = reading.value;
  for (const { value } of reading.nodes) if (highest === undefined || value > highest) highest = value;
  return highest;
}

/** Half of the way from the target to full: the others do not carry what this one cannot. */
function farAbove(readings: readonly SignalReading[]): Judgement | undefined {
  for (const reading of readings) {
    if (reading.kind !== 'size' || (reading.measure !== 'utilisation' && reading.measure !== 'bytes')) continue;
    const far = reading.bound + (1 - reading.bound) / 2;
    for (const { backend, value, capacity } of reading.nodes) {
      const used =
        reading.measure === 'utilisation'
          ? value
          : capacity === undefined || capacity <= 0
            ? undefined
            : value / capacity;
      if (used !== undefined && used > far) {
        return hold(
          `${reading.signal} of ${backend} is ${percentText(used)}, far above the target of ${percentText(reading.bound)}`,
        );
      }
    }
  }
  return undefined;
}
