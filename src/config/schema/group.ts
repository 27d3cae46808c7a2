import * as z from 'zod';
import {
  duration,
  localDateTime,
  name,
  percentage,
  positiveDuration,
  positivePercentage,
  spanDuration,
  size,
  text,
  wholeNumber,
} from './scalars.ts';
import { bound } from './windows.ts';

const MOST_NODES = 10_000;

const count = (min: number) => wholeNumber({ min, max: MOST_NODES });

const quantity = (what: string) =>
  z
    .number({
      error: (issue) =>
        issue.input === undefined || issue.input === null ? undefined : `this is no number; write ${what}`,
    })
    .positive({ error: `this is not above 0; write ${what}` });

/** Presets by what they may do. `size` tells how many nodes are needed, `limit` only forbids removal. */
export const PRESETS = {
  be_cpu: { kind: 'size', form: 'target', unit: 'percentage' },
  be_disk: { kind: 'size', form: 'target', unit: 'percentage' },
  fe_qps: { kind: 'size', form: 'perNode', unit: 'number' },
  be_memory: { kind: 'limit', form: undefined, unit: 'percentage' },
  be_compaction: { kind: 'limit', form: undefined, unit: 'number' },
  fe_heap: { kind: 'limit', form: undefined, unit: 'percentage' },
  fe_connections: { kind: 'limit', form: undefined, unit: 'number' },
  fe_query_p99: { kind: 'limit', form: undefined, unit: 'duration' },
} as const;

/** Exactly one of `target`, `perNode` and `limit`; a name that is no preset needs `query`. */
export const signal = z
  .strictObject({
    signal: name
      .describe(
        'A preset (`be_cpu`, `be_disk`, `fe_qps`; only as a limit: `be_memory`, `be_compaction`, `fe_heap`, `fe_connections`, `fe_query_p99`), or a name of your own with `query`.',
      )
      .meta({ examples: ['be_cpu'] }),
    query: text('sum(rate(my_requests_total[5m]))')
      .optional()
      .describe('PromQL of a signal of your own; `prometheus.labels` are added to each of its selectors.'),
    target: positivePercentage.optional().describe('Utilisation per backend to be aimed at.'),
    perNode: quantity('what one node serves, such as 400')
      .optional()
      .describe('What one backend serves of a total of the group, in the unit of the query.'),
    limit: bound
      .optional()
      .describe(
        'Bound above which no backend is removed: a percentage (`be_memory`, `fe_heap`), a number (`be_compaction`, `fe_connections`) or a duration (`fe_query_p99`). It never asks for nodes.',
      ),
    memoryPerNode: size.optional().describe('`be_memory` only: memory of one backend, where Doris exports no total.'),
    labels: z
      .literal('none', {
        error: (issue) => `${JSON.stringify(issue.input)} is out of place; write labels: none, or leave it out`,
      })
      .optional()
      .describe('`none`: `prometheus.labels` are not added to this query.'),
  })
  .meta({ oneOf: [{ required: ['target'] }, { required: ['perNode'] }, { required: ['limit'] }] });

export type SignalFile = z.output<typeof signal>;

/** Either cron and duration, or from and until. */
export const schedule = z.strictObject({
  name: name.describe('Names the entry in messages and records.').meta({ examples: ['month-end'] }),
  cron: text('"0 0 25 * *"')
    .optional()
    .describe('Five fields in `windows.timezone`; each occurrence begins a span of `duration`.'),
  duration: spanDuration.optional().describe('With `cron`: how long each span lasts.'),
  from: localDateTime
    .optional()
    .describe('Instead of `cron`: first local date (or `2026-11-10T20:00`) of a single span.'),
  until: localDateTime.optional().describe('With `from`: its end; a date is included, a time is not.'),
  min: count(1).optional().describe('Nodes that the span needs at least, reached before it begins.'),
  max: count(1).optional().describe('Nodes that the span allows at most; never below what the load needs.'),
});

export type ScheduleFile = z.output<typeof schedule>;

export const bounds = z.object({ min: count(1), max: count(1) });

export const step = z.strictObject({
  out: count(1).prefault(1).describe('Backends added in one operation, side by side.'),
  in: count(1).prefault(1).describe('Backends removed in one operation, one after another.'),
});

export const cooldown = z.strictObject({
  out: duration.prefault('30m').describe('Pause after the end of the last growth before the next one.'),
  in: duration.prefault('12h').describe('Pause after the end of the last change in either direction before a removal.'),
});

export const disk = z.strictObject({
  projected: positivePercentage
    .prefault('75%')
    .describe('Fullest a remaining disk may become by a removal, or it does not start.'),
  cancel: positivePercentage
    .prefault('82%')
    .describe('Fullest a remaining disk may become before a running removal is cancelled.'),
});

export const forecast = z.strictObject({
  seasons: z
    .array(positiveDuration)
    .prefault(['1d', '7d'])
    .describe('Periods after which the load repeats, in whole days.'),
  history: positiveDuration
    .prefault('28d')
    .describe(
      'How much past load is read from Prometheus at the first look, and how far back a changed policy is tried: at least 8d.',
    ),
  quantile: z
    .number({ error: 'this is no number; write a share such as 0.98' })
    .gt(0, { error: 'this is not above 0; write a share such as 0.98' })
    .max(1, { error: 'this is above 1; write a share such as 0.98' })
    .prefault(0.98)
    .describe('Share of the past slots that the expected demand must cover.'),
  headroom: percentage
    .prefault('10%')
    .describe('Headroom over the expected demand that is presumed until the errors of past forecasts are known.'),
});

export const cost = z.strictObject({
  nodeHour: z
    .number({
      error: (issue) =>
        issue.input === undefined || issue.input === null ? undefined : 'this is no number; write a price such as 1.20',
    })
    .min(0, { error: 'this is below 0; write a price such as 1.20' })
    .describe('Price of one node for one hour, in `currency`.')
    .meta({ examples: [1.2] }),
  currency: text('CNY')
    .describe('Three letters.')
    .meta({ examples: ['CNY'] }),
  baseline: count(1)
    .optional()
    .describe('Nodes that savings are counted against; without it the count when the group was first seen in `act`.'),
});

export const group = z.strictObject({
  group: name.prefault('default').describe('Resource tag (`tag.location`); compute group in decoupled mode.'),
  min: count(1)
    .describe('Fewest backends.')
    .meta({ examples: [3] }),
  max: count(1)
    .describe('Most backends.')
    .meta({ examples: [9] }),
  step: step.prefault({}).describe('How many backends one operation changes.'),
  provisioner: name
    .optional()
    .describe(
      'Name of an entry of `provisioners`, where hosts come from and go to. Without one growth holds with `no-host`.',
    ),
  signals: z
    .array(signal)
    .min(1, { error: 'the list is empty; write at least one signal, such as {signal: be_cpu, target: 60%}' })
    .describe('What the size depends on; the highest need counts.')
    .meta({ examples: [[{ signal: 'be_cpu', target: '60%' }]] }),
  forecast: forecast.prefault({}).describe('How demand is expected from the past.'),
  schedule: z.array(schedule).prefault([]).describe('Floors and ceilings at known times.'),
  cooldown: cooldown.prefault({}).describe('Pauses between changes.'),
  minHold: duration
    .prefault('1d')
    .describe(
      'No backend is removed within this time after the last growth, nor when it would be needed back within it.',
    ),
  stabilize: z
    .strictObject({
      out: duration.prefault('0s').describe('Growth follows the lowest need within this time.'),
      in: duration.prefault('10m').describe('A removal follows the highest need within this time.'),
    })
    .prefault({})
    .describe('How long a need must last.'),
  deadBand: percentage
    .prefault('10%')
    .describe('Backends are removed only when the need is this much below; never more than half a node.'),
  leadTime: duration
    .optional()
    .describe('From deciding to grow until the new backends serve. Without it: as measured, or 10m.'),
  disk: disk.prefault({}).describe('How full disks may become.'),
  cost: cost.optional().describe('Prices, for reports only.'),
});

export type GroupFile = z.output<typeof group>;
