import type { SqlAnswer } from '../../cluster.ts';
import { tabletHealth } from '../../model/tablets/tablet-health.ts';
import { columns, list } from '../answer/table.ts';
import type { Execution } from '../statement.ts';
import { loadsOf, tagsOf } from './balance/load.ts';
import type { ProcNode } from './node.ts';

const SUMMARY = columns('Item, ErrorNum, WarningNum');
const BALANCE = columns('Item, Status, Content, Detail Cmd, Suggestion');

export const DIAGNOSE_NODES: readonly ProcNode[] = [
  { path: '/diagnose', show: showSummary },
  {
    path: '/diagnose/cluster_balance',
    show: (execution) => list(execution.version, BALANCE, findings(execution)),
  },
];

type Finding = readonly [
  item: string,
  status: 'OK' | 'WARNING' | 'ERROR',
  content: string,
  detail: string,
  suggestion: string,
];

const WAIT = 'tablet is still scheduling, run \'show proc "/cluster_balance"\'';

function showSummary(execution: Execution): SqlAnswer {
  const found = findings(execution);
  const count = (status: Finding[1]): number => found.filter(([, each]) => each === status).length;
  const numbers = [count('ERROR'), count('WARNING')];
  return list(execution.version, SUMMARY, [
    ['cluster_balance', ...numbers],
    ['Total', ...numbers],
  ]);
}

function findings(execution: Execution): readonly Finding[] {
  return [tablets(execution), load(execution), fine('Disk Balance'), groups(execution), history(execution)];
}

function fine(item: string): Finding {
  return [item, 'OK', '', '', ''];
}

/** Walks all tablets. */
function tablets({ state }: Execution): Finding {
  const counts = state.databases.map((database) => tabletHealth(state, database));
  const sum = (key: keyof (typeof counts)[number]): number => counts.reduce((total, each) => total + each[key], 0);
  const [healthy, total] = [sum('healthy'), sum('tablets')];
  if (healthy === total) return fine('Tablet Health');
  return [
    'Tablet Health',
    sum('unrecoverable') > 0 ? 'ERROR' : 'WARNING',
    `healthy tablet num ${String(healthy)} < total tablet num ${String(total)}`,
    'show proc "/cluster_health/tablet_health";',
    WAIT,
  ];
}

function load({ state }: Execution): Finding {
  for (const tag of tagsOf(state)) {
    for (const medium of ['HDD', 'SSD'] as const) {
      const loads = loadsOf(state, tag, medium);
      const ids = (wanted: 'LOW' | 'HIGH'): string =>
        loads
          .filter(({ loadClass }) => loadClass === wanted)
          .map(({ backend }) => backend.row.id)
          .join(', ');
      if (ids('LOW') === '') continue;
      return [
        'BeLoad Balance',
        'WARNING',
        `backend load not balance for tag {"location" : "${tag}"}, storage medium ${medium}, low load backends [${ids('LOW')}], high load backends [${ids('HIGH')}]`,
        `show proc "/cluster_balance/cluster_load_stat/location_${tag}/${medium}"`,
        WAIT,
      ];
    }
  }
  return fine('BeLoad Balance');
}

function groups({ state }: Execution): Finding {
  const unstable = state.colocateGroups.filter(({ stable }) => !stable).map(({ id }) => id);
  if (unstable.length === 0) return fine('Colocate Group Stable');
  return [
    'Colocate Group Stable',
    'WARNING',
    `colocate groups are unstable: [${unstable.join(', ')}]`,
    'show proc "/colocation_group"',
    WAIT,
  ];
}

const RECENT_MS = 60_000;
const MOST = 5;

function history({ state }: Execution): Finding {
  const failed = state.scheduler.history
    .filter(({ state: ended, finishedAtMs }) => ended === 'CANCELLED' && state.nowMs - (finishedAtMs ?? 0) < RECENT_MS)
    .slice(-MOST)
    .map(({ tabletId, errorMessage }) => `tablet ${tabletId} error: ${errorMessage}`);
  if (failed.length === 0) return fine('History Tablet Sched');
  return [
    'History Tablet Sched',
    'WARNING',
    `tablet sched has failed: [${failed.join(', ')}]`,
    'show proc "/cluster_balance/history_tablets"',
    '',
  ];
}
