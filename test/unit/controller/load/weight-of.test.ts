import { describe, expect, it } from 'vitest';
import { weightOf } from '../../../../src/controller/load/weight-of.ts';
import type { SignalPolicy } from '../../../../src/domain/group-policy.ts';
import { backend, backends, CPU, QUERIES } from '../../../support/decision-input.ts';

const DISK: SignalPolicy = { ...CPU, name: 'be_disk' };
const MIXED = [
  backend(0, { host: 'Large', cpuCores: 64 }),
  backend(1, { host: 'small', cpuCores: 16 }),
  backend(2, { host: 'unknown', cpuCores: undefined }),
  backend(3, { host: 'shared', cpuCores: 64 }),
  backend(4, { host: 'shared', cpuCores: 16, httpPort: 8140 }),
];

describe('how much a series of the past counts', () => {
  it.each([
    ['a large backend’s', 'large', 8040, 1.6],
    ['a small backend’s', 'small', 8040, 0.4],
    ['a small backend’s by host, whatever the exporter’s port', 'small', 9100, 0.4],
    ['of the backend whose port it is, where a host is shared', 'shared', 8140, 0.4],
    ['as the reference where a shared host has another port', 'shared', 9100, 1],
    ['as the reference where the cores are unknown', 'unknown', 8040, 1],
    ['as the reference where nobody knows the backend', 'gone', 8040, 1],
  ])('%s', (_what, host, httpPort, expected) => {
    expect(weightOf(CPU, MIXED, 40)?.({ host, httpPort })).toBeCloseTo(expected);
  });

  it.each([
    ['all backends are as the reference', CPU, backends(3, { cpuCores: 16 }), 16],
    ['no cores are known', CPU, backends(3, { cpuCores: undefined }), 16],
    ['there is no reference', CPU, MIXED, undefined],
    ['a total is added up', QUERIES, MIXED, 40],
    ['bytes are added up', DISK, MIXED, 40],
  ])('is no question where %s', (_what, signal, nodes, referenceCores) => {
    expect(weightOf(signal, nodes, referenceCores)).toBeUndefined();
  });
});
