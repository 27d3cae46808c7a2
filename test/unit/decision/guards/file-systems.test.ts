import { describe, expect, it } from 'vitest';
import { type Finding, type RemovalQuestion, ask } from '../../../../src/decision/guards/data/check.ts';
import { REMOVAL_CHECKS } from '../../../../src/decision/guards/data/checks.ts';
import type { DiskUse } from '../../../../src/domain/evidence.ts';
import { backends, DAY, evidence, GIB, NOW } from '../../../support/decision-input.ts';

const four = backends(4);

/** A storage root in GiB, on the backend of that index. */
interface Root {
  readonly of: number;
  readonly path: string;
  readonly data: number;
  readonly used: number;
  readonly total?: number;
  readonly medium?: string;
}

function diskOf({ of, path, data, used, total = 1000, medium = 'HDD' }: Root): DiskUse {
  const { address: name = '', id = '' } = four[of] ?? {};
  return {
    backend: name,
    backendId: id,
    path,
    medium,
    online: true,
    dataBytes: data * GIB,
    usedBytes: used * GIB,
    totalBytes: total * GIB,
  };
}

/** The first of four is to leave; all of them have these roots. */
function room(roots: readonly Omit<Root, 'of'>[], hosts = four.map(({ host }) => host)): Finding {
  const nodes = four.map((each, index) => ({ ...each, host: hosts[index] ?? each.host }));
  const disks = nodes.flatMap((_, of) => roots.map((root) => diskOf({ ...root, of })));
  const question: RemovalQuestion = {
    at: NOW,
    group: 'default',
    leaving: nodes.slice(0, 1),
    keeping: nodes.slice(1),
    backends: nodes,
    evidence: evidence(nodes, { disks: { known: true, value: disks } }),
    growthBytesPerDay: 0,
    spanMs: DAY,
    projectedRatio: 0.75,
    singleReplica: 'move',
    assumedRateBytesPerSecond: 30 * 1024 ** 2,
    timezone: 'UTC',
  };
  const check = REMOVAL_CHECKS.find(({ key }) => key === 'disks');
  if (check === undefined) throw new Error('no check is named disks');
  return ask(check, question);
}

const CASES: readonly (Pick<Finding, 'is'> & { says: string; roots: readonly Omit<Root, 'of'>[]; text: string })[] = [
  {
    says: 'two roots on one file system have its room once',
    roots: [
      { path: '/data/a', data: 250, used: 600 },
      { path: '/data/b', data: 250, used: 600 },
    ],
    is: 'hold',
    text: '/data/a of 10.0.0.2:9050 and /data/b of 10.0.0.2:9050 (taken for one file system): 80 %',
  },
  {
    says: 'what is written between the looks at two roots makes no two file systems of them',
    roots: [
      { path: '/data/a', data: 250, used: 600 },
      { path: '/data/b', data: 250, used: 600.9 },
    ],
    is: 'hold',
    text: '(taken for one file system): 80 %',
  },
  {
    says: 'roots of two media lie on one file system all the same',
    roots: [
      { path: '/data/a', data: 250, used: 600, medium: 'SSD' },
      { path: '/data/b', data: 250, used: 600 },
    ],
    is: 'hold',
    text: '(taken for one file system): 80 %',
  },
  {
    says: 'two disks that are as full as each other hold more data together than one of them has in use',
    roots: [
      { path: '/data1', data: 350, used: 600 },
      { path: '/data2', data: 350, used: 600 },
    ],
    is: 'pass',
    text: '/data1 of 10.0.0.2:9050: 74 %',
  },
  {
    says: 'two disks with other room are two',
    roots: [
      { path: '/data1', data: 250, used: 600 },
      { path: '/data2', data: 250, used: 580 },
    ],
    is: 'pass',
    text: '/data1 of 10.0.0.2:9050: 70 %',
  },
  {
    says: 'two disks of other sizes are two',
    roots: [
      { path: '/data1', data: 250, used: 600 },
      { path: '/data2', data: 250, used: 600, total: 1100 },
    ],
    is: 'pass',
    text: '/data1 of 10.0.0.2:9050: 70 %',
  },
];

describe('storage roots and the file systems that they lie on', () => {
  it.each(CASES)('$says: $is', ({ roots, is, text }) => {
    const found = room(roots);
    expect(found.detail).toContain(text);
    expect(found.is).toBe(is);
  });

  it('backends of one host may share a file system, too', () => {
    const roots = [{ path: '/data', data: 300, used: 650 }];
    const apart = room(roots);
    const shared = room(roots, ['10.0.0.1', '10.0.0.2', '10.0.0.2', '10.0.0.3']);
    expect(apart.detail).toContain('/data of 10.0.0.2:9050: 77 %');
    expect(shared.detail).toContain('(taken for one file system): 89 %');
  });
});
