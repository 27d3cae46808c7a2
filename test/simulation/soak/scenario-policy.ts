import type { GroupPolicy, SchedulePolicy, SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { ClusterPolicy, FrontendPolicy, MigrationPolicy } from '../../../src/domain/policy.ts';
import type { WindowEntry, WindowsPolicy } from '../../../src/domain/window.ts';
import {
  clusterPolicy,
  CPU,
  DAY,
  groupPolicy,
  HEAP,
  HOUR,
  MINUTE,
  windowsPolicy,
} from '../../support/decision-input.ts';
import type { Dice } from './scenario-dice.ts';
import type { Life, ScenarioCluster } from './scenario.ts';

const MIB = 2 ** 20;
const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const weekly = (
  name: string,
  days: readonly (1 | 2 | 3 | 4 | 5 | 6 | 7)[],
  startMinute: number,
  endMinute: number,
): WindowEntry => ({ form: 'weekly', name, days, startMinute, endMinute });

const ALLOWED: readonly [readonly WindowEntry[], ...(readonly WindowEntry[])[]] = [
  [weekly('night', ALL_DAYS, 60, 300)],
  [weekly('night', ALL_DAYS, 60, 360)],
  [weekly('short', ALL_DAYS, 120, 180)],
  // The hours that summer time skips or repeats.
  [weekly('turn', ALL_DAYS, 105, 195)],
  [weekly('midnight', ALL_DAYS, 22 * 60, 5 * 60)],
  [weekly('late', ALL_DAYS, 22 * 60, 1440), weekly('early', ALL_DAYS, 0, 4 * 60)],
  [weekly('weeknight', [1, 2, 3, 4, 5], 60, 300), weekly('weekend', [6, 7], 0, 1440)],
  [weekly('weekend', [6, 7], 0, 1440)],
  [{ form: 'cron', name: 'every other night', cron: '0 1 */2 * *', durationMs: 4 * HOUR }],
  [weekly('two', ALL_DAYS, 60, 150), weekly('too', ALL_DAYS, 240, 330)],
];

export interface PolicyAround {
  readonly timezone: string;
  readonly startAt: string;
  readonly days: number;
  readonly cluster: ScenarioCluster;
  readonly life: Life;
}

export function drawPolicy(roll: Dice, around: PolicyAround): Partial<ClusterPolicy> {
  const { cluster, life } = around;
  const defaults = clusterPolicy();
  return {
    mode: roll.pick(life === 'calm' ? ['act', 'act', 'act', 'observe'] : ['act', 'act', 'act', 'act', 'approve']),
    singleReplica: roll.pick(['move', 'move', 'move', 'refuse']),
    windows: drawWindows(roll, around),
    operations: {
      ...defaults.operations,
      onStall: roll.pick(['ask', 'wait', 'throttle', 'cancel']),
      stallAfterMs: roll.pick([10 * MINUTE, 30 * MINUTE, 2 * HOUR]),
      deadlineMs: roll.pick([12 * HOUR, 3 * DAY, 3 * DAY]),
    },
    migration: {
      ...roll.pick<Pick<MigrationPolicy, 'inWindow' | 'outside'>>([
        { inWindow: undefined, outside: undefined },
        {
          inWindow: {
            schedule_slot_num_per_hdd_path: 8,
            schedule_slot_num_per_ssd_path: 16,
            balance_slot_num_per_path: 4,
          },
          outside: {
            schedule_slot_num_per_hdd_path: 2,
            schedule_slot_num_per_ssd_path: 4,
            balance_slot_num_per_path: 1,
          },
        },
        { inWindow: { schedule_slot_num_per_hdd_path: 6, schedule_slot_num_per_ssd_path: 6 }, outside: undefined },
        {
          inWindow: undefined,
          outside: {
            schedule_slot_num_per_hdd_path: 1,
            schedule_slot_num_per_ssd_path: 1,
            balance_slot_num_per_path: 1,
          },
        },
      ]),
      assumedRateBytesPerSecond: 20 * MIB * Math.min(1, cluster.speed * 2),
    },
    backends: [drawGroup(roll, around)],
    frontend: drawFrontend(roll, cluster),
  };
}

function drawWindows(roll: Dice, { timezone, startAt, days }: PolicyAround): WindowsPolicy {
  const denied = new Date(Date.parse(startAt) + roll.int(1, Math.max(1, days - 2)) * DAY);
  const until = new Date(denied.getTime() + roll.int(0, 2) * DAY);
  const dates = { from: denied.toISOString().slice(0, 10), until: until.toISOString().slice(0, 10) };
  return windowsPolicy({
    timezone,
    allow: roll.pick(ALLOWED),
    deny: roll.chance(0.3) ? [{ form: 'dates', name: 'freeze', ...dates }] : [],
    guardMs: roll.pick([0, MINUTE, 10 * MINUTE]),
    onClose: roll.pick(['finish', 'throttle', 'throttle', 'cancel']),
    scaleOut: roll.pick(['window', 'window', 'window', 'window', 'anytime']),
    idle: roll.chance(0.2) ? [{ signal: 'be_cpu', below: roll.pick([0.2, 0.35]), forMs: 10 * MINUTE }] : [],
    emergency: roll.chance(0.2) ? { signal: 'be_cpu', above: roll.pick([0.7, 0.85]), forMs: 10 * MINUTE } : undefined,
  });
}

const sixty: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };
const disk: SignalPolicy = { ...sixty, name: 'be_disk', purpose: { kind: 'size', form: 'target', targetRatio: 0.7 } };

export function drawGroup(roll: Dice, around: PolicyAround): GroupPolicy {
  const { backends, spareBackends } = around.cluster;
  const busy = around.life === 'busy';
  const min = roll.pick([3, 3, 3, 4, Math.max(3, backends - 1)]);
  const most = Math.max(backends + spareBackends, min + 1);
  const max = roll.pick([most, most, most, Math.max(min, backends), Math.max(min, backends - 1)]);
  return groupPolicy({
    min,
    max,
    step: { out: roll.int(1, 4), in: roll.pick([1, 1, 1, 2]) },
    provisioner: roll.pick(['spares', 'spares', 'spares', 'spares', 'spares', undefined]),
    signals: roll.pick([[sixty], [sixty], [sixty, disk], [sixty, HEAP]]),
    schedule: roll.chance(0.4) ? [drawSchedule(roll, around, max)] : [],
    cooldown: { outMs: roll.pick([0, 30 * MINUTE]), inMs: roll.pick(busy ? [0, 0, HOUR] : [0, HOUR, 12 * HOUR]) },
    minHoldMs: roll.pick(busy ? [0, 0, 6 * HOUR] : [0, 6 * HOUR, DAY]),
    stabilize: { outMs: roll.pick([0, 10 * MINUTE]), inMs: roll.pick([10 * MINUTE, HOUR]) },
    deadBandRatio: roll.pick([0, 0.1]),
  });
}

function drawSchedule(roll: Dice, { startAt, days, cluster }: PolicyAround, max: number): SchedulePolicy {
  const floor = Math.min(max, cluster.backends + roll.int(0, 2));
  const fromMs = Date.parse(startAt) + Math.round(roll.between(1, Math.max(2, days - 4))) * DAY;
  return roll.pick<SchedulePolicy>([
    { name: 'sale', when: { form: 'range', fromMs, untilMs: fromMs + 2 * DAY }, min: floor, max: undefined },
    { name: 'mondays', when: { form: 'cron', cron: '0 6 * * 1', durationMs: 14 * HOUR }, min: floor, max: undefined },
    { name: 'quiet days', when: { form: 'range', fromMs, untilMs: fromMs + 3 * DAY }, min: undefined, max: 4 },
  ]);
}

function drawFrontend(roll: Dice, { frontends, observers }: ScenarioCluster): FrontendPolicy | undefined {
  if (roll.chance(0.4)) return undefined;
  return {
    backendsPerFrontend: roll.pick([
      { min: 10, max: 20 },
      { min: 2, max: 3 },
      { min: 1, max: 2 },
    ]),
    followers: frontends === 1 ? 1 : frontends === 5 ? 5 : 3,
    observers: { min: 0, max: Math.max(observers, roll.int(0, 3)), managed: [] },
    provisioner: 'spares',
  };
}
