import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STALL_CAUSES, type StallCause } from '../../../../src/domain/stall.ts';
import { CAUSES } from '../../../../src/operation/drain/causes.ts';
import { remedyOf, signOf } from '../../../../src/operation/drain/diagnose.ts';
import { SIGNS } from '../../../../src/operation/drain/signs.ts';
import { MINUTE, MOVE, type Shown, stallView, tableLeft, trouble } from './support.ts';

const HOUR = 60 * MINUTE;
const GIB = 1024 ** 3;
const NO_TARGET = 'unable to find dest path for new replica';
const bin = (names: readonly string[], emptyInMs: number) => ({
  recycleBin: { known: true, value: { entries: names.length, names, emptyInMs, ignoredBelow: 5000 } } as const,
});
const disk = (index: number, path: string, usedRatio: number, medium = 'HDD') => ({
  backend: `10.0.0.${String(index)}:9050`,
  backendId: `1000${String(index)}`,
  path,
  medium,
  online: true,
  dataBytes: 0,
  usedBytes: usedRatio * 1000,
  totalBytes: 1000,
});

const SEEN: readonly {
  readonly says: string;
  readonly shown: Shown;
  readonly code: StallCause;
  readonly why: RegExp;
}[] = [
  {
    says: 'the tablet scheduler is off',
    shown: { view: { configs: { disable_tablet_scheduler: 'true' } } },
    code: 'scheduler-off',
    why: /^disable_tablet_scheduler is true on the master$/,
  },
  {
    says: 'colocate balance is off and nothing else is seen',
    shown: { view: { configs: { disable_colocate_balance: 'true' } } },
    code: 'scheduler-off',
    why: /^disable_colocate_balance is true/,
  },
  {
    says: 'colocate balance is off, but something surer is seen',
    shown: {
      view: { configs: { disable_colocate_balance: 'true' } },
      scheduler: { waits: [trouble('wait txn before pre watermark txn 1234 to be finished')] },
    },
    code: 'transaction',
    why: /wait txn/,
  },
  {
    says: 'the leaving backend is dead',
    shown: { row: { alive: false } },
    code: 'dead-backend',
    why: /^10\.0\.0\.5:9050 is not alive$/,
  },
  {
    says: 'another one is dead',
    shown: { staying: [{}, { alive: false }] },
    code: 'dead-backend',
    why: /^10\.0\.0\.2:9050 is not alive$/,
  },
  {
    says: 'it is let go and the flag is false again',
    shown: {
      row: { tablets: 0 },
      view: { letGo: true, configs: { drop_backend_after_decommission: 'false' } },
    },
    code: 'auto-drop-off',
    why: /somebody sets it back/,
  },
  {
    says: 'it is empty, let go, and stays',
    shown: { row: { tablets: 0 }, view: { letGo: true, configs: { drop_backend_after_decommission: 'true' } } },
    code: 'wal',
    why: /group-commit logs/,
  },
  {
    says: 'a clone is older than its time-out',
    shown: { scheduler: { running: 1, moves: [{ ...MOVE, ageMs: 2 * HOUR, timeoutMs: 180_000 }] } },
    code: 'task-stuck',
    why: /^tablet 20001 of shop\.events is being cloned for 2 h 00 min, its time-out is 3 min$/,
  },
  {
    says: 'a clone was timed out',
    shown: { scheduler: { failures: [trouble('timeout', { bytes: 300 * GIB }, 1)] } },
    code: 'large-tablet',
    why: /^tablet 20001 of shop\.events of 300 GiB is not cloned within its time-out \(max_clone_task_timeout_sec 7200\)$/,
  },
  {
    says: 'a large clone runs again after it failed',
    shown: { scheduler: { running: 1, moves: [{ ...MOVE, failedRunning: 1, timeoutMs: 2 * HOUR, bytes: 300 * GIB }] } },
    code: 'large-tablet',
    why: /300 GiB is not cloned/,
  },
  {
    says: 'old replicas wait for loads',
    shown: {
      scheduler: { pending: 7, waits: [trouble('wait txn before pre watermark txn 1234 to be finished')] },
      evidence: { transactions: { known: true, value: [{ database: 'shop', databaseId: '1', running: 2 }] } },
    },
    code: 'transaction',
    why: /^7 tablets, as tablet 20001 of shop\.events: wait txn before pre watermark txn 1234 to be finished; loads run in shop \(2\)$/,
  },
  {
    says: 'old replicas wait, and the FE says so by the code alone',
    shown: { scheduler: { pending: 1, waits: [trouble('', { code: 'WAITING_DECOMMISSION' }, 1)] } },
    code: 'transaction',
    why: /^tablet 20001 of shop\.events/,
  },
  {
    says: 'a table is altered',
    shown: { scheduler: { failures: [trouble('table is in alter process, but tablet status is REPLICA_RELOCATING')] } },
    code: 'alter-running',
    why: /alter process/,
  },
  {
    says: 'tables of the FE want three replicas and two hosts stay',
    shown: {
      staying: [{}, {}, { loadDisabled: true }, { queryDisabled: true }],
      scheduler: { failures: [trouble(NO_TARGET)] },
      view: {
        tables: [tableLeft('shop.events', { default: 2 }), tableLeft('__internal_schema.audit_log', { default: 3 })],
      },
    },
    code: 'internal-schema',
    why: /^__internal_schema\.audit_log wants 3 replicas, and 2 hosts with storage backends of tag default stay$/,
  },
  {
    says: 'compute nodes were counted',
    shown: {
      staying: [{}, {}, { nodeRole: 'computation' }],
      view: { tables: [tableLeft('shop.events', { default: 4 })] },
    },
    code: 'compute-nodes',
    why: /^shop\.events wants 4 replicas, 3 hosts can hold one; 10\.0\.0\.3:9050 hold no data$/,
  },
  {
    says: 'the scheduler finds no tag',
    shown: { scheduler: { failures: [trouble('no proper tag is chose for tablet')] } },
    code: 'no-tag',
    why: /no proper tag/,
  },
  {
    says: 'the last storage backend of its tag leaves',
    shown: {
      staying: [1, 2, 3, 4].map(() => ({ nodeRole: 'computation' })),
      view: { tables: [tableLeft('shop.events', { default: 1 }, ['HDD'])], staying: [] },
    },
    code: 'no-tag',
    why: /^shop\.events wants tag default, which no other storage backend has$/,
  },
  {
    says: 'nobody else has an SSD',
    shown: {
      view: {
        tables: [tableLeft('shop.hot', { default: 2 }, ['HDD', 'SSD'])],
        disks: [disk(1, '/data1', 0.3), disk(2, '/data1', 0.3), disk(5, '/ssd', 0.3, 'SSD')],
      },
    },
    code: 'no-medium',
    why: /^shop\.hot is on SSD, and no backend of default that stays has such a disk$/,
  },
  {
    says: 'nobody else has an SSD, of which the FE takes any other disk, and those are full',
    shown: {
      scheduler: { failures: [trouble(NO_TARGET)] },
      view: {
        tables: [tableLeft('shop.hot', { default: 2 }, ['SSD'])],
        disks: [disk(1, '/data1', 0.96), disk(2, '/data1', 0.97)],
      },
    },
    code: 'disk-full',
    why: /^tablets find no target: 2 of 4 backends have full disks/,
  },
  {
    says: 'the disks of two are full',
    shown: {
      scheduler: { failures: [trouble(NO_TARGET)] },
      view: {
        disks: [disk(1, '/data1', 0.4), disk(2, '/data2', 0.96), disk(3, '/data1', 0.97), disk(3, '/data2', 0.95)],
      },
    },
    code: 'disk-full',
    why: /^tablets find no target: 2 of 4 backends have full disks \(10\.0\.0\.2:9050 \/data2 96 %, 10\.0\.0\.3:9050 \/data2 95 %\)$/,
  },
  {
    says: 'one disk is full and its sibling is not',
    shown: {
      scheduler: { failures: [trouble(NO_TARGET)] },
      view: { disks: [disk(1, '/data1', 0.96), disk(1, '/data2', 0.4)] },
    },
    code: 'no-place',
    why: /unable to find dest path/,
  },
  {
    says: 'a table wants more replicas than hosts stay',
    shown: {
      scheduler: { failures: [trouble(NO_TARGET)] },
      view: { tables: [tableLeft('shop.five', { default: 5 })] },
    },
    code: 'no-place',
    why: /^shop\.five wants 5 replicas, and 4 hosts/,
  },
  {
    says: 'backends that stay share a host',
    shown: {
      staying: [{}, { host: '10.0.0.1' }],
      view: { tables: [tableLeft('shop.four', { default: 4 })] },
    },
    code: 'no-place',
    why: /^shop\.four wants 4 replicas, and 3 hosts/,
  },
  {
    says: 'a colocate group is not stable',
    shown: {
      evidence: { colocate: { known: true, value: [{ group: 'shop.grp', error: 'get unhealthy tablet 3' }] } },
    },
    code: 'colocate',
    why: /^colocate group shop\.grp is not stable \(get unhealthy tablet 3\)$/,
  },
  {
    says: 'old replicas of a colocate group are not deleted',
    shown: {
      scheduler: { failures: [trouble('unable to delete any redundant replicas')] },
      evidence: { colocate: { known: true, value: [{ group: 'shop.grp', error: '' }] } },
    },
    code: 'colocate',
    why: /^colocate group shop\.grp is not stable$/,
  },
  {
    says: 'clones fail, and colocate groups wait for them',
    shown: {
      scheduler: { failures: [trouble('[INTERNAL_ERROR]failed to download file')] },
      evidence: { colocate: { known: true, value: [{ group: 'shop.grp', error: '' }] } },
    },
    code: 'clone-failed',
    why: /failed to download/,
  },
  {
    says: 'a tablet has lost its replicas',
    shown: { scheduler: { failures: [trouble('tablet is unrecoverable')] } },
    code: 'unrecoverable',
    why: /unrecoverable/,
  },
  {
    says: 'the same tablet is cloned again and again',
    shown: { scheduler: { repeated: [{ tablet: '20001', times: 9 }] } },
    code: 'load-race',
    why: /^tablet 20001 of shop\.events was cloned 9 times$/,
  },
  {
    says: 'replicas multiply',
    shown: { view: { groupTablets: 601 } },
    code: 'load-race',
    why: /^the group has 601 tablets, 500 when the drain began$/,
  },
  {
    says: 'a clone meets too many versions',
    shown: { scheduler: { failures: [trouble('[E-235]tablet error: -235')] } },
    code: 'load-race',
    why: /-235/,
  },
  {
    says: 'clones fail with a text of the backend',
    shown: { scheduler: { failures: [trouble('[INTERNAL_ERROR]failed to download file')] } },
    code: 'clone-failed',
    why: /failed to download file/,
  },
  {
    says: 'the queue is full',
    shown: {
      scheduler: { pending: 2000, listed: 1000, urgent: 900, failures: [trouble('unable to find source replica')] },
    },
    code: 'queue-full',
    why: /^2,000 tablets wait, max_scheduling_tablets is 2,000$/,
  },
  {
    says: 'the scheduler does not come round',
    shown: { scheduler: { pending: 7, idleMs: 25 * MINUTE } },
    code: 'scheduler-starved',
    why: /done nothing for 25 min$/,
  },
  {
    says: 'the checker has not come round at all',
    shown: { scheduler: { idleMs: undefined } },
    code: 'scheduler-starved',
    why: /^the FE has queued nothing yet/,
  },
  {
    says: 'user tables want as many as those of the FE',
    shown: {
      staying: [{}, {}, { queryDisabled: true }, { loadDisabled: true }],
      view: {
        tables: [tableLeft('__internal_schema.audit_log', { default: 3 }), tableLeft('shop.orders', { default: 3 })],
      },
    },
    code: 'no-place',
    why: /^__internal_schema\.audit_log wants 3|^shop\.orders wants 3/,
  },
  {
    says: 'dropped tables are all that is left',
    shown: { view: { residual: 40 }, evidence: bin(['old'], 2 * HOUR) },
    code: 'recycle-bin',
    why: /^40 of its 40 tablets belong to no table; the recycle bin holds old$/,
  },
  {
    says: 'more is left than the FE looks into, and something was dropped',
    shown: {
      row: { tablets: 60_000 },
      view: { residual: undefined, configs: { decommission_tablet_check_threshold: '50000' } },
      evidence: bin(['old'], 2 * HOUR),
    },
    code: 'recycle-bin',
    why: /^its 60,000 tablets are more than the FE looks into/,
  },
  {
    says: 'what is left belongs to nothing',
    shown: { view: { residual: 40 } },
    code: 'leaky',
    why: /^40 of its 40 tablets belong to no table, and the recycle bin is empty$/,
  },
  {
    says: 'it reports no data',
    shown: { row: { dataUsedBytes: 0 } },
    code: 'reports-differ',
    why: /counts 40 tablets/,
  },
  {
    says: 'nothing is seen',
    shown: {},
    code: 'unknown',
    why: /^the FE has 0 moves waiting and 0 running and tells no reason$/,
  },
  {
    says: 'the queues cannot be read',
    shown: { scheduler: 'unknown' },
    code: 'unknown',
    why: /^the FE's queues could not be read: no answer within 30 s$/,
  },
];

describe('why a drain stands still', () => {
  it.each(SEEN)('$says: $code', ({ shown, code, why }) => {
    const [found, sign] = signOf(stallView(shown));
    expect(found).toBe(code);
    expect(sign.why).toMatch(why);
  });

  it('is shown for every cause', () => {
    expect(new Set(SEEN.map(({ code }) => code))).toEqual(new Set(STALL_CAUSES));
  });

  it('is told with the time at which dropped tables are gone', () => {
    const [, sign] = signOf(stallView({ view: { residual: 40 }, evidence: bin(['old'], 2 * HOUR) }));
    expect(sign.endsInMs).toBe(2 * HOUR);
  });

  it.each([
    ['3 min, as it is small: copied slower than 1 MiB/s', 3 * MINUTE, /^raise min_clone_task_timeout_sec /],
    ['the longest there is', 2 * HOUR, undefined],
  ])('a clone with a time-out of %s', (_says, timeoutMs, mend) => {
    const failures = [trouble('timeout', { bytes: GIB / 8, timeoutMs }, 1)];
    const [code, sign] = signOf(stallView({ scheduler: { failures } }));
    expect(code).toBe('large-tablet');
    if (mend === undefined) expect(sign.mend).toBeUndefined();
    else expect(sign.mend).toMatch(mend);
  });

  it.each([
    ['a clone within its time-out', { scheduler: { moves: [MOVE] } }],
    [
      'a large clone that has not failed',
      { scheduler: { moves: [{ ...MOVE, timeoutMs: 2 * HOUR, bytes: 300 * GIB }] } },
    ],
    ['a queue of 1,999', { scheduler: { pending: 1999, listed: 1000, urgent: 1000 } }],
    ['a queue that the drain itself has filled', { scheduler: { pending: 2000, listed: 1000, urgent: 50 } }],
    ['a scheduler that was there 4 min ago', { scheduler: { idleMs: 4 * MINUTE } }],
    ['an idle scheduler beside a running clone', { scheduler: { moves: [MOVE], idleMs: 25 * MINUTE } }],
    ['a fifth more tablets in the group', { view: { groupTablets: 600 } }],
    ['a recycle bin that keeps nothing on it', { evidence: bin(['old'], HOUR) }],
    ['a WAL that nothing but the row tells of, before it is let go', { row: { tablets: 0 } }],
  ] satisfies readonly (readonly [string, Shown])[])('%s is no sign', (_name, shown) => {
    expect(signOf(stallView(shown))[0]).toBe('unknown');
  });

  it('is never told by what could not be read', () => {
    const blind = stallView({
      scheduler: 'unknown',
      view: { evidence: undefined, configs: {}, residual: undefined, groupTabletsAtStart: undefined },
    });
    for (const code of STALL_CAUSES) if (code !== 'unknown') expect(SIGNS[code](blind)).toBeUndefined();
  });

  it('always has an answer, the first sure sign of the ladder', () => {
    fc.assert(
      fc.property(fc.subarray([...SEEN], { minLength: 1 }), (seen) => {
        const shown = seen.reduce<Shown>((all, { shown: each }) => ({ ...all, ...each }), {});
        const view = stallView(shown);
        const [code] = signOf(view);
        const signs = STALL_CAUSES.map((each) => [each, SIGNS[each](view)] as const).filter(
          ([, sign]) => sign !== undefined,
        );
        const sure = signs.find(([, sign]) => sign?.sure === true);
        expect(code).toBe((sure ?? signs[0])?.[0]);
      }),
    );
  });
});

describe('what may be done about a cause', () => {
  it.each(STALL_CAUSES)(
    '%s has a text for every column of the guide, and may be waited for and asked about',
    (code) => {
      const { onStall, ...texts } = CAUSES[code];
      for (const text of Object.values(texts)) expect(text).not.toBe('');
      expect(onStall).toEqual(expect.arrayContaining(['wait', 'ask']));
    },
  );

  it.each([
    ['recycle-bin', 'cancel', 'wait'],
    ['leaky', 'cancel', 'wait'],
    ['recycle-bin', 'ask', 'ask'],
    ['scheduler-off', 'throttle', 'wait'],
    ['load-race', 'throttle', 'throttle'],
    ['no-place', 'cancel', 'cancel'],
  ] as const)('%s with onStall: %s is answered by %s', (code, wanted, remedy) => {
    const found = { code, sure: true, cause: '', mend: '', look: '', endsAt: undefined };
    expect(remedyOf(found, wanted)).toBe(remedy);
  });
});
