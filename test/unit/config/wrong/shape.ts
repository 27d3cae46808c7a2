import type { WrongPolicy } from './case.ts';

export const SHAPE: readonly WrongPolicy[] = [
  {
    name: 'a misspelt key is pointed at itself',
    lines: {
      'url:': `      url: http://prometheus:9090
      maxAgee: 90s`,
    },
    problems: ['policy.yaml:12:7: clusters[0].prometheus.maxAgee: this key is unknown; did you mean "maxAge"?'],
  },
  {
    name: 'an unknown key near no other lists what is known',
    lines: {
      'user:': `    user: autoscaler
    operations: { zzz: 1 }`,
    },
    problems: [
      'policy.yaml:10:19: clusters[0].operations.zzz: this key is unknown; known here: stallAfter, onStall, deadline, drainQueries, safety, undo',
    ],
  },
  {
    name: 'a missing key is said at its parent',
    lines: { 'timezone:': '' },
    problems: ['policy.yaml:12:5: clusters[0].windows.timezone: this is missing; write timezone: Asia/Shanghai'],
  },
  {
    name: 'a missing key of a list item',
    lines: { 'user:': '' },
    problems: ['policy.yaml:7:5: clusters[0].user: this is missing; write user: autoscaler'],
  },
  {
    name: 'a missing list',
    lines: { 'schedule:': '        schedule: []', '- { signal: be_cpu': '', 'signals:': '' },
    problems: [
      'policy.yaml:18:9: clusters[0].backends[0].signals: this is missing; write signals: [{signal: be_cpu, target: 60%}]',
    ],
  },
  {
    name: 'missing top-level keys',
    lines: { 'version:': '', 'store:': '' },
    problems: [
      'policy.yaml:1:1: version: this is missing; write version: 1',
      'policy.yaml:1:1: store: this is missing; write store: sqlite:./data/autoscaler.db',
    ],
  },
  {
    name: 'an empty value',
    lines: { 'timezone:': '      timezone:' },
    problems: ['policy.yaml:13:7: clusters[0].windows.timezone: this is empty; write timezone: Asia/Shanghai'],
  },
  {
    name: 'a list where a map belongs',
    lines: { 'server:': 'server: []' },
    problems: ['policy.yaml:3:1: server: this is a list, not a map; write server: {listen: "127.0.0.1:8088"}'],
  },
  {
    name: 'one value where each direction has its own',
    lines: { 'schedule:': '        cooldown: 5m' },
    problems: [
      'policy.yaml:22:19: clusters[0].backends[0].cooldown: this is "5m", not a map; write cooldown: {out: 30m, in: 12h}',
    ],
  },
  {
    name: 'a text where a list belongs',
    lines: { 'endpoints:': '    endpoints: fe1:9030' },
    problems: [
      'policy.yaml:8:16: clusters[0].endpoints: this is "fe1:9030", not a list; write endpoints: ["fe1:9030"]',
    ],
  },
  {
    name: 'a map where a text belongs',
    lines: { 'user:': '    user: { name: x }' },
    problems: ['policy.yaml:9:5: clusters[0].user: a map is no text; write one such as autoscaler'],
  },
  {
    name: 'an empty list',
    lines: { 'endpoints:': '    endpoints: []' },
    problems: [
      'policy.yaml:8:5: clusters[0].endpoints: the list is empty; write at least one frontend, such as "fe1:9030"',
    ],
  },
  {
    name: 'a duration without a unit',
    lines: {
      'url:': `      url: http://prometheus:9090
      maxAge: 90`,
    },
    problems: ['policy.yaml:12:15: clusters[0].prometheus.maxAge: 90 has no unit; write 90s, or with ms, m, h or d'],
  },
  {
    name: 'a duration of an unknown unit',
    lines: {
      'url:': `      url: http://prometheus:9090
      maxAge: 2w`,
    },
    problems: [
      'policy.yaml:12:15: clusters[0].prometheus.maxAge: "2w" is no duration; write one such as 30s, 10m, 12h or 3d',
    ],
  },
  {
    name: 'a duration of nothing',
    lines: {
      'url:': `      url: http://prometheus:9090
      maxAge: 0s`,
    },
    problems: [
      'policy.yaml:12:15: clusters[0].prometheus.maxAge: "0s" is no time at all; write one such as 30s, 10m, 12h or 3d',
    ],
  },
  {
    name: 'a duration that is absurd',
    lines: {
      'url:': `      url: http://prometheus:9090
      maxAge: 99999d`,
    },
    problems: [
      'policy.yaml:12:15: clusters[0].prometheus.maxAge: "99999d" is more than ten years; write one such as 30s, 10m, 12h or 3d',
    ],
  },
  {
    name: 'a share as a fraction',
    lines: { '- { signal: be_cpu': '          - { signal: be_cpu, target: 0.6 }' },
    problems: ['policy.yaml:21:39: clusters[0].backends[0].signals[0].target: 0.6 has no unit; write 60%'],
  },
  {
    name: 'a share without its sign',
    lines: { '- { signal: be_cpu': '          - { signal: be_cpu, target: 60 }' },
    problems: ['policy.yaml:21:39: clusters[0].backends[0].signals[0].target: 60 has no unit; write 60%'],
  },
  {
    name: 'a target beyond 100%',
    lines: { '- { signal: be_cpu': '          - { signal: be_cpu, target: 130% }' },
    problems: [
      'policy.yaml:21:39: clusters[0].backends[0].signals[0].target: "130%" is more than all; write at most 100%',
    ],
  },
  {
    name: 'a target of nothing',
    lines: { '- { signal: be_cpu': '          - { signal: be_cpu, target: 0% }' },
    problems: ['policy.yaml:21:39: clusters[0].backends[0].signals[0].target: "0%" is nothing; write one such as 60%'],
  },
  {
    name: 'a size without a unit',
    lines: {
      '- { signal: be_cpu': `          - { signal: be_cpu, target: 60% }
          - { signal: be_memory, limit: 85%, memoryPerNode: 128 }`,
    },
    problems: [
      'policy.yaml:22:61: clusters[0].backends[0].signals[1].memoryPerNode: 128 has no unit; write one such as 128GiB',
    ],
  },
  {
    name: 'a rate without "per second"',
    lines: {
      'user:': `    user: autoscaler
    migration: { assumedRate: 20MiB }`,
    },
    problems: ['policy.yaml:10:31: clusters[0].migration.assumedRate: "20MiB" is no rate; write one such as 20MiB/s'],
  },
  {
    name: 'a number in words',
    lines: { '- min:': '      - min: three' },
    problems: ['policy.yaml:18:14: clusters[0].backends[0].min: "three" is no whole number; write one from 1 to 10000'],
  },
  {
    name: 'half a node',
    lines: { '- min:': '      - min: 2.5' },
    problems: ['policy.yaml:18:14: clusters[0].backends[0].min: 2.5 is no whole number; write one from 1 to 10000'],
  },
  {
    name: 'no node',
    lines: { '- min:': '      - min: 0' },
    problems: ['policy.yaml:18:14: clusters[0].backends[0].min: 0 is too small; write one from 1 to 10000'],
  },
  {
    name: 'a choice that is misspelt',
    lines: {
      'user:': `    user: autoscaler
    mode: obsrve`,
    },
    problems: ['policy.yaml:10:11: clusters[0].mode: "obsrve" is not known here; did you mean "observe"?'],
  },
  {
    name: 'a choice that is nothing like it',
    lines: {
      'user:': `    user: autoscaler
    mode: 7`,
    },
    problems: ['policy.yaml:10:11: clusters[0].mode: 7 is not known here; write observe, approve or act'],
  },
  {
    name: 'an endpoint without a port',
    lines: { 'endpoints:': '    endpoints: ["fe1", "fe2:99999"]' },
    problems: [
      'policy.yaml:8:17: clusters[0].endpoints[0]: "fe1" is no endpoint; write host:port, such as "fe1:9030" or "[fd00::1]:9030"',
      'policy.yaml:8:24: clusters[0].endpoints[1]: "fe2:99999" is no endpoint; write host:port, such as "fe1:9030" or "[fd00::1]:9030"',
    ],
  },
  {
    name: 'an unknown version',
    lines: { 'version:': 'version: 2' },
    problems: ['policy.yaml:1:10: version: this version is unknown; write version: 1'],
  },
  {
    name: 'a secret in the file',
    lines: {
      'user:': `    user: autoscaler
    password: hunter2`,
    },
    problems: [
      'policy.yaml:10:15: clusters[0].password: a secret never stands in the file; write {env: NAME} or {file: PATH}',
    ],
  },
  {
    name: 'a name that cannot be a label',
    lines: { '- name:': '  - name: "my cluster"' },
    problems: [
      'policy.yaml:7:11: clusters[0].name: "my cluster" is no name; write letters, digits, ".", "_" and "-", at most 63',
    ],
  },
  {
    name: 'a provisioner of a misspelt type',
    lines: { 'spares:': '  spares: { type: statik, hosts: ["10.0.0.21:9050"] }' },
    problems: ['policy.yaml:5:19: provisioners.spares.type: "statik" is not known here; did you mean "static"?'],
  },
  {
    name: 'a provisioner without a type',
    lines: { 'spares:': '  spares: { hosts: ["10.0.0.21:9050"] }' },
    problems: ['policy.yaml:5:3: provisioners.spares.type: this is missing; write type: static'],
  },
  {
    name: 'a key of another kind of provisioner',
    lines: { 'spares:': '  spares: { type: static, hosts: ["10.0.0.21:9050"], command: [x] }' },
    problems: ['policy.yaml:5:54: provisioners.spares.command: this key belongs to another type; leave it out'],
  },
  {
    name: 'a name of a provisioner that is none',
    lines: { 'spares:': '  "no good": { type: static, hosts: ["10.0.0.21:9050"] }' },
    problems: [
      'policy.yaml:5:3: provisioners["no good"]: "no good" cannot be a name here; write letters, digits and "_"',
    ],
  },
  {
    name: 'a label of Prometheus that is none',
    lines: {
      'url:': `      url: http://prometheus:9090
      labels: { "my label": x }`,
    },
    problems: [
      'policy.yaml:12:17: clusters[0].prometheus.labels["my label"]: "my label" cannot be a name here; write letters, digits and "_"',
    ],
  },
  {
    name: 'a day that does not exist',
    lines: { 'deny:': '      deny: [{ name: d, from: 2026-02-30, until: 2026-03-01 }]' },
    problems: [
      'policy.yaml:16:31: clusters[0].windows.deny[0].from: "2026-02-30" is a day that does not exist; write one such as 2026-11-30',
    ],
  },
  {
    name: 'an unknown day of the week',
    lines: { '- { name: night': '        - { name: night, days: [monday], start: "01:00", end: "06:00" }' },
    problems: [
      'policy.yaml:15:33: clusters[0].windows.allow[0].days[0]: "monday" is no day; write mon, tue, wed, thu, fri, sat, sun or a range such as mon-fri',
    ],
  },
  {
    name: 'a time that no clock shows',
    lines: { '- { name: night': '        - { name: night, days: [mon], start: "25:00", end: "6:00" }' },
    problems: [
      'policy.yaml:15:46: clusters[0].windows.allow[0].start: "25:00" is no time of day; write one from "00:00" to "24:00"',
      'policy.yaml:15:60: clusters[0].windows.allow[0].end: "6:00" is no time of day; write one from "00:00" to "24:00"',
    ],
  },
];
