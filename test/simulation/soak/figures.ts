import type { WorldEvent } from './events.ts';
import type { PlannedFault } from './planned-fault.ts';

/** What happened in a run, counted; sums of many runs are of the same shape. */
export interface Figures {
  readonly days: number;
  readonly evaluations: number;
  readonly statements: number;
  readonly kills: number;
  /** `remove-backend succeeded` and the like. */
  readonly operations: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
}

export const NO_FIGURES: Figures = { days: 0, evaluations: 0, statements: 0, kills: 0, operations: {}, faults: {} };

export function figures(): { see(event: WorldEvent): void; total(days: number): Figures } {
  let evaluations = 0;
  let statements = 0;
  let kills = 0;
  const operations: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const count = (of: Record<string, number>, name: string): void => {
    of[name] = (of[name] ?? 0) + 1;
  };
  return {
    see(event) {
      switch (event.is) {
        case 'record':
          evaluations += 1;
          break;
        case 'statement':
          if (event.by === 'us') statements += 1;
          break;
        case 'process':
          if (event.state === 'killed') kills += 1;
          break;
        case 'operation':
          if (event.operation.endedAt !== undefined)
            count(operations, `${event.operation.kind} ${event.operation.state}`);
          break;
        case 'fault':
          if (event.state === 'begun') count(faults, faultName(event.fault));
          break;
        default:
          break;
      }
    },
    total: (days) => ({ days, evaluations, statements, kills, operations, faults }),
  };
}

/** `frontend-down`, `order approve`, `model no-place`: what a person would call it. */
export function faultName(fault: PlannedFault): string {
  switch (fault.kind) {
    case 'model':
      return `model ${fault.begin.kind}`;
    case 'order':
      return `order ${fault.order}`;
    case 'crash':
      return `crash at ${fault.at}`;
    case 'prometheus':
    case 'host-scripts':
      return `${fault.kind} ${fault.manner}`;
    default:
      return fault.kind;
  }
}

export function sum(a: Figures, b: Figures): Figures {
  return {
    days: a.days + b.days,
    evaluations: a.evaluations + b.evaluations,
    statements: a.statements + b.statements,
    kills: a.kills + b.kills,
    operations: sumOf(a.operations, b.operations),
    faults: sumOf(a.faults, b.faults),
  };
}

function sumOf(a: Figures['faults'], b: Figures['faults']): Figures['faults'] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();
  return Object.fromEntries(names.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}
