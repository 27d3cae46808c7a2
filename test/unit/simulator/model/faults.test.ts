import { describe, expect, it } from 'vitest';
import { FaultError, parseFault } from '../../../../src/simulator/faults/fault.ts';
import { inject } from '../../../../src/simulator/faults/inject.ts';
import { diskUse, tabletNum } from '../../../../src/simulator/model/queries.ts';
import { backend, cluster, DAY, fault, wait } from './support.ts';

describe('a fault over HTTP', () => {
  it('is read when it is one', () => {
    expect(parseFault({ kind: 'lagging-frontend', host: '127.0.0.3', on: true })).toEqual({
      kind: 'lagging-frontend',
      host: '127.0.0.3',
      on: true,
    });
  });

  it.each([
    [undefined, /expected object/],
    [{ kind: 'rain' }, /kind: /],
    [{ kind: 'full-disk', host: 'a', usedRatio: 2 }, /usedRatio: /],
    [{ kind: 'full-disk', host: 'a' }, /usedRatio: /],
    [{ kind: 'trash', host: 'a', bytes: 1, more: 1 }, /more/],
    [{ kind: 'foreign-storage', host: 'a', clusterId: 'abc' }, /clusterId: /],
  ])('%j is refused, and the text says where', (value, problem) => {
    expect(() => parseFault(value)).toThrow(FaultError);
    expect(() => parseFault(value)).toThrow(problem);
  });
});

describe('a fault that names what is not there', () => {
  it.each([
    [{ kind: 'unfinished-wals', host: '10.0.0.1', wals: 1 }, 'host: 10.0.0.1 is no backend of 127.0.0.21, 127.0.0.22'],
    [{ kind: 'lagging-frontend', host: '10.0.0.1', on: true }, 'host: 10.0.0.1 is no frontend of 127.0.0.2, 127.0.0.3'],
    [{ kind: 'partitioned-host', host: '10.0.0.1', on: true }, 'host: 10.0.0.1 is none of 127.0.0.2'],
    [
      { kind: 'broken-disk', host: '127.0.0.21', path: '/nowhere', on: true },
      'path: /nowhere is no disk of 127.0.0.21',
    ],
    [
      { kind: 'running-job', job: 'backup', database: 'nowhere', table: 'x', on: true },
      'database: nowhere is none of __internal_schema, mysql, shop',
    ],
    [
      { kind: 'running-job', job: 'backup', database: 'shop', table: 'x', on: true },
      'table: shop has orders, events, scratch, c1, c2, not x',
    ],
  ] as const)('%j', (what, message) => {
    expect(() => inject(cluster(), what)).toThrow(message);
  });
});

describe('a fault', () => {
  it('fills disks to a share and empties them again', () => {
    const state = cluster();
    const { host } = backend(state, 0);
    fault(state, { kind: 'full-disk', host, usedRatio: 0.9 });
    for (const { availableBytes, totalBytes } of diskUse(state, backend(state, 0))) {
      expect(1 - availableBytes / totalBytes).toBeCloseTo(0.9, 5);
    }
    fault(state, { kind: 'full-disk', host, path: '/data2/doris/storage', usedRatio: 0.2 });
    const ratios = diskUse(state, backend(state, 0)).map(
      ({ availableBytes, totalBytes }) => 1 - availableBytes / totalBytes,
    );
    expect(ratios.map((ratio) => ratio.toFixed(2))).toEqual(['0.90', '0.20']);
  });

  it('puts a table into the recycle bin for a day', () => {
    const state = cluster();
    const { host, row } = backend(state, 0);
    const before = tabletNum(state, row.id);
    fault(state, { kind: 'recycled-table', table: 'old', bytes: 5, tablets: { [host]: 7 } });
    expect(tabletNum(state, row.id)).toBe(before + 7);
    expect(state.recycleBin).toMatchObject([{ kind: 'Table', name: 'old', bytes: 5 }]);
    wait(state, DAY);
    expect(tabletNum(state, row.id)).toBe(before);
    expect(state.recycleBin).toEqual([]);
  });

  it('begins a job and its table says so, until it ends', () => {
    const state = cluster();
    const job = { kind: 'running-job', job: 'rollup', database: 'shop', table: 'orders' } as const;
    const orders = state.databases.flatMap(({ tables }) => tables).find(({ name }) => name === 'orders');
    fault(state, { ...job, on: true });
    fault(state, { ...job, on: true });
    expect(state.jobs).toMatchObject([{ kind: 'rollup', table: 'orders', state: 'RUNNING' }]);
    expect(orders?.state).toBe('ROLLUP');
    fault(state, { ...job, on: false });
    expect([state.jobs, orders?.state]).toEqual([[], 'NORMAL']);
  });
});
