import type { WrongPolicy } from './case.ts';

export const DAEMON: readonly WrongPolicy[] = [
  {
    name: 'a MySQL store',
    lines: { 'store:': 'store: mysql://root:secret@db:3306/autoscaler' },
    problems: ['policy.yaml:2:8: store: a MySQL store is not supported yet; write sqlite:./data/autoscaler.db'],
  },
  {
    name: 'a store of another kind',
    lines: { 'store:': 'store: ./a.db' },
    problems: ['policy.yaml:2:8: store: "./a.db" is no store; write sqlite:PATH, such as sqlite:./data/autoscaler.db'],
  },
  {
    name: 'provisioners of later versions',
    lines: {
      'spares:': `  spares: { type: kubernetes, namespace: doris }
  hook: { type: webhook, url: x }`,
    },
    problems: [
      'policy.yaml:5:19: provisioners.spares.type: a provisioner of type kubernetes is not supported yet; write type: exec (a program of yours) or type: static (processes already up)',
      'policy.yaml:6:17: provisioners.hook.type: a provisioner of type webhook is not supported yet; write type: exec (a program of yours) or type: static (processes already up)',
    ],
  },
  {
    name: 'notifications are only warned of',
    lines: { 'server:': 'notifications: [{ type: feishu, url: { env: FEISHU_WEBHOOK }, events: [operation-failed] }]' },
    problems: [
      'warning policy.yaml:3:25: notifications[0].type: notifications (feishu) are not supported yet; nothing is sent; the log has every event',
    ],
  },
  {
    name: 'a notification with its secret in the file',
    lines: { 'server:': 'notifications: [{ type: feishu, url: "https://open.feishu.cn/x" }]' },
    problems: [
      'policy.yaml:3:38: notifications[0].url: a secret never stands in the file; write {env: NAME} or {file: PATH}',
    ],
  },
  {
    name: 'listening beyond loopback without a token',
    lines: { 'server:': 'server: { listen: "0.0.0.0:8088" }' },
    problems: [
      'policy.yaml:3:19: server.listen: 0.0.0.0 is beyond loopback and there is no token; add token: {env: AUTOSCALER_TOKEN}, or listen on 127.0.0.1:8088',
    ],
  },
  {
    name: 'an address that is none',
    lines: { 'server:': 'server: { listen: "8088" }' },
    problems: ['policy.yaml:3:19: server.listen: "8088" is no address; write host:port, such as 127.0.0.1:8088'],
  },
  {
    name: 'an interval of parts of seconds',
    lines: { 'server:': 'interval: 1500ms' },
    problems: ['policy.yaml:3:11: interval: 1500ms is not in whole seconds; write one such as 30s'],
  },
  {
    name: 'an interval of a day',
    lines: { 'server:': 'interval: 1d' },
    problems: ['policy.yaml:3:11: interval: 1d is too rare to see a window; write 1h at most, such as 30s'],
  },
  {
    name: 'a token that is not set',
    lines: { 'server:': 'server: { token: { env: NOT_SET } }' },
    problems: [
      'policy.yaml:3:25: server.token.env: the environment variable NOT_SET is not set; set it where the daemon starts: export NOT_SET=...',
    ],
  },
  {
    name: 'a secret that names two places',
    lines: { 'server:': 'server: { token: { env: A, file: /b } }' },
    problems: ['policy.yaml:3:34: server.token.file: this has env and file; keep one of the two'],
  },
  {
    name: 'a secret that names no place',
    lines: { 'server:': 'server: { token: {} }' },
    problems: ['policy.yaml:3:11: server.token: this names no secret; write {env: NAME} or {file: PATH}'],
  },
  {
    name: 'a secret of a file that is not there',
    lines: {
      'user:': `    user: autoscaler
    password: { file: /run/secrets/none }`,
    },
    problems: [
      'policy.yaml:10:23: clusters[0].password.file: /run/secrets/none cannot be read: there is no such file; name a file that the daemon may read',
    ],
  },
  {
    name: 'two clusters of one name',
    lines: {
      'frontend:': `    frontend: { followers: 3 }
  - name: analytics
    endpoints: ["fe1:9030"]
    user: x
    prometheus: { url: "http://p" }
    windows: { timezone: UTC, always: true }
    backends: [{ min: 3, max: 4, signals: [{ signal: be_cpu, target: 50% }] }]`,
    },
    problems: [
      'policy.yaml:24:11: clusters[1].name: another cluster is called "analytics" already (line 7); give each its own name',
    ],
  },
  {
    name: 'two entries that act on one cluster',
    lines: {
      'user:': '    user: autoscaler\n    mode: act\n    clusterId: 77',
      'frontend:': `    frontend: { followers: 3 }
  - name: reporting
    mode: act
    endpoints: ["fe9:9030", "fe1:9030"]
    clusterId: "77"
    user: x
    prometheus: { url: "http://p" }
    windows: { timezone: UTC, always: true }
    backends: [{ min: 3, max: 4, signals: [{ signal: be_cpu, target: 50% }] }]`,
    },
    problems: [
      'policy.yaml:28:29: clusters[1].endpoints[1]: endpoint fe1:9030 is also that of cluster "analytics" (line 7); only one entry may act on a cluster; write mode: observe in the other',
      'policy.yaml:29:16: clusters[1].clusterId: clusterId 77 is also that of cluster "analytics" (line 7); only one entry may act on a cluster; write mode: observe in the other',
    ],
  },
  {
    name: 'two entries for one cluster of which one only observes',
    lines: {
      'user:': '    user: autoscaler\n    mode: act',
      'frontend:': `    frontend: { followers: 3 }
  - name: rehearsal
    endpoints: ["fe1:9030"]
    user: x
    prometheus: { url: "http://p" }
    windows: { timezone: UTC, always: true }
    backends: [{ min: 3, max: 4, signals: [{ signal: be_cpu, target: 50% }] }]`,
    },
    problems: [],
  },
];
