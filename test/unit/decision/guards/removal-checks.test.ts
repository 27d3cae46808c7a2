import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finding, type RemovalQuestion, ask } from '../../../../src/decision/guards/data/check.ts';
import { REMOVAL_CHECKS } from '../../../../src/decision/guards/data/checks.ts';
import { holdsData } from '../../../../src/decision/guards/data/places.ts';
import { GUARD_CODES } from '../../../../src/domain/codes.ts';
import type { DiskUse, RemovalEvidence, TabletWalk } from '../../../../src/domain/evidence.ts';
import type { Backend } from '../../../../src/domain/topology.ts';
import { backend, backends, DAY, evidence, GIB, HOUR, MINUTE, NOW, walk } from '../../../support/decision-input.ts';

const known = <T>(value: T) => ({ known: true as const, value });
const unread = { known: false as const, reason: 'no answer within 30 s' };

interface Given {
  readonly nodes?: readonly Backend[];
  /** How many of the group; the rest of it stays. */
  readonly leaving?: number;
  readonly evidence?: Partial<RemovalEvidence & TabletWalk>;
  readonly question?: Partial<RemovalQuestion>;
}

/** Six backends of which the first is to leave, and nothing stands against it. */
function question({ nodes = backends(6), leaving = 1, ...given }: Given = {}): RemovalQuestion {
  const ofGroup = nodes.filter(({ group }) => group === 'default');
  return {
    at: NOW,
    group: 'default',
    leaving: ofGroup.slice(0, leaving),
    keeping: ofGroup.slice(leaving).filter(holdsData),
    backends: nodes,
    evidence: evidence(ofGroup, given.evidence),
    growthBytesPerDay: 0,
    spanMs: DAY,
    projectedRatio: 0.75,
    singleReplica: 'move',
    assumedRateBytesPerSecond: 30 * 1024 ** 2,
    timezone: 'UTC',
    ...given.question,
  };
}

function answer(key: string, given: Given): Finding {
  const check = REMOVAL_CHECKS.find((each) => each.key === key);
  if (check === undefined) throw new Error(`no check is named ${key}`);
  return ask(check, question(given));
}

const six = backends(6);
const change = (index: number, parts: Partial<Backend>): readonly Backend[] =>
  six.map((each, at) => (at === index ? backend(at, parts) : each));
const disk = (index: number, parts: Partial<DiskUse> = {}): DiskUse => ({
  backend: six[index]?.address ?? '',
  backendId: six[index]?.id ?? '',
  path: '/data1',
  medium: 'HDD',
  online: true,
  dataBytes: 20 * GIB,
  usedBytes: 20 * GIB,
  totalBytes: 100 * GIB,
  ...parts,
});
const disks = (parts: (index: number) => Partial<DiskUse>): Given => ({
  evidence: { disks: known(six.map((_, index) => disk(index, parts(index)))) },
});
/** Disks of such sizes and data in GiB, the first of which leaves; everything together is `once` x a replica. */
const threeCopies = (
  sizes: readonly number[],
  data: readonly number[],
  hosts: readonly string[] = [],
  once = data.reduce((sum, each) => sum + each, 0) / 3,
  disabled: readonly number[] = [],
): Given => ({
  nodes: sizes.map((_, index) =>
    backend(index, {
      ...(hosts[index] ? { host: hosts[index], address: `a${String(index)}` } : {}),
      loadDisabled: disabled.includes(index),
    }),
  ),
  evidence: {
    disks: known(
      sizes.map((size, index) => {
        const used = (data[index] ?? 0) * GIB;
        return disk(index, { dataBytes: used, usedBytes: used, totalBytes: size * GIB });
      }),
    ),
    replication: known([{ group: 'default', replicas: 3, table: 'shop.orders', onceBytes: once * GIB }]),
  },
});
const largest = (bytes: number, tabletId: string | undefined, rate?: number, group = 'default'): Given => ({
  evidence: {
    largestTablets: known([{ group, table: 'shop.events', partition: 'p1', tabletId, bytes }]),
    cloneSpeed: known({ timeoutMs: 2 * HOUR, slowestBytesPerSecond: rate }),
  },
});
const bin = (residual: number, parts: { entries?: number; emptyInMs?: number; ignoredBelow?: number } = {}): Given => ({
  nodes: backends(6, { tablets: 10_000 }),
  evidence: {
    residualTablets: known(residual),
    recycleBin: known({ entries: 4, names: [], emptyInMs: 70 * MINUTE, ignoredBelow: 5000, ...parts }),
  },
});
const single = (group = 'default') => [{ group, table: 'shop.scratch' }];
const old = (ageMs: number) => ({ database: 'shop', id: '4711', ageMs });

interface Case {
  readonly says: string;
  readonly given: Given;
  readonly is: Finding['is'];
  /** Of the detail, where more than its presence matters. */
  readonly text?: string;
}

const CASES: Readonly<Record<string, readonly Case[]>> = {
  'backends-alive': [
    { says: 'all are', given: {}, is: 'pass' },
    { says: 'one of the group is dead', given: { nodes: change(5, { alive: false }) }, is: 'hold' },
    {
      says: 'one is alive and shuts down: the FE empties it beside the one that leaves, and soon it is dead',
      given: { nodes: change(5, { shutdown: true }) },
      is: 'hold',
      text: '10.0.0.6:9050 is shutting down',
    },
    {
      says: 'one missed heartbeats and the FE tolerates more: it is alive by name only',
      given: { nodes: change(5, { heartbeatFailures: 2 }) },
      is: 'unread',
      text: '10.0.0.6:9050 misses heartbeats (look: SHOW BACKENDS)',
    },
    { says: 'one of another tag is dead', given: { nodes: change(5, { alive: false, group: 'reports' }) }, is: 'hold' },
  ],
  'frontend-disks': [
    { says: 'there is room', given: {}, is: 'pass', text: '74.0 GiB free for /meta of fe1 (bound 2.0 GiB)' },
    {
      says: 'one has less than 2 GiB',
      given: {
        evidence: {
          frontendDisks: known([
            { host: 'fe1', path: '/meta', availableBytes: 74 * GIB },
            { host: 'fe2', path: '/doris-meta', availableBytes: GIB },
          ]),
        },
      },
      is: 'hold',
      text: '1.0 GiB free for /doris-meta of fe2 (bound 2.0 GiB)',
    },
    { says: 'the version (2.0) does not show them', given: { evidence: { frontendDisks: undefined } }, is: 'pass' },
    { says: 'they could not be read', given: { evidence: { frontendDisks: unread } }, is: 'unread' },
    {
      says: 'the version shows them, and no frontend has one',
      given: { evidence: { frontendDisks: known([]) } },
      is: 'unread',
      text: 'no frontend shows its meta directory',
    },
  ],
  clocks: [
    { says: 'none runs ahead', given: {}, is: 'pass' },
    {
      says: 'one is ahead by no more than a heartbeat tells',
      given: { evidence: { fastClocks: known([{ node: '10.0.0.2:9050', aheadMs: 5000 }]) } },
      is: 'pass',
    },
    {
      says: 'one is ahead by more than 5 s',
      given: { evidence: { fastClocks: known([{ node: '10.0.0.2:9050', aheadMs: 28_667 }]) } },
      is: 'hold',
      text: '10.0.0.2:9050 by 29 s (bound 5 s)',
    },
    { says: 'they could not be read', given: { evidence: { fastClocks: unread } }, is: 'unread' },
  ],
  'internal-tables': [
    { says: 'five hosts are left', given: {}, is: 'pass' },
    { says: 'three hosts are left', given: { nodes: backends(4) }, is: 'pass' },
    {
      says: 'two hosts are left',
      given: { nodes: backends(3) },
      is: 'hold',
      text: 'Doris keeps 3 replicas of its own tables (__internal_schema) and never lowers them',
    },
    {
      says: 'three backends are left on two hosts',
      given: { nodes: [backend(0), backend(1), backend(2), backend(3, { host: '10.0.0.2', id: '1' })] },
      is: 'hold',
    },
    {
      says: 'one that stays computes only',
      given: { nodes: [...backends(3), backend(3, { nodeRole: 'computation' })] },
      is: 'hold',
    },
    {
      says: 'one that stays takes no loads',
      given: { nodes: [...backends(3), backend(3, { loadDisabled: true })] },
      is: 'hold',
    },
    {
      says: 'one that stays takes no queries',
      given: { nodes: [...backends(3), backend(3, { queryDisabled: true })] },
      is: 'hold',
    },
    {
      says: 'one that stays shuts down',
      given: { nodes: [...backends(3), backend(3, { shutdown: true })] },
      is: 'hold',
    },
    {
      says: 'one is leaving already',
      given: { nodes: [...backends(3), backend(3, { decommissioned: true })] },
      is: 'hold',
    },
    { says: 'one is of another tag', given: { nodes: [...backends(3), backend(3, { group: 'reports' })] }, is: 'hold' },
    { says: 'nobody is to leave, and one of four could', given: { nodes: backends(4), leaving: 0 }, is: 'pass' },
    { says: 'nobody is to leave, and none of three could', given: { nodes: backends(3), leaving: 0 }, is: 'hold' },
  ],
  replicas: [
    { says: 'three replicas on five hosts', given: {}, is: 'pass', text: 'every table keeps its replicas (3 at most)' },
    {
      says: 'as many replicas as hosts',
      given: { evidence: { replication: known([{ group: 'default', replicas: 5, table: 'shop.orders' }]) } },
      is: 'pass',
    },
    {
      says: 'more replicas than hosts',
      given: { evidence: { replication: known([{ group: 'default', replicas: 6, table: 'shop.orders' }]) } },
      is: 'hold',
      text: 'shop.orders has 6 replicas and 5 hosts would be left for them (look: SHOW PARTITIONS FROM db.table)',
    },
    {
      says: 'more replicas on another tag',
      given: { evidence: { replication: known([{ group: 'reports', replicas: 6, table: 'shop.orders' }]) } },
      is: 'pass',
    },
    { says: 'they could not be read', given: { evidence: { replication: unread } }, is: 'unread' },
  ],
  'own-check': [
    { says: 'it does not refuse', given: {}, is: 'pass' },
    { says: 'it refuses', given: { evidence: { ownCheck: { refusal: 'available backend num 2' } } }, is: 'hold' },
    { says: 'it cannot be reached', given: { evidence: { ownCheck: undefined } }, is: 'pass' },
  ],
  'single-replica': [
    { says: 'they move', given: { evidence: { singleReplicaTables: known(single()) } }, is: 'pass' },
    {
      says: 'they are refused',
      given: {
        evidence: { singleReplicaTables: known(single()) },
        question: { singleReplica: 'refuse' },
      },
      is: 'hold',
    },
    {
      says: 'they are refused, and those of another tag alone are there',
      given: {
        evidence: { singleReplicaTables: known(single('reports')) },
        question: { singleReplica: 'refuse' },
      },
      is: 'pass',
    },
    { says: 'they are refused and none is there', given: { question: { singleReplica: 'refuse' } }, is: 'pass' },
    {
      says: 'one may lie on a dead backend',
      given: { nodes: change(5, { alive: false }), evidence: { singleReplicaTables: known(single()) } },
      is: 'hold',
    },
    { says: 'they could not be read, and move', given: { evidence: { singleReplicaTables: unread } }, is: 'pass' },
    {
      says: 'they could not be read, and are refused',
      given: { evidence: { singleReplicaTables: unread }, question: { singleReplica: 'refuse' } },
      is: 'unread',
    },
  ],
  room: [
    { says: 'there is', given: {}, is: 'pass' },
    { says: 'a backend would be too full', given: { nodes: change(3, { availableBytes: 20 * GIB }) }, is: 'hold' },
    {
      says: 'the one that leaves has tablets and shows no disk: what is to be moved is unknown, not nothing',
      given: { nodes: change(0, { totalBytes: 0, availableBytes: 1, dataUsedBytes: 0 }) },
      is: 'hold',
      text: '10.0.0.1:9050 shows no disk',
    },
    {
      says: 'the one that leaves is empty and has reported no disk yet',
      given: { nodes: change(0, { totalBytes: 0, availableBytes: 1, dataUsedBytes: 0, tablets: 0 }) },
      is: 'pass',
    },
    { says: 'one has reported no disks', given: { nodes: change(3, { totalBytes: 0 }) }, is: 'hold' },
    { says: 'nobody is to leave', given: { nodes: change(3, { availableBytes: 0 }), leaving: 0 }, is: 'pass' },
  ],
  disks: [
    {
      says: 'there is room, the moved data x 1.2 counted',
      given: disks(() => ({})),
      is: 'pass',
      text: '/data1 of 10.0.0.2:9050: 25 % (disk.projected 75 %); 0 MiB a day of growth counted for 24 h',
    },
    {
      says: 'one disk of many is too full',
      given: disks((index) => (index === 4 ? { usedBytes: 72 * GIB } : {})),
      is: 'hold',
      text: '10.0.0.5:9050: 77 %',
    },
    { says: 'trash and other files fill it', given: disks(() => ({ dataBytes: 0, usedBytes: 76 * GIB })), is: 'hold' },
    {
      says: 'a disk of the one that leaves is full of other files, which stay behind',
      given: disks((index) => (index === 0 ? { dataBytes: GIB, usedBytes: 99 * GIB } : {})),
      is: 'pass',
    },
    {
      says: 'growth until the next window is too much',
      given: { ...disks(() => ({})), question: { growthBytesPerDay: 260 * GIB } },
      is: 'hold',
      text: '260 GiB a day of growth counted for 24 h',
    },
    {
      says: 'unknown growth is counted with care, and said',
      given: {
        ...disks(() => ({ usedBytes: 69.9 * GIB })),
        question: { growthBytesPerDay: undefined, spanMs: 3 * DAY },
      },
      is: 'hold',
      text: 'growth unknown: 1 % of the data a day counted for 3 d',
    },
    {
      says: 'the watermark of the FE is lower than ours',
      given: {
        evidence: {
          ...disks(() => ({ usedBytes: 50 * GIB })).evidence,
          watermarks: known({ highRatio: 0.5, highLeftBytes: 2 * GIB, floodRatio: 0.95, floodLeftBytes: GIB }),
        },
      },
      is: 'hold',
      text: 'storage_high_watermark_usage_percent 50 %',
    },
    {
      says: 'too few bytes are left on a small disk',
      given: {
        evidence: disks(() => ({ dataBytes: GIB, usedBytes: 5 * GIB, totalBytes: 7 * GIB })).evidence ?? {},
        question: { projectedRatio: 0.99 },
      },
      is: 'hold',
      text: 'storage_min_left_capacity_bytes 2.0 GiB',
    },
    {
      says: 'no other backend has its medium',
      given: disks((index) => (index === 0 ? { medium: 'SSD' } : {})),
      is: 'hold',
      text: 'SSD',
    },
    {
      says: 'a disk that is offline is no room',
      given: disks((index) => (index === 1 ? {} : index === 0 ? { dataBytes: 70 * GIB } : { online: false })),
      is: 'hold',
    },
    {
      says: 'three hosts of three replicas are left, a small one among them: it must take all that the small one that leaves had',
      given: threeCopies([100, 100, 1000, 1000], [45, 45, 90, 90]),
      is: 'hold',
      text: '/data1 of 10.0.0.2:9050: 99 % (disk.projected 75 %)',
    },
    {
      says: 'a host with two backends has a replica of everything already: the others must take what leaves',
      given: threeCopies([120, 120, 120, 120, 120], [66, 66, 67, 50, 50], ['', '', '', '10.0.0.4', '10.0.0.4']),
      is: 'hold',
      text: '/data1 of 10.0.0.3:9050: 89 % (disk.projected 75 %)',
    },
    {
      says: 'the other backend of a host takes no loads, yet what it holds is there',
      given: threeCopies(
        [120, 120, 120, 120, 120],
        [66, 66, 67, 0, 100],
        ['', '', '', '10.0.0.4', '10.0.0.4'],
        100,
        [4],
      ),
      is: 'hold',
      text: '/data1 of 10.0.0.3:9050: 89 % (disk.projected 75 %)',
    },
    {
      says: 'there are more hosts than replicas, and the small one need not take more than its share',
      given: threeCopies([100, 100, 1000, 1000, 1000], [30, 30, 70, 70, 70]),
      is: 'pass',
    },
    {
      says: 'most of the data has one replica, which may lie anywhere',
      given: threeCopies([100, 100, 1000, 1000], [45, 45, 90, 90], [], 250),
      is: 'pass',
    },
    {
      says: 'a disk of the one that leaves is offline: what was on it is made anew on those that stay',
      given: disks((index) => (index === 0 ? { dataBytes: 90 * GIB, online: false } : { usedBytes: 60 * GIB })),
      is: 'hold',
      text: '82 % (disk.projected 75 %)',
    },
    {
      says: 'the disks of one are not listed',
      given: { evidence: { disks: known([disk(0), disk(1)]) } },
      is: 'unread',
    },
    { says: 'the disks could not be read', given: { evidence: { disks: unread } }, is: 'unread' },
    { says: 'the watermarks could not be read', given: { evidence: { watermarks: unread } }, is: 'unread' },
  ],
  'lost-tablets': [
    { says: 'none is', given: {}, is: 'pass' },
    {
      says: 'one is',
      given: { evidence: { tablets: known({ total: 3000, unhealthy: 1, unrecoverable: 1 }) } },
      is: 'hold',
    },
    { says: 'it could not be read', given: { evidence: { tablets: unread } }, is: 'unread' },
  ],
  'unhealthy-tablets': [
    {
      says: 'few of few',
      given: { evidence: { tablets: known({ total: 20, unhealthy: 10, unrecoverable: 0 }) } },
      is: 'pass',
    },
    {
      says: '1 % of many',
      given: { evidence: { tablets: known({ total: 3000, unhealthy: 30, unrecoverable: 0 }) } },
      is: 'pass',
    },
    {
      says: 'more than 1 %',
      given: { evidence: { tablets: known({ total: 3000, unhealthy: 31, unrecoverable: 0 }) } },
      is: 'hold',
      text: '31 of 3,000 tablets are unhealthy (bound 30)',
    },
    { says: 'it could not be read', given: { evidence: { tablets: unread } }, is: 'unread' },
  ],
  'largest-tablet': [
    { says: 'it is small', given: largest(GIB, undefined), is: 'pass' },
    { says: 'it fits at the measured rate', given: largest(600 * GIB, '10130', 100 * 1024 ** 2), is: 'pass' },
    {
      says: 'it does not fit at the measured rate',
      given: largest(100 * GIB, '10130', 10 * 1024 ** 2),
      is: 'hold',
      text: 'tablet 10130 of shop.events of 100 GiB: 2 h 50 min to copy at 10 MiB/s (measured), max_clone_task_timeout_sec allows 2 h',
    },
    {
      says: 'it does not fit at a third of the assumed rate',
      given: largest(100 * GIB, undefined),
      is: 'hold',
      text: 'tablets of shop.events, partition p1, of 100 GiB on average',
    },
    { says: 'it is of another tag', given: largest(100 * GIB, '10130', 10 * 1024 ** 2, 'reports'), is: 'pass' },
    { says: 'no size is known yet, of little data', given: { evidence: { largestTablets: known([]) } }, is: 'pass' },
    {
      says: 'no size is known yet, of so much data that one tablet of it could be too large',
      given: { nodes: change(0, { dataUsedBytes: 300 * GIB }), evidence: { largestTablets: known([]) } },
      is: 'unread',
      text: 'the FE knows the size of no tablet yet, of 300 GiB that are to move from one backend',
    },
    { says: 'it could not be read', given: { evidence: { largestTablets: unread } }, is: 'unread' },
    { says: 'the time-out could not be read', given: { evidence: { cloneSpeed: unread } }, is: 'unread' },
  ],
  'recycle-bin': [
    { says: 'it is empty', given: {}, is: 'pass' },
    { says: 'few of its tablets can lie on one backend', given: bin(10_000), is: 'pass' },
    {
      says: 'too many may lie on one backend',
      given: bin(20_000),
      is: 'hold',
      text: 'blocked until Tue 03:10',
    },
    {
      says: 'all of it may lie on the tag, however many tablets other tags hold',
      given: {
        ...bin(28_000),
        nodes: [
          ...backends(4, { tablets: 8000 }),
          ...Array.from({ length: 40 }, (_, index) => backend(20 + index, { group: 'reports', tablets: 10_000 })),
        ],
      },
      is: 'hold',
      text: 'at most 8,000 tablets on one that leaves',
    },
    {
      says: 'the tag is as large, and few of them can lie on one of its backends',
      given: { ...bin(28_000), nodes: backends(44, { tablets: 10_000 }) },
      is: 'pass',
    },
    { says: 'the version looks past so many', given: bin(20_000, { ignoredBelow: 50_000 }), is: 'pass' },
    {
      says: 'many are left that belong to nothing',
      given: bin(20_000, { entries: 0 }),
      is: 'hold',
      text: 'belongs to nothing',
    },
    { says: 'it could not be read', given: { evidence: { recycleBin: unread } }, is: 'unread' },
    { says: 'its tablets could not be counted', given: { evidence: { residualTablets: unread } }, is: 'unread' },
  ],
  'many-tablets': [
    { says: 'few', given: {}, is: 'pass' },
    {
      says: 'more than 100,000 on each',
      given: { nodes: backends(6, { tablets: 90_000 }) },
      is: 'hold',
      text: '108,000',
    },
  ],
  'fresh-look': [
    { says: 'it was just taken', given: {}, is: 'pass' },
    { says: 'it was taken after the evaluation began', given: { question: { at: NOW - MINUTE } }, is: 'pass' },
    { says: 'it is older than 2 min', given: { question: { at: NOW + 121_000 } }, is: 'hold', text: '2 min ago' },
  ],
  scheduler: [
    { says: 'it is on', given: {}, is: 'pass' },
    { says: 'it is off', given: { evidence: { schedulerOff: known(['disable_tablet_scheduler']) } }, is: 'hold' },
    { says: 'balancing is off', given: { evidence: { schedulerOff: known(['disable_balance']) } }, is: 'hold' },
    {
      says: 'colocate balance alone is off',
      given: { evidence: { schedulerOff: known(['disable_colocate_balance']) } },
      is: 'pass',
    },
    { says: 'it could not be read', given: { evidence: { schedulerOff: unread } }, is: 'unread' },
  ],
  'colocate-balance': [
    { says: 'it is on', given: {}, is: 'pass' },
    { says: 'it is off', given: { evidence: { schedulerOff: known(['disable_colocate_balance']) } }, is: 'hold' },
    { says: 'it could not be read', given: { evidence: { schedulerOff: unread } }, is: 'unread' },
  ],
  'colocate-groups': [
    { says: 'they are stable', given: {}, is: 'pass' },
    {
      says: 'one is not',
      given: { evidence: { unstableColocateGroups: known(['shop.grp']) } },
      is: 'hold',
      text: 'shop.grp',
    },
    { says: 'they could not be read', given: { evidence: { unstableColocateGroups: unread } }, is: 'unread' },
  ],
  jobs: [
    { says: 'none runs', given: {}, is: 'pass' },
    {
      says: 'one runs',
      given: { evidence: { jobs: known(['rollups: 1 running, 0 pending']) } },
      is: 'hold',
      text: 'rollups: 1 running, 0 pending',
    },
    { says: 'they could not be read', given: { evidence: { jobs: unread } }, is: 'unread' },
  ],
  backups: [
    { says: 'none runs', given: {}, is: 'pass' },
    {
      says: 'one runs',
      given: { evidence: { backups: known(['restore of shop: 1 running']) } },
      is: 'hold',
      text: 'restore of shop: 1 running',
    },
    { says: 'they could not be read', given: { evidence: { backups: unread } }, is: 'unread' },
  ],
  transactions: [
    { says: 'none is open', given: {}, is: 'pass' },
    {
      says: 'young ones are',
      given: { evidence: { transactions: known({ running: 12, old: [] }) } },
      is: 'pass',
      text: '12 loads running',
    },
    {
      says: 'an old one is',
      given: { evidence: { transactions: known({ running: 12, old: [old(5 * HOUR), old(HOUR)] }) } },
      is: 'hold',
      text: '2 transactions older than 30 min: 4711 (shop), 4711 (shop); the oldest has run for 5 h',
    },
    { says: 'they could not be read', given: { evidence: { transactions: unread } }, is: 'unread' },
  ],
};

describe.each(Object.entries(CASES))('%s', (key, cases) => {
  it.each(cases)('$says: $is', ({ given, is, text }) => {
    const found = answer(key, given);
    expect(found).toMatchObject({ is });
    if (text !== undefined) expect(found.detail).toContain(text);
  });

  it('both lets pass and holds, whatever the table says', () => {
    expect(cases.map((each) => each.is)).toEqual(expect.arrayContaining(['pass', 'hold']));
  });

  it('names the statement to look at whenever it holds', () => {
    const look = REMOVAL_CHECKS.find((each) => each.key === key)?.look ?? '';
    for (const each of cases) {
      const { is, detail } = answer(key, each.given);
      expect(detail.includes(`(look: ${look})`), each.says).toBe(is === 'hold' || is === 'unread');
    }
  });
});

describe('the table of checks', () => {
  it('is tested whole, each key once, in the order of the codes', () => {
    expect(REMOVAL_CHECKS.map(({ key }) => key).toSorted()).toEqual(Object.keys(CASES).toSorted());
    const codes = REMOVAL_CHECKS.map(({ code }) => GUARD_CODES.indexOf(code));
    expect(codes).toEqual(codes.toSorted((a, b) => a - b));
  });

  it('passes as a whole where nothing stands against the removal', () => {
    expect(REMOVAL_CHECKS.filter((check) => ask(check, question()).is !== 'pass')).toEqual([]);
  });

  it('before anything was read only what the topology shows is judged, the rest comes right before acting', () => {
    const nothing = question({ question: { evidence: undefined } });
    for (const check of REMOVAL_CHECKS) {
      expect(ask(check, nothing).is).toBe(check.needs === 'topology' ? 'pass' : 'later');
    }
  });

  it('before tablets were walked everything cheaper is judged', () => {
    const cheap = question({ evidence: { walk: undefined } });
    for (const check of REMOVAL_CHECKS) expect(ask(check, cheap).is).toBe(check.needs === 'walk' ? 'later' : 'pass');
  });

  it('never lets pass what could not be read', () => {
    const all = Object.keys(evidence([])).filter((name) => name !== 'at' && name !== 'walk' && name !== 'ownCheck');
    const walked = Object.keys(walk()).filter((name) => name !== 'at' && name !== 'singleReplicaTables');
    for (const name of [...all, ...walked]) {
      const asked = question({ evidence: { [name]: unread } });
      expect(
        REMOVAL_CHECKS.some((check) => ask(check, asked).is === 'unread'),
        name,
      ).toBe(true);
    }
  });
});

/** A situation and a worse one; whatever is worse never lets pass what the better one held. */
const pair = fc.record({
  used: fc.integer({ min: 0, max: 100 }),
  more: fc.integer({ min: 0, max: 60 }),
  data: fc.integer({ min: 0, max: 80 }),
  growth: fc.integer({ min: 0, max: 200 }),
  replicas: fc.integer({ min: 1, max: 7 }),
  unhealthy: fc.integer({ min: 0, max: 80 }),
  residual: fc.integer({ min: 0, max: 60_000 }),
  largest: fc.integer({ min: 0, max: 200 }),
  span: fc.integer({ min: 0, max: 7 }),
  worse: fc.constantFrom(
    'used',
    'data',
    'growth',
    'replicas',
    'unhealthy',
    'residual',
    'largest',
    'span',
    'dead',
    'disabled',
    'unread',
  ),
});
type Pair = typeof pair extends fc.Arbitrary<infer T> ? T : never;

function built(s: Pair, isWorse: boolean): RemovalQuestion {
  const is = (name: Pair['worse']): boolean => isWorse && s.worse === name;
  const plus = (name: Pair['worse'], value: number, more = s.more): number => value + (is(name) ? more : 0);
  const nodes = backends(6, { tablets: 10_000 }).map((each, index) =>
    index === 5 ? { ...each, alive: !is('dead'), queryDisabled: is('disabled') } : each,
  );
  const use = six.map((_, index) =>
    disk(index, {
      dataBytes: plus('data', s.data) * GIB,
      usedBytes: Math.min(100, plus('used', s.used)) * GIB,
    }),
  );
  const bytes = plus('largest', s.largest) * GIB;
  return question({
    nodes,
    evidence: {
      disks: is('unread') ? unread : known(use),
      replication: known([{ group: 'default', replicas: plus('replicas', s.replicas, 1), table: 't' }]),
      tablets: known({ total: 3000, unhealthy: plus('unhealthy', s.unhealthy), unrecoverable: 0 }),
      residualTablets: known(plus('residual', s.residual, s.more * 500)),
      recycleBin: known({ entries: 3, names: [], emptyInMs: HOUR, ignoredBelow: 5000 }),
      largestTablets: known([{ group: 'default', table: 't', partition: 'p', tabletId: undefined, bytes }]),
    },
    question: {
      growthBytesPerDay: plus('growth', s.growth) * GIB,
      spanMs: plus('span', s.span, 1) * DAY,
    },
  });
}

describe('evidence that gets worse', () => {
  it('never allows more', () => {
    fc.assert(
      fc.property(pair, (s) => {
        const [better, worse] = [built(s, false), built(s, true)];
        for (const check of REMOVAL_CHECKS) {
          if (ask(check, better).is !== 'pass') expect(ask(check, worse).is, check.key).not.toBe('pass');
        }
      }),
      { numRuns: 500 },
    );
  });
});
