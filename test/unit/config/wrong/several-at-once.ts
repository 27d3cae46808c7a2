import type { WrongPolicy } from './case.ts';

export const SEVERAL_AT_ONCE: readonly WrongPolicy[] = [
  {
    name: 'errors of shape and of meaning come together, in the order of the file',
    lines: {
      'server:': 'server: { listen: "0.0.0.0:8088" }',
      'spares:': '  spares: { type: ssh, user: doris }',
      'timezone:': '      timezone: Asia/Shangai',
      '- min:': '      - min: 12',
      'frontend:': '    frontend: { followers: 2, observer: 1 }',
    },
    problems: [
      'policy.yaml:3:19: server.listen: 0.0.0.0 is beyond loopback and there is no token; add token: {env: AUTOSCALER_TOKEN}, or listen on 127.0.0.1:8088',
      'policy.yaml:5:19: provisioners.spares.type: a provisioner of type ssh is not supported yet; write type: exec (a program of yours) or type: static (processes already up)',
      'policy.yaml:13:17: clusters[0].windows.timezone: "Asia/Shangai" is no time zone; did you mean "Asia/Shanghai"?',
      'policy.yaml:18:14: clusters[0].backends[0].min: 12 is more than max (9, line 19); raise max or lower min',
      'policy.yaml:23:31: clusters[0].frontend.observer: this key is unknown; did you mean "observers"?',
    ],
  },
  {
    name: 'a fault in one group does not hide min > max in it',
    lines: { '- min:': '      - min: 12', '- { signal: be_cpu': '          - { signal: be_cpu, target: sixty }' },
    problems: [
      'policy.yaml:18:14: clusters[0].backends[0].min: 12 is more than max (9, line 19); raise max or lower min',
      'policy.yaml:21:39: clusters[0].backends[0].signals[0].target: "sixty" is no percentage; write one such as 60%',
    ],
  },
];
