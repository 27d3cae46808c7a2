import { describe, expect, it } from 'vitest';
import { memberOf } from '../../../../src/controller/load/member-of.ts';
import { clusterPolicy, groupPolicy, member, NOW } from '../../../support/decision-input.ts';

const PINNED = { ...clusterPolicy(), prometheus: { ...clusterPolicy().prometheus, labels: { cluster: 'a' } } };

describe('whose a series of the past is', () => {
  it.each([
    ['a member’s', [member('a')], 'a', 8040, 'default'],
    ['a member’s, by host, whatever the exporter’s port', [member('a')], 'a', 9100, 'default'],
    ['a member’s that left long ago', [member('a', { goneAt: NOW })], 'a', 8040, 'default'],
    ['a member’s in other capitals', [member('Be1.example')], 'be1.EXAMPLE', 8040, 'default'],
    ['nobody’s', [member('a')], 'b', 8040, undefined],
    [
      'of the group whose port it is, where a host is shared',
      [member('a'), member('a', { group: 'etl', httpPort: 8140 })],
      'a',
      8140,
      'etl',
    ],
    [
      'not to be told where a shared host has another port',
      [member('a'), member('a', { group: 'etl', httpPort: 8140 })],
      'a',
      9100,
      undefined,
    ],
    ['by host where the port was never seen', [member('a', { httpPort: undefined })], 'a', 8040, 'default'],
    [
      'not a backend’s when only a frontend is there',
      [member('a', { role: 'frontend', group: 'follower' })],
      'a',
      8040,
      undefined,
    ],
  ])('%s', (_what, members, host, httpPort, expected) => {
    expect(memberOf(members, clusterPolicy())({ role: 'backend', host, httpPort })).toBe(expected);
  });

  it('labels make an unknown backend one of the only group, never of one of several', () => {
    const stranger = { role: 'backend', host: 'gone', httpPort: 8040 } as const;
    expect(memberOf([], PINNED)(stranger)).toBe('default');
    expect(memberOf([], clusterPolicy())(stranger)).toBeUndefined();
    const two = { ...PINNED, backends: [groupPolicy(), groupPolicy({ group: 'etl' })] };
    expect(memberOf([], two)(stranger)).toBeUndefined();
  });

  it('nor with a backend of a tag that the policy does not name, present or gone', () => {
    const stranger = { role: 'backend', host: 'gone', httpPort: 8040 } as const;
    for (const goneAt of [undefined, NOW]) {
      const found = memberOf([member('a'), member('b', { group: 'etl', goneAt })], PINNED);
      expect(found.only).toBeUndefined();
      expect(found(stranger)).toBeUndefined();
      expect(found({ role: 'backend', host: 'a', httpPort: 8040 })).toBe('default');
    }
    const frontends = [member('a'), member('fe1', { role: 'frontend', group: 'follower' })];
    expect(memberOf(frontends, PINNED).only).toBe('default');
  });

  it('a frontend is found beside a backend on the same host', () => {
    const members = [member('a'), member('a', { role: 'frontend', group: 'observer', httpPort: 8030 })];
    expect(memberOf(members, clusterPolicy())({ role: 'frontend', host: 'a', httpPort: 8030 })).toBe('observer');
    expect(memberOf(members, clusterPolicy())({ role: 'backend', host: 'a', httpPort: 8040 })).toBe('default');
  });
});
