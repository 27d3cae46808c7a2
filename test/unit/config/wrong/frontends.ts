import type { WrongPolicy } from './case.ts';

export const FRONTENDS: readonly WrongPolicy[] = [
  {
    name: 'an even number of followers',
    lines: { 'frontend:': '    frontend: { followers: 4 }' },
    problems: [
      'policy.yaml:23:28: clusters[0].frontend.followers: 4 followers are an even number, which survives no more failures than 3; write 1, 3 or 5',
    ],
  },
  {
    name: 'more followers than any cluster has',
    lines: { 'frontend:': '    frontend: { followers: 7 }' },
    problems: [
      'policy.yaml:23:28: clusters[0].frontend.followers: 7 followers are more than a cluster has; write 1, 3 or 5',
    ],
  },
  {
    name: 'no number of followers',
    lines: { 'frontend:': '    frontend: {}' },
    problems: ['policy.yaml:23:5: clusters[0].frontend.followers: this is missing; write followers: 3'],
  },
  {
    name: 'backends that no allowed number of frontends can serve',
    lines: { 'max:': '        max: 41', 'frontend:': '    frontend: { followers: 1, observers: { max: 1 } }' },
    problems: [
      'policy.yaml:23:49: clusters[0].frontend.observers.max: the groups may grow to 41 backends, but 1 follower and 1 observer serve 40 (20 each); write observers: {max: 2}, or a lower max of the groups',
    ],
  },
  {
    name: 'bounds the wrong way round',
    lines: { 'frontend:': '    frontend: { followers: 3, backendsPerFrontend: { min: 30 }, observers: { min: 8 } }' },
    problems: [
      'policy.yaml:23:59: clusters[0].frontend.backendsPerFrontend.min: 30 is more than max (20, line 23); raise max or lower min',
      'policy.yaml:23:83: clusters[0].frontend.observers.min: 8 is more than max (6, line 23); raise max or lower min',
    ],
  },
  {
    name: 'a provisioner that does not exist',
    lines: { 'frontend:': '    frontend: { followers: 3, provisioner: other }' },
    problems: ['policy.yaml:23:44: clusters[0].frontend.provisioner: there is no provisioner "other"; known: spares'],
  },
];
