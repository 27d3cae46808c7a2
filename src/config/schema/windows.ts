import * as z from 'zod';
import { choice, duration, localDate, localTime, name, spanDuration, text } from './scalars.ts';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const DAY_PATTERN = /^(?:mon|tue|wed|thu|fri|sat|sun)(?:-(?:mon|tue|wed|thu|fri|sat|sun))?$/;

const complainOfDay = (issue: { readonly input?: unknown }) =>
  issue.input === undefined || issue.input === null
    ? undefined
    : `${JSON.stringify(issue.input)} is no day; write mon, tue, wed, thu, fri, sat, sun or a range such as mon-fri`;

const MONTH_DAY = (issue: { readonly input?: unknown }) =>
  `${JSON.stringify(issue.input)} is no day of a month; write 1 to 31, or -1 for the last day`;

const monthDay = z
  .int({ error: MONTH_DAY })
  .min(-31, { error: MONTH_DAY })
  .max(31, { error: MONTH_DAY })
  .refine((day) => day !== 0, { error: MONTH_DAY });

const forms = {
  name: name.describe('Names the window in messages, records and metrics.').meta({ examples: ['weeknight'] }),
  days: z
    .array(z.string({ error: complainOfDay }).regex(DAY_PATTERN, { error: complainOfDay }).meta({ title: 'days' }))
    .optional()
    .describe('Local days on which the window starts: `mon` to `sun`, or ranges such as `mon-fri`.')
    .meta({ examples: [['mon-fri']] }),
  monthDays: z
    .array(monthDay)
    .optional()
    .describe('Instead of `days`: days of the month, 1 to 31, or -1 for the last one.'),
  start: localTime
    .optional()
    .describe('Local time at which it opens, `"00:00"` to `"23:59"`.')
    .meta({ examples: ['01:00'] }),
  end: localTime
    .optional()
    .describe('Local time at which it closes, up to `"24:00"`; before `start` means on the next day.')
    .meta({ examples: ['06:00'] }),
  cron: text('"0 1 * * sat"')
    .optional()
    .describe(
      'Instead of days and times: five fields (minute, hour, day of month, month, day of week), in `timezone`; each occurrence opens a window.',
    ),
  duration: spanDuration.optional().describe('With `cron`: how long each window stays open.'),
  from: localDate.optional().describe('First local date on which it may start.'),
  until: localDate.optional().describe('Last local date on which it may start, included.'),
};

/** Three forms, told apart by their keys: days and times, cron and duration, or (deny only) from and until alone. */
export const windowEntry = z.strictObject(forms);

export type WindowEntryFile = z.output<typeof windowEntry>;

/** A percentage for utilisations, a plain number for counts, a duration for latencies. */
export const bound = z.union([z.number(), z.string()], {
  error: (issue) =>
    issue.input === undefined || issue.input === null
      ? undefined
      : 'this is no bound; write a percentage such as 35%, or a number',
});

export const idleCondition = z.strictObject({
  signal: name.describe('A preset, or a signal of one of the groups.').meta({ examples: ['be_cpu'] }),
  below: bound.describe('Upper bound, in the unit of the signal.').meta({ examples: ['35%'] }),
  for: duration.describe('How long it must have held without a break.').meta({ examples: ['10m'] }),
});

export const emergencyCondition = z.strictObject({
  signal: name.describe('A preset, or a signal of one of the groups.').meta({ examples: ['be_cpu'] }),
  above: bound.describe('Lower bound, in the unit of the signal.').meta({ examples: ['90%'] }),
  for: duration.describe('How long it must have held without a break.').meta({ examples: ['10m'] }),
});

export const dates = z.array(localDate);

export const windows = z.strictObject({
  timezone: text('Asia/Shanghai')
    .describe('IANA name of the zone of every local time of the cluster. There is no default.')
    .meta({ examples: ['Asia/Shanghai'] }),
  always: z
    .boolean({ error: 'this is neither true nor false; write always: true' })
    .prefault(false)
    .describe('`true`: changes are allowed at any time that no `deny` covers.'),
  allow: z.array(windowEntry).optional().describe('Times in which the cluster may be changed; their union.'),
  deny: z.array(windowEntry).prefault([]).describe('Times in which it may not be changed; they always win.'),
  holidays: dates.prefault([]).describe('Local dates that the forecast leaves out. They close no window; `deny` does.'),
  idle: z
    .array(idleCondition)
    .prefault([])
    .describe('Second witness: conditions that must hold for the first statement of an operation.'),
  guard: duration
    .prefault('10m')
    .describe(
      'No operation starts that would not be through this long before the window closes; a drain that `onClose` lets go on may take several windows.',
    ),
  onClose: choice(['finish', 'throttle', 'cancel'])
    .prefault('throttle')
    .describe(
      'What becomes of a running migration when the window closes: go on, go on at the outside speed, or cancel it.',
    ),
  scaleOut: choice(['window', 'anytime']).prefault('window').describe('`anytime`: growth does not wait for a window.'),
  emergency: emergencyCondition.optional().describe('A condition under which growth does not wait for a window.'),
});

export type WindowsFile = z.output<typeof windows>;
export type IdleFile = z.output<typeof idleCondition>;
