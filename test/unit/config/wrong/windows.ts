import type { WrongPolicy } from './case.ts';

export const WINDOWS: readonly WrongPolicy[] = [
  {
    name: 'an unknown zone',
    lines: { 'timezone:': '      timezone: Asia/Shangai' },
    problems: [
      'policy.yaml:13:17: clusters[0].windows.timezone: "Asia/Shangai" is no time zone; did you mean "Asia/Shanghai"?',
    ],
  },
  {
    name: 'the zone of the machine',
    lines: { 'timezone:': '      timezone: Local' },
    problems: [
      'policy.yaml:13:17: clusters[0].windows.timezone: "Local" is no time zone: it depends on the machine; write a name of the time zone database, such as Asia/Shanghai',
    ],
  },
  {
    name: 'an offset is no zone',
    lines: { 'timezone:': '      timezone: "+08:00"' },
    problems: [
      'policy.yaml:13:17: clusters[0].windows.timezone: "+08:00" is no time zone; write a name of the time zone database, such as Asia/Shanghai',
    ],
  },
  {
    name: 'neither allow nor always',
    lines: { 'allow:': '', '- { name: night': '' },
    problems: [
      'policy.yaml:12:5: clusters[0].windows.allow: this is missing; write allow: with at least one window, or always: true',
    ],
  },
  {
    name: 'an empty allow',
    lines: { 'allow:': '      allow: []', '- { name: night': '' },
    problems: [
      'policy.yaml:14:7: clusters[0].windows.allow: the list is empty, so no window ever opens; write at least one window, or always: true',
    ],
  },
  {
    name: 'allow beside always',
    lines: {
      'timezone:': `      timezone: UTC
      always: true`,
    },
    problems: [
      'warning policy.yaml:15:7: clusters[0].windows.allow: always: true makes this useless; keep one of the two',
    ],
  },
  {
    name: 'start equals end',
    lines: { '- { name: night': '        - { name: night, days: [mon], start: "01:00", end: "01:00" }' },
    problems: [
      'policy.yaml:15:60: clusters[0].windows.allow[0].end: start and end are both 01:00; write start: "00:00" and end: "24:00" for a whole day',
    ],
  },
  {
    name: 'start at 24:00',
    lines: { '- { name: night': '        - { name: night, days: [mon], start: "24:00", end: "01:00" }' },
    problems: [
      'policy.yaml:15:46: clusters[0].windows.allow[0].start: no window starts at 24:00; write "00:00" and the next day',
    ],
  },
  {
    name: 'no days',
    lines: { '- { name: night': '        - { name: night, start: "00:00", end: "01:00" }' },
    problems: [
      'policy.yaml:15:11: clusters[0].windows.allow[0].days: this is missing; write days: [mon-sun] for every day',
    ],
  },
  {
    name: 'days and days of the month',
    lines: {
      '- { name: night': '        - { name: night, days: [mon], monthDays: [1], start: "00:00", end: "01:00" }',
    },
    problems: [
      'policy.yaml:15:39: clusters[0].windows.allow[0].monthDays: monthDays cannot stand beside days; keep one of the two',
    ],
  },
  {
    name: 'day 0 of the month',
    lines: { '- { name: night': '        - { name: night, monthDays: [0], start: "00:00", end: "01:00" }' },
    problems: [
      'policy.yaml:15:38: clusters[0].windows.allow[0].monthDays[0]: 0 is no day of a month; write 1 to 31, or -1 for the last day',
    ],
  },
  {
    name: 'a cron beside days',
    lines: { '- { name: night': '        - { name: night, days: [mon], cron: "0 1 * * *", duration: 4h }' },
    problems: [
      'policy.yaml:15:26: clusters[0].windows.allow[0].days: days cannot stand beside cron; keep cron and duration, or days, start and end',
    ],
  },
  {
    name: 'a cron without a duration',
    lines: { '- { name: night': '        - { name: night, cron: "0 1 * * *" }' },
    problems: ['policy.yaml:15:11: clusters[0].windows.allow[0].duration: this is missing; write duration: 4h'],
  },
  {
    name: 'a cron for years',
    lines: { '- { name: night': '        - { name: night, cron: "0 1 * * *", duration: 500d }' },
    problems: [
      'policy.yaml:15:55: clusters[0].windows.allow[0].duration: "500d" is more than 400 days; write one such as 4h or 8d',
    ],
  },
  {
    name: 'a cron of six fields',
    lines: { '- { name: night': '        - { name: night, cron: "0 0 1 * * *", duration: 1h }' },
    problems: [
      'policy.yaml:15:32: clusters[0].windows.allow[0].cron: "0 0 1 * * *" has 6 fields; write five fields: minute, hour, day of month, month, day of week, such as "0 1 * * sat"',
    ],
  },
  {
    name: 'a cron with a wrong field',
    lines: { '- { name: night': '        - { name: night, cron: "0 25 * * *", duration: 1h }' },
    problems: [
      'policy.yaml:15:32: clusters[0].windows.allow[0].cron: "25" is no hour of a cron; write five fields: minute, hour, day of month, month, day of week, such as "0 1 * * sat"',
    ],
  },
  {
    name: 'a cron that never fires',
    lines: { '- { name: night': '        - { name: night, cron: "0 0 30 2 *", duration: 1h }' },
    problems: [
      'policy.yaml:15:32: clusters[0].windows.allow[0].cron: "0 0 30 2 *" never fires; no month that it names has such a day',
    ],
  },
  {
    name: 'an allow with nothing but a name',
    lines: { '- { name: night': '        - { name: night }' },
    problems: [
      'policy.yaml:15:11: clusters[0].windows.allow[0].days: this is missing; write days: [mon-fri]',
      'policy.yaml:15:11: clusters[0].windows.allow[0].start: this is missing; write start: "01:00"',
      'policy.yaml:15:11: clusters[0].windows.allow[0].end: this is missing; write end: "06:00"',
    ],
  },
  {
    name: 'a denial with nothing but a name',
    lines: { 'deny:': '      deny: [{ name: d }]' },
    problems: [
      'policy.yaml:16:14: clusters[0].windows.deny[0]: this entry has no time; write from and until (whole days), or days, start and end, or cron and duration',
    ],
  },
  {
    name: 'a denial with one date',
    lines: { 'deny:': '      deny: [{ name: d, from: 2026-12-01 }]' },
    problems: [
      'policy.yaml:16:14: clusters[0].windows.deny[0].until: this is missing; write until: with the last date, or days, start and end',
    ],
  },
  {
    name: 'dates the wrong way round',
    lines: { 'deny:': '      deny: [{ name: d, from: 2026-12-02, until: 2026-12-01 }]' },
    problems: [
      'policy.yaml:16:31: clusters[0].windows.deny[0].from: 2026-12-02 is after until (2026-12-01, line 16); swap the two',
    ],
  },
  {
    name: 'two windows of one name',
    lines: {
      '- { name: night': `        - { name: night, days: [mon], start: "01:00", end: "06:00" }
        - { name: night, days: [tue], start: "01:00", end: "06:00" }`,
    },
    problems: [
      'policy.yaml:16:19: clusters[0].windows.allow[1].name: another window of this list is called "night" already (line 15); give each its own name',
    ],
  },
  {
    name: 'windows of which none ever opens again',
    lines: {
      '- { name: night': '        - { name: night, days: [mon-sun], start: "01:00", end: "06:00", until: 2026-11-23 }',
    },
    problems: [
      'policy.yaml:14:7: clusters[0].windows.allow: no window ever opens again; write at least one window, or always: true',
      'warning policy.yaml:15:11: clusters[0].windows.allow[0]: "night" is past; this entry does nothing; leave it out',
    ],
  },
  {
    name: 'windows that a denial swallows',
    lines: { 'deny:': '      deny: [{ name: all, days: [mon-sun], start: "00:00", end: "24:00" }]' },
    problems: ['policy.yaml:14:7: clusters[0].windows.allow: no window ever opens again; look at from, until and deny'],
  },
  {
    name: 'a single past entry is a warning',
    lines: { 'deny:': '      deny: [{ name: double-11, from: 2026-11-01, until: 2026-11-12 }]' },
    problems: [
      'warning policy.yaml:16:14: clusters[0].windows.deny[0]: "double-11" is past; this entry does nothing; leave it out',
    ],
  },
  {
    name: 'a single entry that never begins is a warning',
    lines: {
      'deny:':
        '      deny: [{ name: odd, days: [mon], start: "01:00", end: "02:00", from: 2026-12-01, until: 2026-12-02 }]',
    },
    problems: [
      'warning policy.yaml:16:14: clusters[0].windows.deny[0]: "odd" never begins; this entry does nothing; leave it out',
    ],
  },
  {
    name: 'windows that are all shorter than guard',
    lines: {
      'timezone:': `      timezone: UTC
      guard: 6h`,
    },
    problems: [
      'warning policy.yaml:14:14: clusters[0].windows.guard: no window of the next 400 days is longer than guard, so nothing would ever start; lower guard or lengthen the windows',
    ],
  },
  {
    name: 'a condition on an unknown signal',
    lines: { 'deny:': '      idle: [{ signal: be_cup, below: 35%, for: 10m }]' },
    problems: [
      'policy.yaml:16:24: clusters[0].windows.idle[0].signal: there is no signal "be_cup"; did you mean "be_cpu"?',
    ],
  },
  {
    name: 'a condition in the wrong unit',
    lines: { 'deny:': '      idle: [{ signal: be_cpu, below: 35, for: 10m }]' },
    problems: [
      'policy.yaml:16:39: clusters[0].windows.idle[0].below: 35 is no bound of be_cpu; write a percentage such as 85%',
    ],
  },
  {
    name: 'a condition on a signal that is a share in one group and a number in another',
    lines: {
      'deny:': '      idle: [{ signal: load, below: 35%, for: 10m }]',
      '- { signal: be_cpu': '          - { signal: load, query: busy, target: 60% }',
      'schedule:': `      - group: etl
        min: 3
        max: 9
        signals: [{ signal: load, query: queries, perNode: 400 }]`,
    },
    problems: [
      'policy.yaml:16:24: clusters[0].windows.idle[0].signal: "load" is a percentage in one group and a number in another; give them different names',
    ],
  },
  {
    name: 'a condition in the unit that one of several groups gives its signal',
    lines: {
      'deny:': '      emergency: { signal: load, above: 35, for: 10m }',
      '- { signal: be_cpu': `          - { signal: be_cpu, target: 60% }
          - { signal: load, query: busy, limit: 80% }`,
      'schedule:': `      - group: etl
        min: 3
        max: 9
        signals: [{ signal: load, query: busy, target: 60% }]`,
    },
    problems: [
      'policy.yaml:16:41: clusters[0].windows.emergency.above: 35 is no bound of load; write a percentage such as 85%',
    ],
  },
  {
    name: 'a window on 29 February is allowed',
    lines: { '- { name: night': '        - { name: night, cron: "0 1 29 2 *", duration: 4h }' },
    problems: [],
  },
];
