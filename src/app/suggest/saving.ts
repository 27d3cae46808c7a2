import { backtest } from '../../backtest/backtest.ts';
import { MINUTE_MS } from '../../backtest/trace/trace.ts';
import type { SuggestedBounds } from '../../decision/suggest/bounds.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { WindowsPolicy } from '../../domain/window.ts';
import type { GatheredGroup } from './gather.ts';

const DAY_MS = 86_400_000;
/** What scale-in must know before it may begin. */
const LEARNT_MS = 8 * DAY_MS;

/** What the suggestion would have done with the load of the past, against the nodes that are there now. */
export interface ExpectedSaving {
  /** Nodes that are compared with: those of now, or enough for the highest load where they are not known. */
  readonly against: number;
  readonly isPresent: boolean;
  readonly meanNodes: number;
  /** Share of the node-hours; negative where more nodes are needed than there are. */
  readonly ratio: number;
  readonly nodeHoursPerWeek: number;
  readonly days: number;
  readonly saturatedMinutes: number;
  readonly aboveTargetMinutes: number;
}

/** Undefined where nothing is left to be judged once the policy has learnt. */
export function expectedSaving(
  cluster: ClusterPolicy,
  windows: WindowsPolicy,
  { group, trace, present, bounds }: GatheredGroup & { readonly bounds: SuggestedBounds },
): ExpectedSaving | undefined {
  const spanMs = trace.minutes * MINUTE_MS;
  const fromMs = trace.startMs + Math.max(LEARNT_MS, spanMs / 2);
  const days = (trace.startMs + spanMs - fromMs) / DAY_MS;
  if (days < 1) return undefined;
  const { min, max } = bounds;
  const replayed = backtest({
    cluster: { ...cluster, windows },
    group: { ...group, min, max },
    trace,
    fromMs,
    start: present,
  });
  if (!replayed.ok) return undefined;
  const { replayed: own, baselines } = replayed.backtest;
  const hours = days * 24;
  const against = present ?? baselines.static.nodeHours / hours;
  const saved = against * hours - own.figures.nodeHours;
  return {
    against,
    isPresent: present !== undefined,
    meanNodes: own.figures.nodeHours / hours,
    ratio: saved / (against * hours),
    nodeHoursPerWeek: (saved / days) * 7,
    days,
    saturatedMinutes: own.figures.saturatedMinutes,
    aboveTargetMinutes: own.figures.aboveTargetMinutes,
  };
}
