import type { MoveTrouble, SchedulerView, StallEvidence, TabletMove, TableLeft } from '../../../../src/domain/stall.ts';
import type { Backend } from '../../../../src/domain/topology.ts';
import type { StallView } from '../../../../src/operation/drain/stall-view.ts';
import { MOVE, world } from '../support/world.ts';

export { MOVE } from '../support/world.ts';
export const MINUTE = 60_000;

const IDLE: SchedulerView = {
  pending: 0,
  running: 0,
  listed: 0,
  urgent: 0,
  moves: [],
  waits: [],
  failures: [],
  repeated: [],
  idleMs: 20_000,
};

/** Repairs that fail, or wait, with this text. */
export function trouble(error: string, given: Partial<TabletMove> = {}, tablets = 7): MoveTrouble {
  return { error, tablets, example: { ...MOVE, error, ...given } };
}

export function tableLeft(
  table: string,
  byTag: Readonly<Record<string, number>>,
  media: readonly string[] = ['HDD'],
): TableLeft {
  return { table, replicas: 5, wants: { known: true, value: { byTag, media } } };
}

export interface Shown {
  readonly row?: Partial<Backend>;
  /** Of the four that stay, by place. */
  readonly staying?: readonly Partial<Backend>[];
  readonly scheduler?: Partial<SchedulerView> | 'unknown';
  readonly evidence?: Partial<StallEvidence>;
  readonly view?: Partial<StallView>;
}

/** 10.0.0.5 leaves with 40 of 100 tablets, four backends on hosts of their own stay, and the FE shows nothing unusual. */
export function stallView({ row, staying = [], scheduler, evidence, view }: Shown = {}): StallView {
  const backends = world().backends();
  const last = backends.at(-1);
  if (last === undefined) throw new Error('no backend');
  const shown: SchedulerView | undefined = scheduler === 'unknown' ? undefined : { ...IDLE, ...scheduler };
  return {
    row: { ...last, decommissioned: true, loadDisabled: true, tablets: 40, ...row },
    staying: backends.slice(0, -1).map((backend, index) => ({ ...backend, ...staying[index] })),
    configs: { max_scheduling_tablets: '2000', max_clone_task_timeout_sec: '7200' },
    residual: 0,
    tables: [],
    scheduler: shown,
    evidence: {
      configs: { known: true, value: {} },
      scheduler:
        shown === undefined ? { known: false, reason: 'no answer within 30 s' } : { known: true, value: shown },
      tableOfTablet: { [MOVE.tablet]: 'shop.events' },
      recycleBin: { known: true, value: { entries: 0, names: [], emptyInMs: 0, ignoredBelow: 5000 } },
      transactions: { known: true, value: [] },
      colocate: { known: true, value: [] },
      disks: { known: true, value: [] },
      ...evidence,
    },
    disks: [],
    groupTabletsAtStart: 500,
    groupTablets: 500,
    bytesAtStart: 20 * 1024 ** 3,
    letGo: false,
    ...view,
  };
}
