import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../../src/domain/codes.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import {
  backend,
  backends,
  DAY,
  evidence,
  frontend,
  frontendPolicy,
  GIB,
  groupPolicy,
  HOUR,
  MINUTE,
  NOW,
  reading,
  QUERIES,
  topology,
  walk,
  windowsPolicy,
} from '../../support/decision-input.ts';
import { DAYTIME, NIGHT, policyOf, reasons, said, world } from './support/asked.ts';
import type { Asked } from './support/asked.ts';
import { evaluateOnce } from './support/ports.ts';

describe('what is asked for', () => {
  it('by day for the next window, with everything that would be done', async () => {
    const asked = world();
    const { record, operation } = await asked.evaluate();
    expect(operation).toMatchObject({
      kind: 'remove-backend',
      state: 'proposed',
      from: 6,
      to: 5,
      targets: [{ node: '10.0.0.1:9050', backendId: '10000' }],
      recordId: record.id,
      startedAt: undefined,
      approval: { expiresAt: NIGHT + 3 * HOUR - 10 * MINUTE, given: undefined },
    });
    expect(asked.open()).toEqual(operation);
    expect(record.operationId).toBe(operation?.id);
  });

  it('the record shows what holds, and the command to type', async () => {
    const evaluation = await world().evaluate();
    expect(reasons(evaluation)).toEqual(['awaiting-approval', 'outside-window', 'step']);
    expect(said(evaluation, 'awaiting-approval')).toBe(
      'be/default 6 -> 5 (10.0.0.1:9050) waits for a yes until Wed 04:50: doris-autoscaler approve id-001',
    );
    expect(evaluation.record.steps).toEqual([]);
  });

  it('the record shows what holds every other group as well, refused at its look or not yet looked at', async () => {
    const asked = world();
    const groups = ['default', 'reports', 'adhoc'];
    asked.outside.members = groups.flatMap((group, place) =>
      [1, 2, 3, 4, 5, 6].map((index) => backend(place * 10 + index, { group })),
    );
    asked.outside.walk = async () =>
      walk({
        at: asked.clock.now(),
        replication: { known: true, value: [{ group: 'default', replicas: 6, table: 'shop.dim' }] },
      });
    const { record, operation } = await asked.evaluate(DAYTIME, {
      backends: groups.map((group) => groupPolicy({ group })),
    });
    expect(operation).toMatchObject({ group: 'reports', state: 'proposed' });
    const [refused, first, later] = record.groups;
    expect(refused).toMatchObject({ action: 'hold', desired: 6 });
    expect(refused?.reasons).toEqual(['awaiting-approval', 'outside-window', 'replication-floor', 'step']);
    expect(first).toMatchObject({ action: 'hold', reasons: ['awaiting-approval', 'outside-window', 'step'] });
    expect(later).toMatchObject({
      action: 'hold',
      desired: 6,
      reasons: ['awaiting-approval', 'outside-window', 'step'],
    });
    const waits = later?.guards.find(({ code }) => code === 'awaiting-approval');
    expect(waits).toMatchObject({ verdict: 'hold', detail: 'be/reports 6 -> 5 (10.0.0.12:9050) is asked for first' });
  });

  it('a dry run asks nobody, and names no id that nobody could answer', async () => {
    const asked = world();
    const { record, operation } = await evaluateOnce(asked, { policy: policyOf(), stage: 'admit' });
    expect([operation, asked.open()]).toEqual([undefined, undefined]);
    const waits = record.groups[0]?.guards.find(({ code }) => code === 'awaiting-approval');
    expect(waits).toMatchObject({
      verdict: 'hold',
      detail: 'it is asked for once only the window, idleness and a yes are missing',
    });
  });

  it('people are told once, in a few lines, whatever crashes between asking and telling', async () => {
    const asked = world();
    const { operation } = await asked.evaluate();
    const told = asked.notices.map(({ event, title, lines }) => ({ event, title, lines }));
    expect(told).toEqual([
      {
        event: 'approval-needed',
        title: 'analytics   be/default 6 -> 5 (10.0.0.1:9050) waits for a yes until Wed 04:50 (in 18 h 50 min)',
        lines: [
          `needed  ${operation?.because ?? ''}`,
          'removes 10.0.0.1:9050: 10.0 GiB in 1,000 tablets',
          'begins  in window night from Wed 01:00, if nothing holds it then',
          'yes     doris-autoscaler approve id-001',
          'no      doris-autoscaler cancel id-001',
        ],
      },
    ]);
    await asked.evaluate(DAYTIME + MINUTE);
    expect(asked.notices).toHaveLength(1);
    asked.kept.facts.delete('approval/told');
    await asked.evaluate(DAYTIME + 2 * MINUTE);
    expect(asked.notices).toHaveLength(2);
  });

  it('growth as well, with the number of nodes', async () => {
    const asked = world();
    asked.outside.history = () => 750;
    const { operation } = await asked.evaluate();
    expect(operation).toMatchObject({ kind: 'add-backend', state: 'proposed', from: 6, to: 8 });
    expect(asked.notices[0]?.lines).toContain('adds    2 backends');
  });

  it.each([
    { says: 'that needs no window', windows: { scaleOut: 'anytime' } as const, begins: 'at the next evaluation' },
    {
      says: 'that an emergency frees from windows',
      windows: { emergency: { signal: 'queries', above: 9, forMs: MINUTE } },
      begins: 'in window night from Wed 01:00, or at once in an emergency',
    },
  ])('growth $says, with when it begins', async ({ windows, begins }) => {
    const asked = world();
    asked.outside.history = () => 750;
    await asked.evaluate(DAYTIME, { windows: windowsPolicy(windows) });
    expect(asked.notices[0]?.lines).toContain(`begins  ${begins}, if nothing holds it then`);
  });

  it.each<{ when: string; given: (asked: Asked) => void; holds: ReasonCode }>([
    {
      when: 'a pause holds it',
      given: ({ outside }) => {
        outside.pauses = [
          { cluster: 'analytics', direction: 'both', since: 0, until: undefined, reason: 'audit', by: 'ann' },
        ];
      },
      holds: 'paused',
    },
    {
      when: 'its load is unknown',
      given: ({ outside }) => {
        outside.readings = async () => [reading(QUERIES, { quality: 'missing', reason: 'down', value: undefined })];
      },
      holds: 'metrics-unknown',
    },
    {
      when: 'the look with evidence holds it',
      given: ({ outside }) => {
        outside.evidence = () => Promise.reject(new Error('no answer'));
      },
      holds: 'disk-headroom',
    },
    {
      when: 'another daemon leads',
      given: ({ outside }) => {
        outside.leads = false;
      },
      holds: 'not-leader',
    },
  ])('nothing while $when: nobody is asked for what would not begin', async ({ given, holds }) => {
    const asked = world();
    given(asked);
    const evaluation = await asked.evaluate();
    expect(asked.open()).toBeUndefined();
    expect(asked.notices).toEqual([]);
    expect(reasons(evaluation)).toContain(holds);
  });

  it('nothing in the last minutes of a window that is too short: by day it is asked for the next', async () => {
    const asked = world(NOW + 2 * HOUR + 55 * MINUTE);
    expect(reasons(await asked.evaluate())).toContain('window-too-short');
    expect(asked.open()).toBeUndefined();
    await asked.evaluate(NOW + 3 * HOUR + MINUTE);
    expect(asked.open()?.approval?.expiresAt).toBe(NIGHT + 3 * HOUR - 10 * MINUTE);
  });
});

describe('a yes', () => {
  it('begins nothing before its window', async () => {
    const asked = world();
    await asked.evaluate();
    asked.approve();
    const evaluation = await asked.evaluate(DAYTIME + HOUR);
    expect(reasons(evaluation)).toEqual(['outside-window', 'step']);
    expect(said(evaluation, 'awaiting-approval')).toBe('approved by ann Tue 10:00');
    expect(asked.open()?.state).toBe('proposed');
  });

  it('begins in the window what was asked for, after the look with evidence, under the same id', async () => {
    const asked = world();
    const { operation: proposal } = await asked.evaluate();
    asked.approve();
    const { record, operation } = await asked.evaluate(NIGHT);
    expect(operation).toMatchObject({ id: proposal?.id, state: 'pending', createdAt: DAYTIME, recordId: record.id });
    expect(operation?.approval?.given?.by).toBe('ann');
    expect(record.steps).toHaveLength(1);
    expect(asked.asked.filter((each) => each === 'evidence')).toHaveLength(2);
  });

  it('that came in the window begins at the next evaluation', async () => {
    const asked = world(NOW);
    await asked.evaluate();
    expect(asked.open()?.approval?.expiresAt).toBe(NOW + 3 * HOUR - 10 * MINUTE);
    asked.approve();
    expect((await asked.evaluate(NOW + MINUTE)).operation?.state).toBe('pending');
  });

  it('waits while a guard holds, and is not void for it', async () => {
    const asked = world();
    await asked.evaluate();
    asked.approve();
    asked.outside.readings = async () => [reading(QUERIES, { quality: 'missing', reason: 'down', value: undefined })];
    expect(reasons(await asked.evaluate(NIGHT))).toContain('metrics-unknown');
    expect(asked.open()?.state).toBe('proposed');
    asked.outside.readings = async () => [reading(QUERIES)];
    expect((await asked.evaluate(NIGHT + MINUTE)).operation?.state).toBe('pending');
  });

  it('to a removal is for those nodes, also when others have less to move by now', async () => {
    const asked = world();
    await asked.evaluate();
    asked.approve();
    asked.outside.members = backends(6).map((each, index) =>
      index === 3 ? { ...each, dataUsedBytes: GIB, tablets: 1 } : each,
    );
    expect((await asked.evaluate(NIGHT)).operation).toMatchObject({
      state: 'pending',
      targets: [{ node: '10.0.0.1:9050' }],
    });
  });
});

describe('a proposal is over', () => {
  const fewer = backends(5);
  it.each<{ when: string; given?: (asked: Asked) => void; policy?: Partial<ClusterPolicy>; at?: number; why: string }>([
    {
      when: 'nobody answered until the end of its window',
      at: NIGHT + 3 * HOUR - 10 * MINUTE,
      why: 'nobody answered until Wed 04:50',
    },
    {
      when: 'the group has another number of nodes',
      given: ({ outside }) => {
        outside.members = fewer;
      },
      why: 'asked for from 6 nodes, now there are 5',
    },
    {
      when: 'growth is wanted instead',
      given: ({ outside }) => {
        outside.history = () => 750;
      },
      at: DAYTIME + HOUR,
      why: 'the plan is now be/default 6 -> 8',
    },
    {
      when: 'its backend was registered anew',
      given: ({ outside }) => {
        outside.members = [backend(0, { id: '99999' }), ...backends(6).slice(1)];
      },
      why: '10.0.0.1:9050 is another backend now',
    },
    {
      when: 'its backend is protected',
      policy: { protect: ['10.0.0.1'] },
      why: 'the plan is now be/default 6 -> 5 (10.0.0.2:9050)',
    },
    {
      when: 'the policy carries it out in another way',
      policy: { windows: windowsPolicy({ onClose: 'cancel' }) },
      why: 'the policy says now that it is carried out in another way',
    },
    { when: 'the mode is act', policy: { mode: 'act' }, why: 'mode: act asks nobody' },
    { when: 'the mode is observe', policy: { mode: 'observe' }, why: 'mode: observe asks nobody' },
  ])('when $when, approved or not', async ({ given, policy, at, why }) => {
    for (const approved of [false, true]) {
      const asked = world();
      await asked.evaluate();
      if (approved) asked.approve();
      given?.(asked);
      const evaluation = await asked.evaluate(at ?? DAYTIME + MINUTE, policy);
      const expected = approved ? why.replace('nobody answered', 'it was approved, but guards held it') : why;
      expect(evaluation.operation).toMatchObject({ state: 'cancelled', startedAt: undefined });
      expect(evaluation.operation?.reason).toContain(`approval-expired: ${expected}`);
      expect(said(evaluation, 'approval-expired')).toContain(expected);
      expect(asked.open()).toBeUndefined();
      expect(asked.notices.map(({ event }) => event)).toEqual(['approval-needed', 'approval-expired']);
    }
  });

  it('when the clock that it was asked by was ahead: a yes counts for no longer than 7 days', async () => {
    const asked = world();
    await asked.evaluate();
    asked.approve();
    const { id, approval, ...rest } = asked.open() ?? {};
    if (id === undefined || approval === undefined) throw new Error('nothing was asked for');
    const ahead = { ...approval, expiresAt: approval.expiresAt + 30 * DAY };
    const operation = { ...rest, id, createdAt: DAYTIME + 30 * DAY, approval: ahead } as Operation;
    asked.kept.operations.set(id, operation);
    const over = await asked.evaluate(DAYTIME + MINUTE);
    expect(over.operation?.reason).toBe('approval-expired: it was asked for by a clock that was ahead');
    await asked.evaluate(DAYTIME + 2 * MINUTE);
    expect(asked.open()?.approval).toMatchObject({ expiresAt: NIGHT + 3 * HOUR - 10 * MINUTE, given: undefined });
  });

  it('what is wanted then is asked for by the next evaluation', async () => {
    const asked = world();
    await asked.evaluate();
    await asked.evaluate(DAYTIME + MINUTE, { protect: ['10.0.0.1'] });
    const { operation } = await asked.evaluate(DAYTIME + 2 * MINUTE, { protect: ['10.0.0.1'] });
    expect(operation).toMatchObject({ state: 'proposed', targets: [{ node: '10.0.0.2:9050' }] });
  });

  it.each([
    ['an edit of cooldown', { backends: [groupPolicy({ cooldown: { inMs: HOUR, outMs: 0 } })] }],
    ['another guard before the end of a window', { windows: windowsPolicy({ guardMs: 5 * MINUTE }) }],
  ])('not for %s: that is no other plan', async (_case, policy) => {
    const asked = world();
    await asked.evaluate();
    asked.approve();
    await asked.evaluate(DAYTIME + MINUTE, policy);
    expect(asked.open()?.state).toBe('proposed');
  });

  it.each<[string, (asked: Asked) => void]>([
    [
      'the cluster is not seen',
      ({ outside }) => {
        outside.topology = () => Promise.reject(new Error('no master'));
      },
    ],
    [
      'the store cannot be written',
      ({ outside }) => {
        outside.writable = async () => false;
      },
    ],
    [
      'another daemon leads',
      ({ outside }) => {
        outside.leads = false;
      },
    ],
  ])('not while %s', async (_case, given) => {
    const asked = world();
    await asked.evaluate();
    given(asked);
    await asked.evaluate(DAYTIME + MINUTE);
    expect(asked.open()?.state).toBe('proposed');
  });

  it('not while a check keeps the cluster in observe', async () => {
    const asked = world();
    await asked.evaluate();
    await asked.clock.advanceTo(DAYTIME + MINUTE);
    await evaluateOnce(asked, { policy: policyOf({ mode: 'observe' }), forcedObserve: 'privileges: cannot act' });
    expect(asked.open()?.state).toBe('proposed');
  });

  it('when the last look before it begins shows another backend under the address', async () => {
    const asked = world();
    await asked.evaluate();
    asked.approve();
    const anew = [backend(0, { id: '99999' }), ...backends(6).slice(1)];
    asked.outside.evidence = async () => evidence(anew);
    let looks = 0;
    asked.outside.topology = async () => {
      looks += 1;
      return topology(looks < 2 ? asked.outside.members : anew, { at: asked.clock.now() });
    };
    const evaluation = await asked.evaluate(NIGHT);
    const why = 'the last look shows another plan: be/default 6 -> 5 (10.0.0.1:9050)';
    expect(evaluation.operation).toMatchObject({ state: 'cancelled', reason: `approval-expired: ${why}` });
    expect(reasons(evaluation)).toContain('approval-expired');
    expect(said(evaluation, 'approval-expired')).toBe(`id-001 is void: ${why}`);
  });

  it('not when the look with evidence holds a part of it: less than was approved is not begun either', async () => {
    const step = { backends: [groupPolicy({ step: { out: 4, in: 2 }, min: 3 })] };
    const asked = world();
    asked.outside.history = () => 100;
    await asked.evaluate(DAYTIME, step);
    expect(asked.open()).toMatchObject({ from: 6, to: 4 });
    asked.approve();
    asked.outside.walk = async () =>
      walk({ replication: { known: true, value: [{ group: 'default', replicas: 5, table: 'shop.events' }] } });
    const evaluation = await asked.evaluate(NIGHT, step);
    expect(reasons(evaluation)).toContain('replication-floor');
    expect(asked.open()?.state).toBe('proposed');
  });
});

describe('a no', () => {
  it('ends the proposal and names who said it; nobody is told what he said himself', async () => {
    const asked = world();
    await asked.evaluate();
    asked.reject();
    const { operation } = await asked.evaluate(DAYTIME + MINUTE);
    expect(operation).toMatchObject({ state: 'cancelled', reason: 'rejected by bob: a release tonight' });
    expect(asked.notices.map(({ event }) => event)).toEqual(['approval-needed']);
  });

  it('after a yes counts as well, until it has begun', async () => {
    const asked = world();
    await asked.evaluate();
    asked.approve();
    asked.reject();
    expect((await asked.evaluate(NIGHT)).operation?.state).toBe('cancelled');
  });

  it('rests for 24 h, then it is asked for again', async () => {
    const asked = world();
    await asked.evaluate();
    asked.reject();
    await asked.evaluate(DAYTIME + MINUTE);
    const resting = await asked.evaluate(DAYTIME + 2 * MINUTE, { protect: ['10.0.0.1'] });
    expect(asked.open()).toBeUndefined();
    expect(said(resting, 'awaiting-approval')).toBe(
      'rejected by bob: a release tonight; asked for again Wed 10:01, or after a resume',
    );
    await asked.evaluate(DAYTIME + MINUTE + DAY);
    expect(asked.open()?.state).toBe('proposed');
  });

  it('to growth rests growth that goes no further, and no other', async () => {
    const asked = world();
    asked.outside.history = () => 750;
    await asked.evaluate();
    asked.reject();
    await asked.evaluate(DAYTIME + MINUTE);
    await asked.evaluate(DAYTIME + 2 * MINUTE);
    expect(asked.open()).toBeUndefined();
    asked.outside.history = () => 950;
    await asked.evaluate(DAYTIME + HOUR);
    expect(asked.open()).toMatchObject({ from: 6, to: 10 });
  });

  it('is no failed removal: the backend is not skipped, and no cooldown begins', async () => {
    const asked = world();
    await asked.evaluate();
    asked.reject();
    await asked.evaluate(DAYTIME + MINUTE);
    const later = await asked.evaluate(DAYTIME + 2 * MINUTE);
    expect(reasons(later)).toEqual(['awaiting-approval', 'outside-window', 'step']);
    expect(later.record.groups[0]?.victims.map(({ node }) => node)).toEqual(['10.0.0.1:9050']);
  });
});

describe('a change that is not wanted for a while', () => {
  it('stays asked for, and begins only when it is wanted again', async () => {
    const asked = world();
    await asked.evaluate();
    const first = asked.open();
    asked.outside.history = () => 550;
    await asked.evaluate(DAYTIME + HOUR);
    expect(asked.open()).toMatchObject({ id: first?.id, state: 'proposed' });
    asked.approve();
    const held = await asked.evaluate(NIGHT);
    expect(held.record.steps).toEqual([]);
    expect(asked.open()).toMatchObject({ id: first?.id, state: 'proposed' });
  });
});

describe('a removal whose size is at the edge of a whole node', () => {
  const inTwos = { backends: [groupPolicy({ step: { out: 4, in: 2 }, min: 3 })] };
  /** Needs four of six nodes, then five. */
  async function smallerSoon(): Promise<Asked> {
    const asked = world();
    asked.outside.history = () => 100;
    await asked.evaluate(DAYTIME, inTwos);
    asked.outside.history = () => 430;
    return asked;
  }

  it('is asked for on for 4 h, then as it is by then', async () => {
    const asked = await smallerSoon();
    const first = asked.open();
    expect(first).toMatchObject({ from: 6, to: 4 });
    const { record } = await asked.evaluate(DAYTIME + HOUR, inTwos);
    expect(record.groups[0]).toMatchObject({ recommended: 5 });
    expect(asked.open()).toMatchObject({ id: first?.id });
    const over = await asked.evaluate(DAYTIME + 4 * HOUR, inTwos);
    expect(over.operation?.reason).toContain('the plan is now be/default 6 -> 5');
    await asked.evaluate(DAYTIME + 4 * HOUR + MINUTE, inTwos);
    expect(asked.open()).toMatchObject({ from: 6, to: 5 });
  });

  it('is asked for on as well where another backend has a little less to move by then', async () => {
    const asked = await smallerSoon();
    const first = asked.open();
    asked.outside.members = backends(6).map((each, index) =>
      index === 3 ? { ...each, dataUsedBytes: GIB, tablets: 1 } : each,
    );
    const { record } = await asked.evaluate(DAYTIME + HOUR, inTwos);
    expect(record.groups[0]).toMatchObject({ recommended: 5, victims: [{ node: '10.0.0.1:9050' }] });
    expect(asked.open()).toMatchObject({ id: first?.id });
    expect(asked.notices.map(({ event }) => event)).toEqual(['approval-needed']);
  });

  it('begins in neither size by a yes to the other', async () => {
    const asked = await smallerSoon();
    asked.approve();
    const later = { ...inTwos, windows: windowsPolicy({ always: true }) };
    const held = await asked.evaluate(DAYTIME + HOUR, later);
    expect(held.record.groups[0]).toMatchObject({ recommended: 5 });
    expect(said(held, 'awaiting-approval')).toBe('approved was be/default 6 -> 4 (10.0.0.1:9050, 10.0.0.2:9050)');
    expect(held.record.steps).toEqual([]);
    expect(asked.open()?.state).toBe('proposed');
    expect(asked.notices.map(({ event }) => event)).toEqual(['approval-needed']);
  });
});

describe('a proposal holds nothing up', () => {
  it('growth to a floor takes the place of a removal that waits', async () => {
    const two = {
      backends: [groupPolicy(), groupPolicy({ group: 'reports', min: 1, max: 1 })],
    };
    const asked = world();
    asked.outside.members = [...backends(6), backend(6, { group: 'reports' })];
    await asked.evaluate(DAYTIME, two);
    expect(asked.open()?.kind).toBe('remove-backend');
    const floor = { backends: [groupPolicy(), groupPolicy({ group: 'reports', min: 2, max: 2 })] };
    const replaced = await asked.evaluate(DAYTIME + MINUTE, floor);
    expect(replaced.operation?.reason).toBe('approval-expired: be/reports 1 -> 2 comes first');
    expect((await asked.evaluate(DAYTIME + 2 * MINUTE, floor)).operation).toMatchObject({
      kind: 'add-backend',
      group: 'reports',
    });
  });

  it('growth that was rejected takes no place: a removal of another group is asked for once and waits', async () => {
    const floor = { backends: [groupPolicy(), groupPolicy({ group: 'reports', min: 2, max: 2 })] };
    const asked = world();
    asked.outside.members = [...backends(6), backend(6, { group: 'reports' })];
    await asked.evaluate(DAYTIME, floor);
    expect(asked.open()).toMatchObject({ kind: 'add-backend', group: 'reports' });
    asked.reject();
    await asked.evaluate(DAYTIME + MINUTE, floor);
    await asked.evaluate(DAYTIME + 2 * MINUTE, floor);
    const removal = asked.open();
    expect(removal).toMatchObject({ kind: 'remove-backend', group: 'default', state: 'proposed' });
    for (const minute of [3, 4, 5]) await asked.evaluate(DAYTIME + minute * MINUTE, floor);
    expect(asked.open()?.id).toBe(removal?.id);
  });

  it('a removal that is refused at its last look takes no place: an observer is asked for once and waits', async () => {
    const asked = world();
    const frontends = [frontend(0), frontend(1), frontend(2), frontend(9, { role: 'OBSERVER', isMaster: false })];
    asked.outside.members = backends(6);
    asked.outside.topology = async () => topology(asked.outside.members, { at: asked.clock.now(), frontends });
    asked.outside.walk = async () =>
      walk({
        at: asked.clock.now(),
        replication: { known: true, value: [{ group: 'default', replicas: 6, table: 'shop.dim' }] },
      });
    const policy = { frontend: frontendPolicy({ observers: { min: 0, max: 6, managed: ['fe10'] } }) };
    await asked.evaluate(DAYTIME, policy);
    const first = asked.open();
    expect(first).toMatchObject({ kind: 'remove-observer', state: 'proposed' });
    for (const minute of [1, 2, 3]) await asked.evaluate(DAYTIME + minute * MINUTE, policy);
    expect(asked.open()?.id).toBe(first?.id);
  });

  it('what a person does to a proposed node is seen as his', async () => {
    const asked = world();
    await asked.evaluate();
    asked.outside.members = backends(6).slice(1);
    asked.outside.topology = async () => topology(asked.outside.members, { at: asked.clock.now() });
    for (const minute of [1, 2, 3]) await asked.evaluate(DAYTIME + minute * MINUTE);
    expect(asked.kept.foreign).toMatchObject([{ node: '10.0.0.1:9050', change: 'removed' }]);
  });
});

describe('growth that was rejected', () => {
  /** Ten backends, and three frontends that serve twelve; no observer may come. */
  const tight = frontendPolicy({ backendsPerFrontend: { min: 2, max: 4 }, observers: { min: 0, max: 0, managed: [] } });
  const grows = (first: number, second: number): Partial<ClusterPolicy> => ({
    frontend: tight,
    backends: [groupPolicy({ min: first }), groupPolicy({ group: 'reports', min: second })],
  });
  const both = (): Asked => {
    const asked = world();
    asked.outside.members = [
      ...backends(5),
      ...[0, 1, 2, 3, 4].map((index) => backend(10 + index, { group: 'reports' })),
    ];
    return asked;
  };

  it('takes no room: the growth beside it is asked for as it would begin', async () => {
    const asked = both();
    await asked.evaluate(NIGHT, grows(6, 7));
    expect(asked.open()).toMatchObject({ group: 'default', to: 6 });
    asked.reject();
    for (const minute of [1, 2]) await asked.evaluate(NIGHT + minute * MINUTE, grows(6, 7));
    expect(asked.open()).toMatchObject({ group: 'reports', to: 7, state: 'proposed' });
    asked.approve();
    await asked.evaluate(NIGHT + 3 * MINUTE, grows(6, 7));
    expect(asked.open()).toMatchObject({ group: 'reports', to: 7, state: 'pending' });
  });

  it('keeps no other from being asked for where it would have taken all the room', async () => {
    const asked = both();
    await asked.evaluate(NIGHT, grows(7, 6));
    expect(asked.open()).toMatchObject({ group: 'default', to: 7 });
    asked.reject();
    for (const minute of [1, 2]) await asked.evaluate(NIGHT + minute * MINUTE, grows(7, 6));
    expect(asked.open()).toMatchObject({ group: 'reports', to: 6 });
  });

  it('of observers gives backends no room: nothing is asked for that could not begin', async () => {
    const asked = world();
    asked.outside.members = backends(12);
    const policy = {
      frontend: { ...tight, observers: { min: 0, max: 6, managed: [] } },
      backends: [groupPolicy({ min: 14 })],
    };
    await asked.evaluate(NIGHT, policy);
    expect(asked.open()).toMatchObject({ kind: 'add-observer' });
    asked.reject();
    for (const minute of [1, 2, 3]) await asked.evaluate(NIGHT + minute * MINUTE, policy);
    expect(asked.open()).toBeUndefined();
  });
});
