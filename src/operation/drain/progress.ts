import type { EpochMs } from '../../domain/instant.ts';
import type { OperationProgress, StepRecord } from '../../domain/operation.ts';
import type { Backend } from '../../domain/topology.ts';
import { numberIn, recordOf } from '../steps/records.ts';
import type { Context } from '../steps/step.ts';
import { bytesText, countText, timeText } from '../text.ts';
import { backendIn } from '../nodes.ts';
import { type DrainSample, recentSamples, samplesIn } from './samples.ts';
import { type Arrival, arrivalOf, fallOf } from './slope.ts';

/** So much moved: finishing is nearer than going back. */
const NEARLY_DONE = 0.9;

/** Tablets and bytes left, and when none will be left, by the pace of the samples in the step's data and of this look. */
export function progressOf(context: Context, record: StepRecord, row: Backend): OperationProgress {
  const start = numberIn(record.data, 'tabletsAtStart') ?? row.tablets;
  const now: DrainSample = { at: context.now, tablets: row.tablets, bytes: row.dataUsedBytes };
  const arrival = arrivalAt(now, recentSamples([...samplesIn(record.data), now], context.now));
  const targets = context.operation.targets.length;
  return {
    ratio: (context.index + ratioOf(record, row)) / targets,
    tabletsRemaining: row.tablets,
    bytesRemaining: row.dataUsedBytes,
    estimatedEndAt: arrival?.at,
    endsBetween: arrival === undefined ? undefined : { earliestAt: arrival.earliestAt, latestAt: arrival.latestAt },
    text: `${countText(row.tablets)} of ${countText(Math.max(start, row.tablets))} tablets left, ${bytesText(row.dataUsedBytes)}`,
  };
}

/** By tablets and by bytes; large tablets come last as often as not, so the later end counts and the range covers both. */
function arrivalAt(now: DrainSample, samples: readonly DrainSample[]): Arrival | undefined {
  const by = (value: (sample: DrainSample) => number): Arrival | undefined => {
    const slope = fallOf(samples.map((sample) => ({ at: sample.at, value: value(sample) })));
    return slope === undefined ? undefined : arrivalOf(value(now), slope, now.at);
  };
  const tablets = by((sample) => sample.tablets);
  const bytes = by((sample) => sample.bytes);
  if (tablets === undefined || bytes === undefined) return tablets;
  return {
    at: Math.max(tablets.at, bytes.at),
    earliestAt: Math.min(tablets.earliestAt, bytes.earliestAt),
    latestAt:
      tablets.latestAt === undefined || bytes.latestAt === undefined
        ? undefined
        : Math.max(tablets.latestAt, bytes.latestAt),
  };
}

/** `done about Mon 03:22 (between 03:10 and 04:00)`; the range is left out where it says nothing more. */
export function endText({ estimatedEndAt, endsBetween }: OperationProgress, timezone: string): string {
  if (estimatedEndAt === undefined) return '';
  const about = timeText(estimatedEndAt, timezone);
  if (endsBetween === undefined) return `done about ${about}`;
  const [day = '', clock = ''] = about.split(' ');
  const brief = (at: EpochMs): string => timeText(at, timezone).replace(`${day} `, '');
  const earliest = brief(endsBetween.earliestAt);
  if (endsBetween.latestAt === undefined) return `done about ${about} (not before ${earliest})`;
  const latest = brief(endsBetween.latestAt);
  if (earliest === clock && latest === clock) return `done about ${about}`;
  return `done about ${about} (between ${earliest} and ${latest})`;
}

/** Share of its bytes that has left; tablets have to agree, since the two figures come from different reports. */
export function movedRatio(context: Context): number {
  const record = recordOf(context.operation, context.index, 'drain');
  if (record === undefined) return 0;
  if (record.state === 'done') return 1;
  const { topology } = context.facts;
  const row = topology.known ? backendIn(topology.value, context) : undefined;
  if (row === undefined) return 0;
  return ratioOf(record, row);
}

export function isNearlyDone(context: Context): boolean {
  return movedRatio(context) >= NEARLY_DONE;
}

function ratioOf(record: StepRecord, row: Backend): number {
  const tablets = numberIn(record.data, 'tabletsAtStart') ?? row.tablets;
  const bytes = numberIn(record.data, 'bytesAtStart') ?? 0;
  const byTablets = tablets === 0 ? 1 : 1 - row.tablets / tablets;
  const byBytes = bytes === 0 ? byTablets : 1 - row.dataUsedBytes / bytes;
  return Math.max(0, Math.min(1, byTablets, byBytes));
}
