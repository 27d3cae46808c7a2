import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import type { Memory } from '../../../../src/domain/memory.ts';
import { backends, DAY, frontend, frontendPolicy, hosts, input, NOW } from '../../../support/decision-input.ts';
import { operation } from '../../../support/decision-record.ts';

const pause = {
  cluster: 'analytics',
  since: NOW,
  until: NOW + 2 * DAY,
  direction: 'both' as const,
  reason: '',
  by: 'ops',
};

const adding = operation({ role: 'follower', group: 'follower', kind: 'add-follower', from: 1, to: 3 });
const tillThursday = { ratio: 0.5, tabletsRemaining: 1, bytesRemaining: 1, estimatedEndAt: NOW + 2 * DAY, text: '' };
const draining = operation({
  role: 'backend',
  group: 'default',
  kind: 'remove-backend',
  from: 7,
  to: 6,
  progress: tillThursday,
});

describe('followers in the calendar', () => {
  it.each<readonly [string, Partial<Memory>, readonly string[]]>([
    ['come pair by pair, the first of them now', {}, ['03-11T01:00 3 -> 5']],
    ['wait for the end of a pause', { pauses: [pause] }, ['03-12T02:00 1 -> 3', '03-13T01:00 3 -> 5']],
    ['wait for what else runs', { openOperation: draining }, ['03-12T02:00 1 -> 3', '03-13T01:00 3 -> 5']],
    ['count a pair that is being added', { openOperation: adding }, ['03-11T01:00 3 -> 5']],
  ])('%s', (_what, memory, entries) => {
    const members = backends(6);
    const policy = { frontend: frontendPolicy({ followers: 5, backendsPerFrontend: { min: 1, max: 20 } }) };
    const topology = { frontends: [frontend(0)] };
    const observation = { hosts: hosts(members, 6) };
    const { calendar } = decide(input({ members, need: 5.4, policy, topology, memory, observation }));
    expect(
      calendar
        .filter(({ role }) => role === 'follower')
        .map(({ at, from, to }) => `${new Date(at).toISOString().slice(5, 16)} ${String(from)} -> ${String(to)}`),
    ).toEqual(entries);
  });
});
