import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import { backend, backends, DAY, frontend, GIB, input, NOW } from '../../../support/decision-input.ts';

const victims = (given: Parameters<typeof input>[0]): readonly string[] =>
  (decide(input(given)).groups[0]?.victims ?? []).map((victim) => victim.node);

describe('the victim', () => {
  const members = backends(6);
  const [least, second] = members;
  if (least === undefined || second === undefined) throw new Error('six backends');

  const zoned = (...zones: readonly string[]) =>
    zones.map((zone, index) => backend(index, { tags: { location: 'default', zone } }));
  const pods = Array.from({ length: 6 }, (_, index) => backend(index, { host: `d-be-${String(index)}.d` }));

  it.each([
    { says: 'is the backend with the least to move', given: {}, is: least.address },
    { says: 'is no protected host', given: { policy: { protect: [least.host] } }, is: second.address },
    {
      says: 'is no backend beside a frontend',
      given: { topology: { frontends: [frontend(0, { host: least.host })] } },
      is: second.address,
    },
    {
      says: 'is none whose removal did not succeed within 7 days',
      given: { groupMemory: { skip: [{ node: least.address, until: NOW + DAY, reason: 'failed' }] } },
      is: second.address,
    },
    {
      says: 'may be one whose skip is over',
      given: { groupMemory: { skip: [{ node: least.address, until: NOW, reason: 'failed' }] } },
      is: least.address,
    },
    {
      says: 'may be any where no provisioner is named',
      given: { group: { provisioner: undefined }, observation: { hosts: {} } },
      is: least.address,
    },
    {
      says: 'is on a host that the provisioner knows',
      given: {
        observation: {
          hosts: {
            spares: {
              known: true as const,
              value: {
                provisioner: 'spares',
                hosts: [{ host: second.host, address: undefined, state: 'in-use' as const }],
              },
            },
          },
        },
      },
      is: second.address,
    },
    {
      says: 'shares its host where each of three hosts is needed, though another has less to move',
      given: {
        members: [backend(0), backend(1), backend(2), backend(3, { host: '10.0.0.3', address: '10.0.0.3:9051' })],
        need: 2.5,
      },
      is: '10.0.0.3:9050',
    },
    {
      says: 'may be alone on its host where a fourth is left',
      given: {
        members: [...backends(4), backend(4, { host: '10.0.0.4', address: '10.0.0.4:9051' })],
      },
      is: least.address,
    },
    {
      says: 'is the highest ordinal where pods may be touched',
      given: { policy: { allowUnmanagedPods: true }, group: { provisioner: undefined }, members: pods },
      is: 'd-be-5.d:9050',
    },
    {
      says: 'is a plain backend before any pod',
      given: {
        policy: { allowUnmanagedPods: true },
        group: { provisioner: undefined },
        members: [...pods, backend(6, { dataUsedBytes: 99 * GIB })],
      },
      is: '10.0.0.7:9050',
    },
    {
      says: 'is not the last of a zone',
      given: { members: zoned('a', 'b', 'b', 'b', 'b', 'b') },
      is: second.address,
    },
    {
      says: 'may be any of a zone that keeps another',
      given: { members: zoned('a', 'a', 'b', 'b', 'b', 'b') },
      is: least.address,
    },
  ])('$says', ({ given, is }) => {
    expect(victims(given)).toEqual([is]);
  });

  it('a zone whose other backend is dead keeps the one that is alive', () => {
    const members = zoned('a', 'a', 'b', 'b', 'b', 'b').map((each, index) =>
      index === 1 ? { ...each, alive: false } : each,
    );
    const [group] = decide(input({ members })).groups;
    expect(group?.victims.map((victim) => victim.node)).toEqual(['10.0.0.3:9050']);
  });

  it('several are taken one after another: a zone is not emptied by the second', () => {
    const members = zoned('a', 'a', 'b', 'b', 'b', 'b', 'b', 'b');
    expect(victims({ members, need: 3.1, group: { step: { out: 4, in: 3 } } })).toEqual([
      '10.0.0.1:9050',
      '10.0.0.3:9050',
      '10.0.0.4:9050',
    ]);
  });

  it('a set whose highest pod must stay gives up none', () => {
    const given = { policy: { allowUnmanagedPods: true, protect: ['d-be-5.d'] }, group: { provisioner: undefined } };
    const [group] = decide(input({ ...given, members: pods })).groups;
    expect(group?.reasons[0]).toBe('no-victim');
    expect(group?.guards.find((guard) => guard.code === 'no-victim')?.detail).toMatch(
      /d-be-5\.d:9050: protected by the policy; .*highest ordinal first/,
    );
  });

  it.each([
    {
      says: 'the provisioner does not answer',
      given: { observation: { hosts: { spares: { known: false as const, reason: 'exit 1' } } } },
      text: 'exit 1',
    },
    {
      says: 'the provisioner knows no host',
      given: {
        observation: { hosts: { spares: { known: true as const, value: { provisioner: 'spares', hosts: [] } } } },
      },
      text: 'not known to provisioner spares',
    },
    {
      says: 'every host is protected',
      given: { policy: { protect: members.map((each) => each.host) } },
      text: 'protected by the policy',
    },
  ])('there is none when $says, and the hold says so', ({ given, text }) => {
    const [group] = decide(input(given)).groups;
    expect(group?.reasons[0]).toBe('no-victim');
    expect(group?.guards.find((guard) => guard.code === 'no-victim')?.detail).toContain(text);
  });

  it('several are taken when the step says so, least first', () => {
    expect(victims({ nodes: 8, need: 3.1, group: { step: { out: 4, in: 3 } } })).toEqual(
      backends(3).map((each) => each.address),
    );
  });

  it('fewer are taken when not all may go', () => {
    const protect = backends(8)
      .slice(2)
      .map((each) => each.host);
    const [group] = decide(
      input({ nodes: 8, need: 3.1, group: { step: { out: 4, in: 3 } }, policy: { protect } }),
    ).groups;
    expect(group).toMatchObject({ action: 'scale-in', recommended: 5, desired: 6 });
  });

  it('fewer are taken when the rest could not hold the tablets of all', () => {
    const [group] = decide(
      input({ members: backends(8, { tablets: 80_000 }), need: 3.1, group: { step: { out: 4, in: 3 } } }),
    ).groups;
    expect(group).toMatchObject({ action: 'scale-in', desired: 7 });
    expect(group?.victims.map((victim) => victim.node)).toEqual(['10.0.0.1:9050']);
  });

  it('are in any order of rows the same as after a full sort', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 6, maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (bytes, step) => {
          const nodes = bytes.map((each, index) => backend(index, { dataUsedBytes: each * GIB, tablets: 1 }));
          const sorted = nodes.toSorted(
            (a, b) => a.dataUsedBytes - b.dataUsedBytes || (a.address < b.address ? -1 : 1),
          );
          const chosen = victims({ members: nodes, need: 1, group: { max: 40, step: { out: 4, in: step } } });
          expect(chosen).toEqual(sorted.slice(0, chosen.length).map((each) => each.address));
          expect(chosen.length).toBe(Math.min(step, nodes.length - 3));
        },
      ),
      { numRuns: 100 },
    );
  });
});
