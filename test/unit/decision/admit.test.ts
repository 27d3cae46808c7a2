import { describe, expect, it } from 'vitest';
import { admit, withoutFirst } from '../../../src/decision/admit.ts';
import { decide } from '../../../src/decision/decide.ts';
import type { RemovalEvidence } from '../../../src/domain/evidence.ts';
import { backend, backends, evidence, GIB, groupPolicy, history, input, slots } from '../../support/decision-input.ts';

const members = backends(6);
const unread = { known: false as const, reason: 'timeout' };
const known = <T>(value: T) => ({ known: true as const, value });

function admitted(
  found: RemovalEvidence | undefined,
  given: Parameters<typeof input>[0] = {},
  then: Parameters<typeof input>[0] = given,
) {
  const before = input(given);
  const decision = decide(before);
  const after = input(then);
  return { decision, result: admit(decision, { ...after, observation: { ...after.observation, evidence: found } }) };
}

const disk = (
  used: number,
  parts: { readonly medium?: string; readonly online?: boolean; readonly only?: number } = {},
) =>
  known(
    members
      .filter((_, index) => parts.only === undefined || index === parts.only)
      .map((member) => ({
        backend: member.address,
        backendId: member.id,
        path: '/d',
        medium: parts.medium ?? 'HDD',
        online: parts.online ?? true,
        dataBytes: used * GIB,
        usedBytes: used * GIB,
        totalBytes: 100 * GIB,
      })),
  );

describe('admission', () => {
  it('lets pass what the evidence allows', () => {
    const { result } = admitted(evidence(members));
    expect(result.steps).toMatchObject([{ kind: 'remove-backend', from: 6, to: 5, nodes: ['10.0.0.1:9050'] }]);
  });

  it.each([
    {
      says: 'a table has more replicas than hosts are left',
      parts: { replication: known([{ group: 'default', replicas: 6, table: 'shop.events' }]) },
      code: 'replication-floor',
    },
    { says: 'replication could not be read', parts: { replication: unread }, code: 'replication-floor' },
    {
      says: "the FE's own check refuses",
      parts: { ownCheck: { refusal: 'not enough backends' } },
      code: 'replication-floor',
    },
    { says: 'a disk would be too full', parts: { disks: disk(64) }, code: 'disk-headroom' },
    { says: 'the disks could not be read', parts: { disks: unread }, code: 'disk-headroom' },
    {
      says: 'the disks of the one that leaves are missing',
      parts: { disks: known(disk(10).value.slice(1)) },
      code: 'disk-headroom',
    },
    { says: 'the disks of a survivor are missing', parts: { disks: disk(10, { only: 0 }) }, code: 'disk-headroom' },
    {
      says: 'no other backend has its medium',
      parts: { disks: known([...disk(10, { medium: 'SSD', only: 0 }).value, ...disk(10).value.slice(1)]) },
      code: 'disk-headroom',
    },
    {
      says: 'a tablet cannot be recovered',
      parts: { tablets: known({ total: 3000, unrecoverable: 1, unhealthy: 1 }) },
      code: 'tablets-unhealthy',
    },
    { says: 'tablet health could not be read', parts: { tablets: unread }, code: 'tablets-unhealthy' },
    {
      says: 'the scheduler is off',
      parts: { schedulerOff: known(['disable_tablet_scheduler']) },
      code: 'tablets-unhealthy',
    },
    {
      says: 'colocate balance is off',
      parts: { schedulerOff: known(['disable_colocate_balance']) },
      code: 'colocate-unstable',
    },
    {
      says: 'a colocate group is not stable',
      parts: { unstableColocateGroups: known(['g1']) },
      code: 'colocate-unstable',
    },
    { says: 'colocate groups could not be read', parts: { unstableColocateGroups: unread }, code: 'colocate-unstable' },
    {
      says: 'a schema change is running',
      parts: { jobs: known(['alter of shop.events is running']) },
      code: 'schema-change-running',
    },
    { says: 'jobs could not be read', parts: { jobs: unread }, code: 'schema-change-running' },
  ])('holds when $says', ({ parts, code }) => {
    const { decision, result } = admitted(evidence(members, parts));
    expect(decision.steps).toHaveLength(1);
    expect(result.steps).toEqual([]);
    expect(result.groups[0]).toMatchObject({ action: 'hold', desired: 6, recommended: 5 });
    expect(result.groups[0]?.reasons[0]).toBe(code);
  });

  it('holds a removal for which nothing was read', () => {
    expect(admitted(undefined).result.groups[0]?.reasons).toEqual(
      expect.arrayContaining(['replication-floor', 'disk-headroom']),
    );
  });

  it('tables with one replica move, unless the policy refuses them', () => {
    const single = evidence(members, { singleReplicaTables: known([{ group: 'default', table: 'shop.scratch' }]) });
    expect(admitted(single).result.steps).toHaveLength(1);
    const refused = admitted(single, { policy: { singleReplica: 'refuse' } });
    expect(refused.result.groups[0]?.reasons).toEqual(['single-replica', 'step']);
    const none = admitted(evidence(members), { policy: { singleReplica: 'refuse' } });
    expect(none.result.steps).toHaveLength(1);
  });

  it('an SSD that is full does not hold data of HDDs, and trash counts as used', () => {
    const ssd = disk(70, { medium: 'SSD' }).value.map((each, index) =>
      index === 0 ? { ...each, dataBytes: 0, usedBytes: 0 } : each,
    );
    const both = known([...disk(20).value, ...ssd]);
    expect(admitted(evidence(members, { disks: both })).result.steps).toHaveLength(1);
  });

  it('holds when a backend died since', () => {
    const died = members.map((each, index) => (index === 5 ? { ...each, alive: false } : each));
    const { result } = admitted(evidence(members), {}, { members: died });
    expect(result.groups[0]?.reasons[0]).toBe('cluster-unhealthy');
  });

  it('removes no other than the evidence was read for', () => {
    const lighter = members.map((each, index) => (index === 3 ? { ...each, dataUsedBytes: 1 } : each));
    expect(admitted(evidence(members), {}, { members: lighter }).result.steps[0]?.nodes).toEqual(['10.0.0.1:9050']);
  });

  it('does nothing when somebody else removed a backend since', () => {
    const { result } = admitted(evidence(members), {}, { members: members.slice(0, 5) });
    expect(result.steps).toEqual([]);
    expect(result.groups[0]).toMatchObject({ action: 'hold', current: 5, desired: 5 });
  });

  it('does no more than was decided when more could be done now', () => {
    const { result } = admitted(undefined, { need: 6.5 }, { need: 9.5 });
    expect(result.groups[0]).toMatchObject({ action: 'scale-out', desired: 7 });
  });

  it('never begins what was held', () => {
    const { result } = admitted(undefined, { need: 9.5, policy: { mode: 'observe' } }, { need: 9.5 });
    expect(result.steps).toEqual([]);
    expect(result.groups[0]?.action).toBe('hold');
  });

  it('fewer victims than decided may go', () => {
    const many = Array.from({ length: 8 }, (_, index) => backend(index));
    const step = { members: many, need: 3.1, group: { step: { out: 4, in: 3 } } };
    const { result } = admitted(
      evidence(many, { replication: known([{ group: 'default', replicas: 6, table: 't' }]) }),
      step,
    );
    expect(result.steps).toMatchObject([{ from: 8, to: 6, nodes: ['10.0.0.1:9050', '10.0.0.2:9050'] }]);
  });

  it.each([
    {
      says: 'lets two of three go',
      allowed: 2,
      steps: [{ from: 8, to: 6, nodes: ['10.0.0.1:9050', '10.0.0.2:9050'] }],
    },
    { says: 'lets one of three go', allowed: 1, steps: [{ from: 8, to: 7, nodes: ['10.0.0.1:9050'] }] },
    { says: 'lets none of three go', allowed: 0, steps: [] },
  ])("fewer may go where the FE's own check $says", ({ allowed, steps }) => {
    const many = Array.from({ length: 8 }, (_, index) => backend(index));
    const step = { members: many, need: 3.1, group: { step: { out: 4, in: 3 } } };
    const refusal = 'replication allocation { tag.location.default: 6 } > available backend num 5 on tag';
    const { decision, result } = admitted(evidence(many, { ownCheck: { refusal, allowed } }), step);
    expect(decision.steps).toMatchObject([{ from: 8, to: 5 }]);
    expect(result.steps).toMatchObject(steps);
    expect(result.steps).toHaveLength(steps.length);
  });

  it('holds when the cluster cannot be seen any more', () => {
    const { result } = admitted(
      evidence(members),
      {},
      { observation: { topology: { known: false, reason: 'no master' } } },
    );
    expect(result.groups[0]?.reasons).toEqual(['topology-unknown']);
    expect(result.steps).toEqual([]);
  });
});

describe('what is left when the first step was refused', () => {
  const of = (min: number) =>
    input({
      members: [...backends(6), ...[0, 1, 2, 3, 4, 5].map((index) => backend(10 + index, { group: 'reports' }))],
      policy: { backends: [groupPolicy({ min, max: 12 }), groupPolicy({ group: 'reports' })] },
      demand: ['default', 'reports'].map((group) => history({ queries: slots('queries', () => 350) }, group)),
    });

  it.each([
    { first: 'a removal', min: 3, kinds: ['remove-backend', 'remove-backend'], left: ['reports'] },
    { first: 'growth', min: 8, kinds: ['add-backend', 'remove-backend'], left: [] },
  ])('is the removal of the other group, but nothing after growth ($first)', ({ min, kinds, left }) => {
    const asked = of(min);
    const decision = decide(asked);
    expect(decision.steps.map(({ kind }) => kind)).toEqual(kinds);
    const [held, ...others] = decision.groups;
    if (held === undefined) throw new Error('no group');
    const refused = { ...decision, groups: [{ ...held, action: 'hold' as const, desired: held.current }, ...others] };
    expect(withoutFirst(decision, refused, asked).steps.map(({ group }) => group)).toEqual(left);
  });
});
