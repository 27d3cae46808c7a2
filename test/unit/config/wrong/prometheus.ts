import type { WrongPolicy } from './case.ts';

export const PROMETHEUS: readonly WrongPolicy[] = [
  {
    name: 'an address without http',
    lines: { 'url:': '      url: prometheus:9090' },
    problems: [
      'policy.yaml:11:12: clusters[0].prometheus.url: "prometheus:9090" is no address; write one such as http://prometheus:9090',
    ],
  },
  {
    name: 'a password in the address',
    lines: { 'url:': '      url: http://me:pass@prometheus:9090' },
    problems: [
      'policy.yaml:11:12: clusters[0].prometheus.url: the address has a user or a password in it; write auth: {user: NAME, password: {env: NAME}}',
    ],
  },
  {
    name: 'a token and a user',
    lines: {
      'url:': `      url: http://p
      auth: { bearer: { env: SET }, user: me, password: { env: SET } }`,
    },
    problems: [
      'policy.yaml:12:15: clusters[0].prometheus.auth.bearer: this has a token and a user; keep bearer, or user and password',
    ],
  },
  {
    name: 'a user without a password',
    lines: {
      'url:': `      url: http://p
      auth: { user: me }`,
    },
    problems: [
      'policy.yaml:12:7: clusters[0].prometheus.auth: user and password belong together; write {bearer: {env: NAME}}, or {user: NAME, password: {env: NAME}}',
    ],
  },
  {
    name: 'a certificate that is not there',
    lines: {
      'url:': `      url: https://p
      ca: /etc/ca.pem`,
    },
    problems: [
      'policy.yaml:12:11: clusters[0].prometheus.ca: /etc/ca.pem cannot be read: there is no such file; name a file that the daemon may read',
    ],
  },
];
