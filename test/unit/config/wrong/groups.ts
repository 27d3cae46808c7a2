import type { WrongPolicy } from './case.ts';

export const GROUPS: readonly WrongPolicy[] = [
  {
    name: 'min above max',
    lines: { '- min:': '      - min: 12' },
    problems: [
      'policy.yaml:18:14: clusters[0].backends[0].min: 12 is more than max (9, line 19); raise max or lower min',
    ],
  },
  {
    name: 'a min that no removal reaches is a warning',
    lines: { '- min:': '      - min: 1' },
    problems: [
      'warning policy.yaml:18:14: clusters[0].backends[0].min: Doris keeps 3 replicas of its own tables, so no removal leaves fewer than 3 backends; write min: 3',
    ],
  },
  {
    name: 'groups of one and two backends are three together',
    lines: {
      '- min:': '      - min: 2',
      'schedule:': '      - { group: adhoc, min: 1, max: 2, signals: [{ signal: be_cpu, target: 50% }] }',
    },
    problems: [],
  },
  {
    name: 'two groups of one name',
    lines: { 'schedule:': '      - { min: 1, max: 2, signals: [{ signal: be_cpu, target: 50% }] }' },
    problems: [
      'policy.yaml:22:9: clusters[0].backends[1].group: another group of this cluster is called "default" already (line 18); give each its own name',
    ],
  },
  {
    name: 'a provisioner that does not exist',
    lines: { 'schedule:': '        provisioner: spare' },
    problems: [
      'policy.yaml:22:22: clusters[0].backends[0].provisioner: there is no provisioner "spare"; did you mean "spares"?',
    ],
  },
  {
    name: 'a provisioner like no other',
    lines: { 'schedule:': '        provisioner: zzzzzz' },
    problems: [
      'policy.yaml:22:22: clusters[0].backends[0].provisioner: there is no provisioner "zzzzzz"; known: spares',
    ],
  },
  {
    name: 'a preset that does not exist',
    lines: { '- { signal: be_cpu': '          - { signal: be_cup, target: 60% }' },
    problems: [
      'policy.yaml:21:23: clusters[0].backends[0].signals[0].signal: "be_cup" is no preset and has no query; did you mean "be_cpu"?',
    ],
  },
  {
    name: 'a signal of its own without a query',
    lines: { '- { signal: be_cpu': '          - { signal: orders, perNode: 60 }' },
    problems: [
      'policy.yaml:21:23: clusters[0].backends[0].signals[0].signal: "orders" is no preset and has no query; add query: with its PromQL, or write one of be_cpu, be_disk, fe_qps, be_memory, be_compaction, fe_heap, fe_connections, fe_query_p99',
    ],
  },
  {
    name: 'a preset with a query',
    lines: { '- { signal: be_cpu': '          - { signal: be_cpu, query: up, target: 60% }' },
    problems: [
      'policy.yaml:21:23: clusters[0].backends[0].signals[0].signal: be_cpu is a preset and brings its own query; give your query another name',
    ],
  },
  {
    name: 'a signal without a purpose',
    lines: { '- { signal: be_cpu': '          - { signal: be_cpu }' },
    problems: [
      'policy.yaml:21:13: clusters[0].backends[0].signals[0]: be_cpu has no target or limit; write target: 60%',
    ],
  },
  {
    name: 'a query without a purpose',
    lines: { '- { signal: be_cpu': '          - { signal: orders, query: up }' },
    problems: [
      'policy.yaml:21:13: clusters[0].backends[0].signals[0]: orders has no target, perNode or limit; add target: 60% (a utilisation), perNode: 400 (a total) or limit:',
    ],
  },
  {
    name: 'a signal with two purposes',
    lines: { '- { signal: be_cpu': '          - { signal: be_cpu, target: 60%, limit: 80% }' },
    problems: [
      'policy.yaml:21:44: clusters[0].backends[0].signals[0].limit: be_cpu has target and limit; keep one of them: target and perNode size, limit only forbids removals',
      'warning policy.yaml:20:9: clusters[0].backends[0].signals: no signal sizes the group: every one is a limit; add one such as {signal: be_cpu, target: 60%}, or only min and schedule move it',
    ],
  },
  {
    name: 'a limit that is to size',
    lines: {
      '- { signal: be_cpu': `          - { signal: be_cpu, target: 60% }
          - { signal: be_memory, target: 60%, memoryPerNode: 1GiB }`,
    },
    problems: [
      'policy.yaml:22:34: clusters[0].backends[0].signals[1].target: be_memory only limits, so target cannot apply; write limit: 85%',
    ],
  },
  {
    name: 'a total as a utilisation',
    lines: { '- { signal: be_cpu': '          - { signal: fe_qps, target: 60% }' },
    problems: [
      'policy.yaml:21:31: clusters[0].backends[0].signals[0].target: fe_qps is a total, so target cannot apply; write perNode: 400',
    ],
  },
  {
    name: 'a utilisation as a total',
    lines: { '- { signal: be_cpu': '          - { signal: be_cpu, perNode: 60 }' },
    problems: [
      'policy.yaml:21:31: clusters[0].backends[0].signals[0].perNode: be_cpu is a utilisation, so perNode cannot apply; write target: 60%',
    ],
  },
  {
    name: 'a limit in the wrong unit',
    lines: {
      '- { signal: be_cpu': `          - { signal: be_cpu, target: 60% }
          - { signal: fe_query_p99, limit: 80% }`,
    },
    problems: [
      'policy.yaml:22:44: clusters[0].backends[0].signals[1].limit: "80%" is no bound of fe_query_p99; write a duration such as 5s',
    ],
  },
  {
    name: 'memory without its size is a warning',
    lines: {
      '- { signal: be_cpu': `          - { signal: be_cpu, target: 60% }
          - { signal: be_memory, limit: 80% }`,
    },
    problems: [
      'warning policy.yaml:22:13: clusters[0].backends[0].signals[1]: be_memory has no memoryPerNode, and Doris does not export how much memory a backend has; add memoryPerNode: 128GiB, or the signal stays unknown and no backend is removed',
    ],
  },
  {
    name: 'memory of another signal',
    lines: { '- { signal: be_cpu': '          - { signal: be_cpu, target: 60%, memoryPerNode: 1GiB }' },
    problems: [
      'policy.yaml:21:44: clusters[0].backends[0].signals[0].memoryPerNode: only be_memory takes memoryPerNode, not be_cpu; leave it out',
    ],
  },
  {
    name: 'two signals of one name',
    lines: {
      '- { signal: be_cpu': `          - { signal: be_cpu, target: 60% }
          - { signal: be_cpu, limit: 80% }`,
    },
    problems: [
      'policy.yaml:22:23: clusters[0].backends[0].signals[1].signal: another signal of this group is called "be_cpu" already (line 21); give each its own name',
    ],
  },
  {
    name: 'only limits',
    lines: { '- { signal: be_cpu': '          - { signal: fe_heap, limit: 60% }' },
    problems: [
      'warning policy.yaml:20:9: clusters[0].backends[0].signals: no signal sizes the group: every one is a limit; add one such as {signal: be_cpu, target: 60%}, or only min and schedule move it',
    ],
  },
  {
    name: 'a query that does not parse, pointed at inside',
    lines: { '- { signal: be_cpu': '          - { signal: a, query: "sum(rate(x[5m])))", perNode: 4 }' },
    problems: [
      'policy.yaml:21:50: clusters[0].backends[0].signals[0].query: this is no PromQL: character 17, at ")"; write one expression that Prometheus accepts',
    ],
  },
  {
    name: 'a query that ends too early',
    lines: {
      '- { signal: be_cpu': `          - signal: a
            query: sum(rate(x[5m])
            perNode: 4`,
    },
    problems: [
      'policy.yaml:22:35: clusters[0].backends[0].signals[0].query: this is no PromQL: it ends too early; write one expression that Prometheus accepts',
    ],
  },
  {
    name: 'a query of no series',
    lines: { '- { signal: be_cpu': '          - { signal: a, query: "1 + 1", perNode: 4 }' },
    problems: [
      'policy.yaml:21:33: clusters[0].backends[0].signals[0].query: this query selects no series; write a metric, such as sum(rate(requests_total[5m]))',
    ],
  },
  {
    name: 'a schedule without min and max',
    lines: { 'schedule:': '        schedule: [{ name: s, cron: "0 0 25 * *", duration: 8d }]' },
    problems: [
      'policy.yaml:22:20: clusters[0].backends[0].schedule[0]: this entry has neither min nor max; add min: or max: with a number of nodes',
    ],
  },
  {
    name: 'a schedule above the group',
    lines: { 'schedule:': '        schedule: [{ name: s, cron: "0 0 25 * *", duration: 8d, min: 10 }]' },
    problems: [
      'policy.yaml:22:70: clusters[0].backends[0].schedule[0].min: 10 is more than max of the group (9); raise max of the group or lower this',
    ],
  },
  {
    name: 'a ceiling below the group',
    lines: { 'schedule:': '        schedule: [{ name: s, cron: "0 0 25 * *", duration: 8d, max: 2 }]' },
    problems: [
      'policy.yaml:22:70: clusters[0].backends[0].schedule[0].max: 2 is less than min of the group (3); lower min of the group or raise this',
    ],
  },
  {
    name: 'a schedule of two forms',
    lines: { 'schedule:': '        schedule: [{ name: s, cron: "0 0 25 * *", from: 2026-12-01, min: 4 }]' },
    problems: [
      'policy.yaml:22:51: clusters[0].backends[0].schedule[0].from: from cannot stand beside cron; keep cron and duration, or from and until',
    ],
  },
  {
    name: 'a schedule without times',
    lines: { 'schedule:': '        schedule: [{ name: s, min: 4 }]' },
    problems: [
      'policy.yaml:22:20: clusters[0].backends[0].schedule[0].cron: this is missing; write cron: "0 0 25 * *" and duration: 8d, or from and until',
    ],
  },
  {
    name: 'a schedule that never begins',
    lines: { 'schedule:': '        schedule: [{ name: s, cron: "0 0 31 4 *", duration: 1d, min: 4 }]' },
    problems: [
      'policy.yaml:22:37: clusters[0].backends[0].schedule[0].cron: "0 0 31 4 *" never fires; no month that it names has such a day',
    ],
  },
  {
    name: 'a schedule that is past is a warning',
    lines: { 'schedule:': '        schedule: [{ name: s, from: 2026-11-01, until: 2026-11-12, min: 4 }]' },
    problems: [
      'warning policy.yaml:22:56: clusters[0].backends[0].schedule[0].until: 2026-11-12 is past; this entry does nothing any more; leave it out',
    ],
  },
  {
    name: 'a schedule the wrong way round',
    lines: { 'schedule:': '        schedule: [{ name: s, from: 2026-12-02, until: 2026-12-01, min: 4 }]' },
    problems: [
      'policy.yaml:22:37: clusters[0].backends[0].schedule[0].from: 2026-12-02 is not before until (2026-12-01, line 22); swap the two',
    ],
  },
  {
    name: 'too little history',
    lines: { 'schedule:': '        forecast: { history: 7d, seasons: [36h] }' },
    problems: [
      'policy.yaml:22:30: clusters[0].backends[0].forecast.history: 7d does not hold a week and a day; write 8d or more, such as 28d',
      'policy.yaml:22:44: clusters[0].backends[0].forecast.seasons[0]: 36h is not in whole days; write one such as 1d or 7d',
    ],
  },
  {
    name: 'disks that cancel what may start',
    lines: { 'schedule:': '        disk: { projected: 85% }' },
    problems: [
      'policy.yaml:22:28: clusters[0].backends[0].disk.projected: 85% is not below cancel (82%); a removal that may start would be cancelled at once; lower projected',
    ],
  },
  {
    name: 'a pause that leaves no start in some windows is a warning',
    lines: { 'schedule:': '        cooldown: { in: 1d }' },
    problems: [
      'warning policy.yaml:22:25: clusters[0].backends[0].cooldown.in: a pause of 24 h after a change of about 2 h leaves no start in 7 of the 28 windows of the next 28 days, first Sat 01:00; 22h would leave one in each',
    ],
  },
];
