import { describe, expect, test } from 'vitest';
import { DorisOutcomeUnknown, DorisUnsupported } from '../../../src/doris/errors.ts';
import { classifyServerError } from '../../../src/doris/classify-error.ts';
import type { ClusterChange } from '../../../src/domain/ports/cluster-writer.ts';
import { type BackendFixture, CLUSTER_ID, OK, backendsAnswer, table } from '../../support/doris/answers.ts';
import type { Answer } from '../../support/doris/memory-channel.ts';
import { type FakeOptions, THREE, fakeCluster } from './fake-cluster.ts';

const node = '10.0.0.11:9050';
const refused = (text: string) =>
  classifyServerError(
    { errno: 1105, message: `errCode = 2, detailMessage = ${text}` },
    { endpoint: 'fe', change: true },
  );

/** Answers of the FE to changes; everything is OK unless `change` says otherwise. */
function cluster(
  options: {
    readonly backends?: readonly BackendFixture[];
    readonly change?: (text: string) => Answer;
  } & Partial<FakeOptions> = {},
) {
  const { backends = [{ host: '10.0.0.11' }, { host: '10.0.0.12' }], change = () => OK, ...rest } = options;
  return fakeCluster({
    view: THREE,
    ...rest,
    answer: (text, host) => {
      const own = rest.answer?.(text, host);
      if (own !== undefined) return own;
      if (text === 'SHOW BACKENDS') return backendsAnswer(backends);
      return text.startsWith('SHOW') || text.startsWith('ADMIN SHOW') ? undefined : change(text);
    },
  });
}

const apply = (fake: ReturnType<typeof cluster>, change: ClusterChange, clusterId = CLUSTER_ID) =>
  fake.writer.apply(change, { clusterId });

describe('a change', () => {
  test('goes to the master, after a look at frontends and backends on the same connection', async () => {
    const fake = cluster();
    await expect(apply(fake, { kind: 'decommission-backend', node })).resolves.toBe('done');
    expect(fake.channel.sent.filter(({ endpoint }) => endpoint === '10.0.0.2:9030').slice(-3)).toEqual([
      { endpoint: '10.0.0.2:9030', text: 'SHOW FRONTENDS' },
      { endpoint: '10.0.0.2:9030', text: 'SHOW BACKENDS' },
      { endpoint: '10.0.0.2:9030', text: 'ALTER SYSTEM DECOMMISSION BACKEND "10.0.0.11:9050"' },
    ]);
    expect(fake.channel.open()).toBe(0);
  });

  test('is not sent to another cluster', async () => {
    const fake = cluster();
    await expect(apply(fake, { kind: 'decommission-backend', node }, '42')).rejects.toMatchObject({
      code: 'doris-wrong-cluster',
      message: expect.stringMatching(/113727546, not to 42/) as string,
    });
    expect(fake.changes()).toEqual([]);
  });

  test('is not sent without a majority', async () => {
    const view = THREE.map((one) => ({ ...one, alive: one.master === true }));
    const fake = cluster({ view });
    await expect(apply(fake, { kind: 'cancel-decommission', node })).rejects.toMatchObject({
      code: 'doris-no-majority',
    });
    expect(fake.changes()).toEqual([]);
  });

  test('is not sent while a follower that is shown alive does not answer', async () => {
    const fake = cluster({ down: ['10.0.0.1', '10.0.0.3'], endpoints: ['10.0.0.2'] });
    await expect(apply(fake, { kind: 'cancel-decommission', node })).rejects.toMatchObject({
      code: 'doris-no-majority',
    });
    expect(fake.changes()).toEqual([]);
  });

  test('is not sent in a compute-storage decoupled cluster', async () => {
    const fake = cluster({ backends: [{ host: '10.0.0.11', tag: '{"compute_group_name" : "cg1"}' }] });
    await expect(apply(fake, { kind: 'decommission-backend', node })).rejects.toBeInstanceOf(DorisUnsupported);
    expect(fake.changes()).toEqual([]);
  });

  test.each<[ClusterChange, string]>([
    [{ kind: 'decommission-backend', node }, 'SHOW BACKENDS'],
    [{ kind: 'set-config', key: 'drop_backend_after_decommission', value: 'false' }, 'ADMIN SHOW'],
  ])('is not sent when it is refused after the last look: %o', async (change, lastLook) => {
    const fake = cluster({
      answer: (text) =>
        text.startsWith('ADMIN SHOW') ? table([{ Key: 'drop_backend_after_decommission', Value: 'true' }]) : undefined,
    });
    const refusal = () =>
      fake.channel.sent.at(-1)?.text.startsWith(lastLook) === true ? 'the window has closed' : undefined;
    await expect(fake.writer.apply(change, { clusterId: CLUSTER_ID, refusal })).rejects.toThrow(
      'the window has closed',
    );
    expect(fake.changes()).toEqual([]);
  });

  test('whose answer is lost has an unknown outcome and is not repeated', async () => {
    const fake = cluster({ change: () => new DorisOutcomeUnknown('10.0.0.2:9030 did not answer within 30 s') });
    await expect(apply(fake, { kind: 'decommission-backend', node })).rejects.toMatchObject({
      code: 'doris-outcome-unknown',
    });
    expect(fake.changes()).toHaveLength(1);
  });
});

describe('what is so already is not sent', () => {
  test.each<[string, ClusterChange, readonly BackendFixture[]]>([
    ['a backend that is registered', { kind: 'add-backend', node, group: 'default' }, [{ host: '10.0.0.11' }]],
    [
      'a backend that is leaving',
      { kind: 'decommission-backend', node },
      [{ host: '10.0.0.11', decommissioned: true }],
    ],
    ['a backend that is gone', { kind: 'decommission-backend', node }, []],
    ['a backend that is not leaving', { kind: 'cancel-decommission', node }, [{ host: '10.0.0.11' }]],
    ['a backend that is gone before it was dropped', { kind: 'drop-never-alive-backend', node }, []],
    [
      'a backend without queries',
      { kind: 'disable-query', node, disabled: true },
      [{ host: '10.0.0.11', queryDisabled: true }],
    ],
    ['a backend with loads', { kind: 'disable-load', node, disabled: false }, [{ host: '10.0.0.11' }]],
    ['a restriction taken back from a backend that is gone', { kind: 'disable-query', node, disabled: false }, []],
    [
      'a backend under the address of one that was dropped and added again',
      { kind: 'decommission-backend', node, backendId: '99' },
      [{ host: '10.0.0.11' }],
    ],
    [
      'a decommission that is not of our backend',
      { kind: 'cancel-decommission', node, backendId: '99' },
      [{ host: '10.0.0.11', decommissioned: true }],
    ],
    [
      'a row that was never alive and is not ours',
      { kind: 'drop-never-alive-backend', node, backendId: '99' },
      [{ host: '10.0.0.11', alive: false }],
    ],
    [
      'a restriction of a backend that is not ours',
      { kind: 'disable-load', node, backendId: '99', disabled: false },
      [{ host: '10.0.0.11', loadDisabled: true }],
    ],
  ])('%s', async (_, change, backends) => {
    const fake = cluster({ backends });
    await expect(apply(fake, change)).resolves.toBe('already');
    expect(fake.changes()).toEqual([]);
  });

  test.each<[ClusterChange, string]>([
    [{ kind: 'add-backend', node: '10.0.0.99:9050', group: 'default' }, 'Same backend already exists[10.0.0.99:9050]'],
    [{ kind: 'decommission-backend', node }, 'Backend does not exist[10.0.0.11:9050]'],
    [
      { kind: 'add-frontend', node: '10.0.0.4:9010', role: 'OBSERVER' },
      'frontend already exists name: fe_1, role: OBSERVER, 10.0.0.4:9010, is alive: true',
    ],
    [{ kind: 'drop-frontend', node: '10.0.0.4:9010', role: 'OBSERVER' }, 'frontend does not exist[10.0.0.4:9010]'],
  ])('the FE says so itself: %o', async (change, text) => {
    await expect(apply(cluster({ change: () => refused(text) }), change)).resolves.toBe('already');
  });

  test.each<[ClusterChange, string, string]>([
    [
      { kind: 'add-frontend', node: '10.0.0.4:9010', role: 'OBSERVER' },
      'frontend already exists name: fe_1, role: FOLLOWER, 10.0.0.4:9010, is alive: true',
      'doris-frontend-exists',
    ],
    [
      { kind: 'drop-frontend', node: '10.0.0.4:9010', role: 'OBSERVER' },
      'OBSERVER does not exist[10.0.0.4:9010]',
      'doris-frontend-unknown',
    ],
    [
      { kind: 'drop-frontend', node: '10.0.0.2:9010', role: 'FOLLOWER' },
      'can not drop current master node.',
      'doris-master-drop',
    ],
    [
      { kind: 'decommission-backend', node },
      'After decommission, partition p1 of table shop.orders \'s replication allocation { tag.location.default: 3 } > available backend num 2 on tag {"location" : "default"}',
      'doris-replication-floor',
    ],
  ])('but not when another role or rule speaks: %o', async (change, text, code) => {
    await expect(apply(cluster({ change: () => refused(text) }), change)).rejects.toMatchObject({ code });
  });

  test('a backend that is registered in another group is an error', async () => {
    const fake = cluster({ backends: [{ host: '10.0.0.11', group: 'reports' }] });
    await expect(apply(fake, { kind: 'add-backend', node, group: 'default' })).rejects.toMatchObject({
      code: 'doris-backend-exists',
    });
    expect(fake.changes()).toEqual([]);
  });

  test('a restriction put on a backend that is gone is an error', async () => {
    await expect(
      apply(cluster({ backends: [] }), { kind: 'disable-query', node, disabled: true }),
    ).rejects.toMatchObject({ code: 'doris-backend-unknown' });
  });
});

describe('DROPP', () => {
  test('takes out a backend that was never alive', async () => {
    const fake = cluster({ backends: [{ host: '10.0.0.11', neverAlive: true, tablets: 0 }] });
    await expect(apply(fake, { kind: 'drop-never-alive-backend', node })).resolves.toBe('done');
    expect(fake.changes()).toEqual(['ALTER SYSTEM DROPP BACKEND "10.0.0.11:9050"']);
  });

  test.each<BackendFixture>([
    { host: '10.0.0.11', tablets: 0 },
    { host: '10.0.0.11', alive: false, tablets: 0 },
    { host: '10.0.0.11', neverAlive: true, tablets: 1 },
  ])('is refused for %o', async (backend) => {
    const fake = cluster({ backends: [backend] });
    await expect(apply(fake, { kind: 'drop-never-alive-backend', node })).rejects.toMatchObject({
      code: 'doris-statement-failed',
    });
    expect(fake.changes()).toEqual([]);
  });
});

describe('a setting', () => {
  const KEY = 'schedule_slot_num_per_hdd_path';
  const set: ClusterChange = { kind: 'set-config', key: KEY, value: '8' };

  /** An FE that keeps one value; `takes` says which forms it knows. */
  function settings(
    takes: { readonly all: 'works' | 'ignored' | 'unknown'; readonly found?: string },
    rest: Partial<FakeOptions> = {},
  ) {
    let value = takes.found ?? '4';
    return cluster({
      ...rest,
      answer: (text) =>
        text === `ADMIN SHOW FRONTEND CONFIG LIKE '${KEY}'`
          ? table([
              { Key: 'schedule_slot_num_per_hddXpath', Value: '77' },
              { Key: KEY, Value: value },
            ])
          : undefined,
      change: (text) => {
        if (text.includes('ALL FRONTENDS') && takes.all === 'unknown')
          return refused("\nmismatched input 'ADMIN' expecting {'(', 'ALTER'}(line 1, pos 0)\n");
        if (!text.includes('ALL FRONTENDS') || takes.all === 'works') value = '8';
        return OK;
      },
    });
  }

  test('is sent for all FEs and read back', async () => {
    const fake = settings({ all: 'works' });
    await expect(apply(fake, set)).resolves.toBe('done');
    expect(fake.changes()).toEqual([`ADMIN SET ALL FRONTENDS CONFIG ("${KEY}" = "8")`]);
  });

  test('falls back to the one FE where the form is unknown or passed over', async () => {
    for (const all of ['unknown', 'ignored'] as const) {
      const fake = settings({ all });
      await expect(apply(fake, set)).resolves.toBe('done');
      expect(fake.changes()).toEqual([
        `ADMIN SET ALL FRONTENDS CONFIG ("${KEY}" = "8")`,
        `ADMIN SET FRONTEND CONFIG ("${KEY}" = "8")`,
      ]);
    }
  });

  test.each([
    ['doris-2.1.0-rc01-x', true, false],
    ['doris-2.1.5-rc01-x', false, true],
    ['doris-2.0.10-x', false, false],
    ['doris-0.0.0-trunk-d61813f873', false, false],
    ['doris-0.0.0-677147005f', true, true],
  ])('of %s (LiveSince: %s) is sent for all FEs: %s', async (version, liveSince, all) => {
    const fake = settings({ all: 'works' }, { view: THREE.map((one) => ({ ...one, version })), liveSince });
    await expect(apply(fake, set)).resolves.toBe('done');
    expect(fake.changes()[0]).toContain(all ? 'ALL FRONTENDS' : 'SET FRONTEND CONFIG');
  });

  test('that is so already is not sent', async () => {
    const fake = settings({ all: 'works', found: '8' });
    await expect(apply(fake, set)).resolves.toBe('already');
    expect(fake.changes()).toEqual([]);
  });

  test('that does not stick is an error', async () => {
    const fake = cluster({
      answer: (text) => (text.startsWith('ADMIN SHOW') ? table([{ Key: KEY, Value: '4' }]) : undefined),
    });
    await expect(apply(fake, set)).rejects.toMatchObject({
      code: 'doris-statement-failed',
      message: expect.stringContaining('still reads 4') as string,
    });
  });

  test('out of range is refused before anything is sent', async () => {
    const fake = settings({ all: 'works' });
    await expect(apply(fake, { ...set, value: '0' })).rejects.toMatchObject({ code: 'doris-statement-failed' });
    expect(fake.changes()).toEqual([]);
  });

  test('that the version lacks is unsupported', async () => {
    const fake = cluster({
      answer: (text) => (text.startsWith('ADMIN SHOW') ? { columns: ['Key', 'Value'], rows: [] } : undefined),
    });
    await expect(apply(fake, set)).rejects.toMatchObject({ code: 'doris-unsupported' });
  });
});
