import { describe, expect, it } from 'vitest';
import { nodesOf, updateMembers } from '../../../src/controller/memory/members.ts';
import type { Member } from '../../../src/domain/ports/cluster-memory.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { Topology } from '../../../src/domain/topology.ts';
import { backend, backends, DAY, frontend, MINUTE, NOW, topology } from '../../support/decision-input.ts';
import { ended } from './support/ports.ts';

/** Looks a minute apart, each with what the ones before it left. */
function looks(seen: readonly Topology[], operations: readonly Operation[] = []) {
  let members: readonly Member[] = [];
  return seen.map((one, index) => {
    const update = updateMembers(members, one, operations, NOW + index * MINUTE);
    members = update.members;
    return {
      foreign: update.foreign.map(({ change, node, role, group }) => `${change} ${node} ${role}/${group}`),
      members: update.members,
    };
  });
}

const with6 = topology(backends(6));
const with5 = topology(backends(5));
const moved = topology([...backends(5), backend(5, { group: 'reports' })]);

describe('membership, look by look', () => {
  it('at first contact everything is learnt and nothing is foreign', () => {
    const [first] = looks([with6]);
    expect(first?.foreign).toEqual([]);
    expect(first?.members).toHaveLength(9);
  });

  it('a node that is new without an operation of ours came by hand', () => {
    expect(looks([with5, with6]).map(({ foreign }) => foreign)).toEqual([[], ['added 10.0.0.6:9050 backend/default']]);
  });

  it('a node that an operation names came by it, whether as a target or from a step', () => {
    const target = ended({
      kind: 'add-backend',
      endedAt: NOW,
      targets: [{ node: '10.0.0.6:9050', backendId: undefined, bytes: undefined, tablets: undefined }],
    });
    const step = ended({
      kind: 'add-backend',
      endedAt: NOW,
      targets: [],
      steps: [
        {
          key: '0.acquire',
          state: 'done',
          attempts: 1,
          startedAt: NOW,
          endedAt: NOW,
          detail: '',
          data: { node: '10.0.0.6:9050' },
        },
      ],
    });
    for (const operation of [target, step]) {
      expect([...nodesOf([operation])]).toEqual(['10.0.0.6:9050']);
      expect(looks([with5, with6], [operation])[1]?.foreign).toEqual([]);
    }
  });

  it('a node is gone after two looks without it, not after one', () => {
    const back = looks([with6, with5, with6, with5, with5]);
    expect(back.map(({ foreign }) => foreign)).toEqual([[], [], [], [], ['removed 10.0.0.6:9050 backend/default']]);
  });

  it('a node that was gone and is back came by hand again', () => {
    expect(looks([with6, with5, with5, with6]).at(-1)?.foreign).toEqual(['added 10.0.0.6:9050 backend/default']);
  });

  it('a removal of ours explains that a node is gone', () => {
    const removal = ended({ endedAt: NOW, targets: [{ node: '10.0.0.6:9050', backendId: '1', bytes: 1, tablets: 1 }] });
    expect(looks([with6, with5, with5], [removal]).at(-1)?.foreign).toEqual([]);
  });

  const cancelled = (kind: Operation['kind'], keys: readonly string[]) =>
    ended({
      kind,
      state: 'cancelled',
      endedAt: NOW,
      targets: [{ node: '10.0.0.6:9050', backendId: '1', bytes: 1, tablets: 1 }],
      steps: keys.map((key) => ({
        key,
        state: 'done',
        attempts: 1,
        startedAt: NOW,
        endedAt: NOW,
        detail: '',
        data: {},
      })),
    });

  it.each<{ readonly says: string; readonly by: Operation; readonly seen: readonly Topology[]; readonly told: string }>(
    [
      {
        says: 'a removal that was taken back does not explain that the node is gone afterwards, as by a statement that came late',
        by: cancelled('remove-backend', ['0.decommission', '0.turn']),
        seen: [with6, with5, with5],
        told: 'removed 10.0.0.6:9050 backend/default',
      },
      {
        says: 'nor does one that never came to it',
        by: cancelled('remove-backend', []),
        seen: [with6, with5, with5],
        told: 'removed 10.0.0.6:9050 backend/default',
      },
      {
        says: 'an addition that was taken back does not explain that the node comes afterwards',
        by: cancelled('add-backend', ['0.register', '0.turn']),
        seen: [with5, with6],
        told: 'added 10.0.0.6:9050 backend/default',
      },
    ],
  )('$says', ({ by, seen, told }) => {
    expect(looks(seen, [by]).at(-1)?.foreign).toEqual([told]);
    // While it is open it is its own work.
    expect(looks(seen, [{ ...by, endedAt: undefined }]).at(-1)?.foreign).toEqual([]);
  });

  it('an addition that was taken back explains that its node is gone again', () => {
    const taken = cancelled('add-backend', ['0.register', '0.turn']);
    expect(looks([with6, with5, with5], [taken]).at(-1)?.foreign).toEqual([]);
  });

  it('a dead or leaving node is still a member', () => {
    const leaving = topology([...backends(5), backend(5, { decommissioned: true, alive: false })]);
    expect(looks([with6, leaving, leaving]).flatMap(({ foreign }) => foreign)).toEqual([]);
  });

  it('another tag takes a backend out of one group and into another', () => {
    expect(looks([with6, moved])[1]?.foreign).toEqual([
      'removed 10.0.0.6:9050 backend/default',
      'added 10.0.0.6:9050 backend/reports',
    ]);
  });

  it.each([
    {
      says: 'a node that moves begins anew in its group, and where it was is kept',
      seen: [with6, with6, moved, moved],
      firstSeenAt: NOW + 2 * MINUTE,
      earlier: [{ group: 'default', from: NOW, until: NOW + 2 * MINUTE }],
    },
    {
      says: 'so does one that was gone',
      seen: [with6, with5, with5, with6],
      firstSeenAt: NOW + 3 * MINUTE,
      earlier: [{ group: 'default', from: NOW, until: NOW + 2 * MINUTE }],
    },
    { says: 'one that was missed once goes on', seen: [with6, with5, with6], firstSeenAt: NOW, earlier: [] },
  ])('$says', ({ seen, firstSeenAt, earlier }) => {
    const member = looks(seen)
      .at(-1)
      ?.members.find(({ node }) => node === '10.0.0.6:9050');
    expect(member).toMatchObject({ firstSeenAt });
    expect(member?.earlier ?? []).toEqual(earlier);
  });

  it('where a node was is forgotten after two weeks', () => {
    const { members } = updateMembers(looks([with6, moved]).at(-1)?.members ?? [], moved, [], NOW + 15 * DAY);
    expect(members.flatMap(({ earlier = [] }) => earlier)).toEqual([]);
  });

  it('frontends are told apart by their role', () => {
    const more = topology(backends(6), { frontends: [...with6.frontends, frontend(3, { role: 'OBSERVER' })] });
    expect(looks([with6, more])[1]?.foreign).toEqual(['added fe4:9010 observer/observer']);
  });

  it.each([
    { says: 'another start time is a restart', from: '2026-03-10 01:00:00', to: '2026-03-10 02:00:00', seen: true },
    { says: 'the same start time is none', from: '2026-03-10 01:00:00', to: '2026-03-10 01:00:00', seen: false },
    { says: 'a first start time is none', from: undefined, to: '2026-03-10 02:00:00', seen: false },
    { says: 'a start time that is no longer shown is none', from: '2026-03-10 01:00:00', to: undefined, seen: false },
  ])('$says', ({ from, to, seen }) => {
    const [, second] = looks([
      topology([backend(0, { lastStartTime: from })]),
      topology([backend(0, { lastStartTime: to })]),
    ]);
    const member = second?.members.find((each) => each.node === '10.0.0.1:9050');
    expect(member?.restartSeenAt).toBe(seen ? NOW + MINUTE : undefined);
  });

  it('a restart is remembered over a look that does not show the time', () => {
    const shown = (lastStartTime: string | undefined) => topology([backend(0, { lastStartTime })]);
    const all = looks([shown('a'), shown(undefined), shown('b'), shown('b')]);
    expect(all.map(({ members }) => members.find((each) => each.role === 'backend')?.restartSeenAt)).toEqual([
      undefined,
      undefined,
      NOW + 2 * MINUTE,
      NOW + 2 * MINUTE,
    ]);
  });
});
