import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import type { DecideInput } from '../../../../src/decision/input.ts';
import { BOTH_GUARD_CODES, GUARD_CODES } from '../../../../src/domain/codes.ts';
import type { GuardCode } from '../../../../src/domain/codes.ts';
import type { Operation } from '../../../../src/domain/operation.ts';
import {
  backend,
  backends,
  CPU,
  DAY,
  frontend,
  groupPolicy,
  HEAP,
  history,
  HOUR,
  input,
  MINUTE,
  NOW,
  QUERIES,
  reading,
  slots,
  windowsPolicy,
} from '../../../support/decision-input.ts';

const OUT = 8.2;
const IN = 3.5;
const unknown = (reason: string) => ({ known: false as const, reason });
const operation = {
  kind: 'remove-backend',
  role: 'backend',
  group: 'default',
  state: 'running',
  id: '01J',
  from: 6,
  to: 5,
  targets: [],
  createdAt: NOW,
  progress: undefined,
} as Partial<Operation> as Operation;
const idle = windowsPolicy({ idle: [{ signal: 'be_cpu', below: 0.35, forMs: 10 * MINUTE }] });
const busy = { signal: 'be_cpu', below: 0.35, state: 'busy' as const, value: 0.6, detail: '' };
const floor = (fromMs: number, min = 9) => ({
  name: 'month-end',
  when: { form: 'range' as const, fromMs, untilMs: fromMs + 8 * DAY },
  min,
  max: undefined,
});
const members = backends(6);

interface Case {
  readonly when: string;
  readonly given: Parameters<typeof input>[0];
  /** Undefined = no guard speaks. */
  readonly holds: GuardCode | undefined;
}

function first(given: DecideInput) {
  const [group] = decide(given).groups;
  if (group === undefined) throw new Error('no group was decided');
  return group;
}

/** Backends beside each other on their hosts; the first has the least to move. */
function onHosts(...names: readonly string[]) {
  return names.map((host, index) => backend(index, { host, address: `${host}:${String(9050 + index)}` }));
}

const holding = (given: Parameters<typeof input>[0]): readonly string[] => {
  const group = first(input(given));
  return group.reasons.filter((code) => (GUARD_CODES as readonly string[]).includes(code));
};

const inOnly: readonly Case[] = [
  { when: 'nothing stands against it', given: {}, holds: undefined },
  {
    when: 'a signal has no data',
    given: { observation: { signals: [signals({ quality: 'missing', reason: 'no series' })] } },
    holds: 'metrics-unknown',
  },
  { when: 'a signal was not read at all', given: { observation: { signals: [] } }, holds: 'metrics-unknown' },
  {
    when: 'a backend has no series',
    given: { observation: { signals: [signals({ missingBackends: ['10.0.0.3:9050'] })] } },
    holds: 'metrics-unknown',
  },
  {
    when: 'a series belongs to no backend',
    given: { observation: { signals: [signals({ foreignSeries: ['10.9.9.9:8040'] })] } },
    holds: 'metrics-unknown',
  },
  {
    when: 'a signal is stale',
    given: { observation: { signals: [signals({ quality: 'stale', ageMs: 6 * MINUTE })] } },
    holds: 'metrics-stale',
  },
  {
    when: 'a hole lies in the look-back',
    given: { observation: { signals: [signals({ quality: 'recovering' })] } },
    holds: 'metrics-recovering',
  },
  {
    when: 'only five days are known',
    given: { demand: [history({ queries: slots('queries', () => 350, { days: 5 }) })] },
    holds: 'history-short',
  },
  {
    when: 'two hours are missing in the last day',
    given: {
      demand: [
        history({ queries: slots('queries', (at) => (at > NOW - 5 * HOUR && at < NOW - 3 * HOUR ? undefined : 350)) }),
      ],
    },
    holds: 'history-short',
  },
  {
    when: 'half an hour is missing in the last day',
    given: {
      demand: [
        history({
          queries: slots('queries', (at) => (at > NOW - 5 * HOUR && at < NOW - 4.5 * HOUR ? undefined : 350)),
        }),
      ],
    },
    holds: undefined,
  },
  {
    when: 'a removal failed 20 h ago',
    given: { groupMemory: { failedRemovals: 1, lastFailedRemovalAt: NOW - 20 * HOUR } },
    holds: 'backoff',
  },
  {
    when: 'a removal failed 25 h ago',
    given: { groupMemory: { failedRemovals: 1, lastFailedRemovalAt: NOW - 25 * HOUR } },
    holds: undefined,
  },
  {
    when: 'two failed, the last 40 h ago',
    given: { groupMemory: { failedRemovals: 2, lastFailedRemovalAt: NOW - 40 * HOUR } },
    holds: 'backoff',
  },
  {
    when: 'three failed, the last 80 h ago',
    given: { groupMemory: { failedRemovals: 3, lastFailedRemovalAt: NOW - 80 * HOUR } },
    holds: 'backoff',
  },
  { when: 'a person undid ours', given: { groupMemory: { restsUntil: NOW + HOUR } }, holds: 'backoff' },
  {
    when: 'a heap is above its limit',
    given: {
      group: { signals: [QUERIES, HEAP] },
      observation: {
        signals: [{ role: 'backend', group: 'default', readings: [reading(QUERIES), reading(HEAP, { value: 0.9 })] }],
      },
    },
    holds: 'limit-exceeded',
  },
  {
    when: 'an FE limit of another group is exceeded',
    given: {
      observation: {
        signals: [signals({}), { role: 'backend', group: 'other', readings: [reading(HEAP, { value: 0.9 })] }],
      },
    },
    holds: 'limit-exceeded',
  },
  {
    when: 'an FE limit of another group is unknown',
    given: {
      policy: {
        backends: [groupPolicy(), groupPolicy({ group: 'other', signals: [HEAP] })],
      },
      observation: {
        signals: [
          signals({}),
          { role: 'backend', group: 'other', readings: [reading(HEAP, { quality: 'missing', reason: 'no series' })] },
        ],
      },
    },
    holds: 'metrics-unknown',
  },
  {
    when: 'another signal of another group is unknown',
    given: {
      policy: {
        backends: [groupPolicy(), groupPolicy({ group: 'other', signals: [CPU] })],
      },
      observation: {
        signals: [
          signals({}),
          { role: 'backend', group: 'other', readings: [reading(CPU, { quality: 'missing', reason: 'no series' })] },
        ],
      },
    },
    holds: undefined,
  },
  {
    when: 'a heap is below its limit',
    given: {
      group: { signals: [QUERIES, HEAP] },
      observation: {
        signals: [{ role: 'backend', group: 'default', readings: [reading(QUERIES), reading(HEAP, { value: 0.7 })] }],
      },
    },
    holds: undefined,
  },
  {
    when: 'one backend is far above the target',
    given: {
      group: { signals: [CPU] },
      demand: [history({ be_cpu: slots('be_cpu', () => 1.7) })],
      observation: {
        signals: [
          {
            role: 'backend',
            group: 'default',
            readings: [
              reading(CPU, {
                nodes: [
                  { backend: '10.0.0.1:9050', value: 0.8 },
                  { backend: '10.0.0.2:9050', value: 0.1 },
                ],
              }),
            ],
          },
        ],
      },
    },
    holds: 'limit-exceeded',
  },
  {
    when: 'a backend is dead',
    given: { members: [...backends(5), backend(5, { alive: false })] },
    holds: 'cluster-unhealthy',
  },
  {
    when: 'a backend restarted 10 min ago',
    given: { memory: { restarts: [{ node: '10.0.0.1:9050', role: 'backend', seenAt: NOW - 10 * MINUTE }] } },
    holds: 'cluster-unhealthy',
  },
  {
    when: 'a backend restarted 40 min ago',
    given: { memory: { restarts: [{ node: '10.0.0.1:9050', role: 'backend', seenAt: NOW - 40 * MINUTE }] } },
    holds: undefined,
  },
  {
    when: 'the last scale-out ended 20 h ago',
    given: { groupMemory: { lastOutEndedAt: NOW - 20 * HOUR } },
    holds: 'min-hold',
  },
  {
    when: 'the last scale-out ended 25 h ago',
    given: { groupMemory: { lastOutEndedAt: NOW - 25 * HOUR } },
    holds: undefined,
  },
  {
    when: 'a floor needs the node back within a day',
    given: { group: { schedule: [floor(NOW + 1.5 * DAY)] } },
    holds: 'min-hold',
  },
  {
    when: 'a floor needs the node back in four days',
    given: { group: { schedule: [floor(NOW + 4 * DAY)] } },
    holds: undefined,
  },
  {
    when: 'three backends would not be left',
    given: { nodes: 3, group: { min: 2 }, demand: [history({ queries: slots('queries', () => 150) })] },
    holds: 'replication-floor',
  },
  {
    when: 'several backends share a host, and those of three hosts would be left',
    given: { members: onHosts('a', 'a', 'b', 'b', 'c', 'c') },
    holds: undefined,
  },
  {
    when: 'several backends share a host, and those of two hosts would be left',
    given: { members: onHosts('a', 'b', 'b', 'b', 'c', 'c') },
    holds: 'replication-floor',
  },
  {
    when: 'queries are disabled on the rest',
    given: { members: members.map((each, index) => (index < 2 ? each : { ...each, queryDisabled: true })) },
    holds: 'replication-floor',
  },
  {
    when: 'the disks of the rest are full',
    given: { members: members.map((each) => ({ ...each, availableBytes: 26 * 2 ** 30 })) },
    holds: 'disk-headroom',
  },
  {
    when: 'every host is protected',
    given: { policy: { protect: members.map((each) => each.host) } },
    holds: 'no-victim',
  },
];

const bothWays: readonly Case[] = [
  {
    when: 'somebody paused the cluster',
    given: {
      memory: {
        pauses: [{ cluster: 'analytics', direction: 'both', since: 0, until: undefined, reason: 'audit', by: 'ann' }],
      },
    },
    holds: 'paused',
  },
  {
    when: 'a pause is over',
    given: {
      memory: {
        pauses: [{ cluster: 'analytics', direction: 'both', since: 0, until: NOW - 1, reason: 'audit', by: 'ann' }],
      },
    },
    holds: undefined,
  },
  { when: 'the mode is observe', given: { policy: { mode: 'observe' } }, holds: 'mode-observe' },
  { when: 'the mode is approve', given: { policy: { mode: 'approve' } }, holds: 'awaiting-approval' },
  { when: 'another daemon leads', given: { observation: { leader: false } }, holds: 'not-leader' },
  { when: 'an operation is open', given: { memory: { openOperation: operation } }, holds: 'operation-open' },
  {
    when: 'somebody else drains a backend',
    given: { members: [...backends(6), backend(6, { decommissioned: true })] },
    holds: 'foreign-operation',
  },
  {
    when: 'only we drain a backend',
    given: {
      members: [...backends(6), backend(6, { decommissioned: true })],
      memory: { ownDrains: ['10.0.0.7:9050'] },
    },
    holds: undefined,
  },
  { when: 'no window is open', given: { at: NOW + 6 * HOUR }, holds: 'outside-window' },
  {
    when: 'the window closes in 12 min',
    given: { at: NOW + 2 * HOUR + 48 * MINUTE, policy: { windows: windowsPolicy({ onClose: 'cancel' }) } },
    holds: 'window-too-short',
  },
  {
    when: 'the window is about to close and its guard runs',
    given: { at: NOW + 2 * HOUR + 55 * MINUTE },
    holds: 'window-too-short',
  },
  {
    when: 'the cluster is busy',
    given: { policy: { windows: idle }, observation: { idle: [busy] } },
    holds: 'not-idle',
  },
  {
    when: 'nobody can tell whether it is idle',
    given: {
      policy: { windows: idle },
      observation: { idle: [{ ...busy, state: 'unknown', value: undefined, detail: 'no data' }] },
    },
    holds: 'not-idle',
  },
  { when: 'idle was not read', given: { policy: { windows: idle } }, holds: 'not-idle' },
  {
    when: 'it is idle',
    given: { policy: { windows: idle }, observation: { idle: [{ ...busy, state: 'idle', value: 0.1 }] } },
    holds: undefined,
  },
  {
    when: 'a scale-out ended 10 min ago and minHold is 0',
    given: { groupMemory: { lastOutEndedAt: NOW - 10 * MINUTE }, group: { minHoldMs: 0 } },
    holds: 'cooldown',
  },
  {
    when: 'somebody added a backend 10 min ago and minHold is 0',
    given: {
      group: { minHoldMs: 0 },
      memory: {
        foreignChanges: [{ at: NOW - 10 * MINUTE, node: 'x:9050', change: 'added', role: 'backend', group: 'default' }],
      },
    },
    holds: 'cooldown',
  },
  {
    when: 'two of three followers are dead',
    given: { topology: { frontends: [frontend(0), frontend(1, { alive: false }), frontend(2, { alive: false })] } },
    holds: 'quorum',
  },
  { when: 'the clock jumped', given: { observation: { clockJumped: true } }, holds: 'clock-jump' },
  { when: 'the cluster is decoupled', given: { topology: { mode: 'decoupled' } }, holds: 'version-unsupported' },
  {
    when: 'a backend is a pod',
    given: {
      members: [...backends(5), backend(5, { host: 'doris-be-5.doris-be.ns.svc' })],
      observation: { hosts: {} },
      group: { provisioner: undefined },
    },
    holds: 'version-unsupported',
  },
  { when: 'the store cannot be written', given: { observation: { storeWritable: false } }, holds: 'store-unavailable' },
  {
    when: 'two versions run',
    given: { members: [...backends(5), backend(5, { version: 'doris-3.0.3' })] },
    holds: 'rolling-restart',
  },
];

function signals(parts: Parameters<typeof reading>[1]) {
  return { role: 'backend' as const, group: 'default', readings: [reading(QUERIES, parts)] };
}

describe('guards of scale-in', () => {
  it.each(inOnly)('$when: $holds', ({ given, holds }) => {
    const group = first(input({ need: IN, ...given }));
    expect(group.recommended).toBeLessThan(group.current ?? 0);
    expect(holding({ need: IN, ...given })[0]).toBe(holds);
    expect(group.action).toBe(holds === undefined ? 'scale-in' : 'hold');
  });

  it.each(inOnly.filter((each) => each.holds !== undefined && each.holds !== 'history-short'))(
    'do not stop a scale-out that a good signal asks for: $when',
    ({ given }) => {
      const asks = {
        ...given,
        demand: [history({ queries: slots('queries', () => 1500) })],
        group: { ...given.group, signals: [QUERIES] },
      };
      const group = first(input({ ...asks, observation: { ...given.observation, signals: [signals({})] } }));
      expect(group.action).toBe('scale-out');
    },
  );
});

describe('guards of both directions', () => {
  it.each(bothWays)('$when: $holds, in and out', ({ given, holds }) => {
    for (const need of [IN, OUT]) {
      const group = first(input({ need, ...given }));
      expect(holding({ need, ...given })[0]).toBe(holds);
      expect(group.action === 'hold').toBe(holds !== undefined);
      expect(group.desired).toBe(group.action === 'hold' ? group.current : group.recommended);
    }
  });

  it('a pause of one direction leaves the other alone', () => {
    const pauses = [
      { cluster: 'analytics', direction: 'in' as const, since: 0, until: NOW + HOUR, reason: '', by: 'ann' },
    ];
    expect(holding({ need: IN, memory: { pauses } })).toEqual(['paused']);
    expect(holding({ need: OUT, memory: { pauses } })).toEqual([]);
  });

  it.each([undefined, NOW + 3 * HOUR])('of two pauses the longer one says until when (until %s)', (until) => {
    const pause = { cluster: 'analytics', since: 0, reason: '', by: 'ann' };
    const pauses = [
      { ...pause, direction: 'both' as const, until: NOW + HOUR },
      { ...pause, direction: 'in' as const, until },
    ];
    const { guards } = first(input({ need: IN, memory: { pauses } }));
    expect(guards.find(({ code }) => code === 'paused')).toMatchObject({ until, detail: 'scale-in is paused by ann' });
  });

  it('cooldown of scale-in counts from a removal, that of scale-out does not', () => {
    const groupMemory = { lastInEndedAt: NOW - 10 * MINUTE };
    expect(holding({ need: IN, groupMemory })).toEqual(['cooldown']);
    expect(holding({ need: OUT, groupMemory })).toEqual([]);
  });

  it('two restarts within 30 min are a wave, which a growth to min waits for no longer than 1 h', () => {
    const restarts = ['10.0.0.1:9050', '10.0.0.2:9050'].map((node) => ({
      node,
      role: 'backend' as const,
      seenAt: NOW - MINUTE,
    }));
    expect(holding({ need: OUT, memory: { restarts } })).toEqual(['rolling-restart']);
    const toMin = { nodes: 4, group: { min: 5 }, need: IN };
    expect(holding({ ...toMin, memory: { restarts } })).toEqual(['rolling-restart']);
    const waited = input({ ...toMin, groupMemory: { rollingHoldSince: NOW - HOUR } });
    expect(first({ ...waited, memory: { ...waited.memory, restarts } }).action).toBe('scale-out');
  });

  it('nothing is known of a cluster that cannot be seen', () => {
    const group = first(input({ observation: { topology: unknown('no master') } }));
    expect(group).toMatchObject({
      action: 'hold',
      current: undefined,
      desired: undefined,
      reasons: ['topology-unknown'],
    });
  });

  it('another cluster behind the endpoints is no topology, and both ids are named', () => {
    const group = first(input({ memory: { clusterId: '99' } }));
    expect(group.reasons).toEqual(['topology-unknown']);
    expect(group.bindingReason).toContain('77');
    expect(group.bindingReason).toContain('99');
  });

  it('every guard is in the record, in the order of the codes', () => {
    expect(first(input({})).guards.map((each) => each.code)).toEqual(GUARD_CODES);
    expect(
      first(input({}))
        .guards.filter((each) => each.direction === 'both')
        .map((each) => each.code),
    ).toEqual(BOTH_GUARD_CODES);
  });

  it('reasons name the guards in the order of the codes', () => {
    const given = { policy: { mode: 'observe' as const }, at: NOW + 6 * HOUR, observation: { clockJumped: true } };
    expect(holding({ need: IN, ...given })).toEqual(['mode-observe', 'outside-window', 'clock-jump']);
  });
});

describe('guards of scale-out', () => {
  const cases: readonly Case[] = [
    { when: 'a host is free', given: {}, holds: undefined },
    { when: 'no provisioner is named', given: { group: { provisioner: undefined } }, holds: 'no-host' },
    {
      when: 'the provisioner does not answer',
      given: { observation: { hosts: { spares: unknown('exit 1') } } },
      holds: 'no-host',
    },
    {
      when: 'every host is registered already',
      given: {
        observation: {
          hosts: {
            spares: {
              known: true,
              value: {
                provisioner: 'spares',
                hosts: members.map((each) => ({ host: each.host, address: each.address, state: 'free' as const })),
              },
            },
          },
        },
      },
      holds: 'no-host',
    },
    {
      when: 'an addition came to nothing 9 min ago',
      given: { groupMemory: { failedAdditions: 1, lastFailedAdditionAt: NOW - 9 * MINUTE } },
      holds: 'no-host',
    },
    {
      when: 'an addition came to nothing 10 min ago',
      given: { groupMemory: { failedAdditions: 1, lastFailedAdditionAt: NOW - 10 * MINUTE } },
      holds: undefined,
    },
    {
      when: 'three came to nothing, the last 39 min ago',
      given: { groupMemory: { failedAdditions: 3, lastFailedAdditionAt: NOW - 39 * MINUTE } },
      holds: 'no-host',
    },
    {
      when: 'thirty came to nothing, the last 119 min ago',
      given: { groupMemory: { failedAdditions: 30, lastFailedAdditionAt: NOW - 119 * MINUTE } },
      holds: 'no-host',
    },
    {
      when: 'thirty came to nothing, the last two hours ago',
      given: { groupMemory: { failedAdditions: 30, lastFailedAdditionAt: NOW - 2 * HOUR } },
      holds: undefined,
    },
    {
      when: 'the only signal that asks has no data',
      given: { observation: { signals: [signals({ quality: 'missing', reason: 'no series' })] } },
      holds: 'metrics-unknown',
    },
    {
      when: 'the only signal that asks is stale',
      given: { observation: { signals: [signals({ quality: 'stale' })] } },
      holds: 'metrics-stale',
    },
    {
      when: 'the only signal that asks is recovering',
      given: { observation: { signals: [signals({ quality: 'recovering' })] } },
      holds: 'metrics-recovering',
    },
    {
      when: 'no window is open but none is needed',
      given: { at: NOW + 6 * HOUR, policy: { windows: windowsPolicy({ scaleOut: 'anytime' }) } },
      holds: undefined,
    },
    {
      when: 'an emergency overrides the window',
      given: {
        at: NOW + 6 * HOUR,
        policy: { windows: windowsPolicy({ emergency: { signal: 'be_cpu', above: 0.9, forMs: MINUTE } }) },
        observation: { emergency: { known: true, value: true } },
      },
      holds: undefined,
    },
    {
      when: 'an unknown emergency is none',
      given: {
        at: NOW + 6 * HOUR,
        policy: { windows: windowsPolicy({ emergency: { signal: 'be_cpu', above: 0.9, forMs: MINUTE } }) },
        observation: { emergency: unknown('no data') },
      },
      holds: 'outside-window',
    },
  ];

  it.each(cases)('$when: $holds', ({ given, holds }) => {
    expect(holding({ need: OUT, ...given })[0]).toBe(holds);
    expect(first(input({ need: OUT, ...given })).action).toBe(holds === undefined ? 'scale-out' : 'hold');
  });

  it('a free host of frontends is none for backends', () => {
    const group = first(
      input({
        need: 9,
        observation: {
          hosts: {
            spares: {
              known: true,
              value: {
                provisioner: 'spares',
                hosts: [{ host: 'f', address: 'f:9010', state: 'free', role: 'frontend' }],
              },
            },
          },
        },
      }),
    );
    expect(group.reasons).toContain('no-host');
  });

  it('growth ends where the hosts end', () => {
    const group = first(
      input({
        need: 9,
        observation: {
          hosts: {
            spares: {
              known: true,
              value: {
                provisioner: 'spares',
                hosts: [
                  { host: 'n', address: 'n:9050', state: 'free' },
                  { host: 'd', address: 'd:9050', state: 'dirty' },
                ],
              },
            },
          },
        },
      }),
    );
    expect(group).toMatchObject({ action: 'scale-out', recommended: 9, desired: 8 });
  });

  it('anytime and emergencies free no scale-in', () => {
    const windows = windowsPolicy({ scaleOut: 'anytime', emergency: { signal: 'be_cpu', above: 0.9, forMs: MINUTE } });
    expect(
      holding({
        need: IN,
        at: NOW + 6 * HOUR,
        policy: { windows },
        observation: { emergency: { known: true, value: true } },
      }),
    ).toEqual(['outside-window']);
  });

  it('growth to min asks neither metrics nor idleness nor cooldown', () => {
    const group = first(
      input({
        nodes: 4,
        group: { min: 6 },
        demand: [],
        policy: { windows: idle },
        groupMemory: { lastOutEndedAt: NOW - MINUTE },
        observation: { signals: [], idle: [busy] },
      }),
    );
    expect(group).toMatchObject({ action: 'scale-out', desired: 6, toFloor: true });
    expect(group.reasons).toEqual(['at-min']);
  });

  it('where load beyond the floor is held, the floor is reached all the same', () => {
    const group = first(input({ nodes: 4, need: 8, group: { min: 6 }, groupMemory: { lastOutEndedAt: NOW - MINUTE } }));
    expect(group).toMatchObject({ action: 'scale-out', desired: 6, toFloor: true });
  });

  it('growth to min pauses after additions that came to nothing, and is told until when', () => {
    const given = { nodes: 4, group: { min: 6 } };
    const tried = { failedAdditions: 2, lastFailedAdditionAt: NOW - 15 * MINUTE };
    const group = first(input({ ...given, groupMemory: tried }));
    expect(group).toMatchObject({ action: 'hold', recommended: 6, reasons: ['no-host', 'at-min'] });
    expect(group.guards.find(({ code }) => code === 'no-host')).toMatchObject({
      detail: 'the last 2 additions came to nothing: hosts are tried again Tue 02:05, after 20 min',
      until: NOW + 5 * MINUTE,
    });
    expect(first(input({ ...given, groupMemory: tried, at: NOW + 5 * MINUTE }))).toMatchObject({ action: 'scale-out' });
  });

  it('growth to min still needs a window', () => {
    expect(holding({ nodes: 4, group: { min: 6 }, at: NOW + 6 * HOUR })).toEqual(['outside-window']);
  });
});
