import type { Backend, Topology } from '../../domain/topology.ts';
import { backendIn, nodeOf, seenTwice } from '../nodes.ts';
import type { Context } from '../steps/step.ts';
import { stallView, valueOf } from './stall-view.ts';

/** Empty, or left with what only the recycle bin and leaky entries hold and the FE looks past, in two looks. */
export function isDrained(context: Context): boolean {
  const residual = context.facts.residual.known ? context.facts.residual.value : 0;
  return (
    seenTwice(context, (topology) => {
      const row = backendIn(topology, context);
      return row !== undefined && row.decommissioned && row.tablets <= residual;
    }) && !keepsItsRow(context)
  );
}

/**
 * The FE keeps a backend with so many tablets whatever they are, and before 4.0 one with a tablet that neither a table nor the
 * recycle bin has. What was not read is left to the FE itself: it drops by its own checks.
 */
function keepsItsRow(context: Context): boolean {
  const view = stallView(context);
  const configs = view?.evidence === undefined ? undefined : valueOf(view.evidence.configs);
  const bin = view?.evidence === undefined ? undefined : valueOf(view.evidence.recycleBin);
  if (view === undefined || view.row.tablets === 0 || configs === undefined) return false;
  if (view.row.tablets >= Number(configs['decommission_tablet_check_threshold'] ?? Infinity)) return true;
  return bin?.entries === 0 && configs['decommission_skip_leaky_tablet_second'] === undefined;
}

/** Of the backends of its group that stay, the one with the fullest disk. */
export function fullestSurvivor(topology: Topology, context: Context): Backend | undefined {
  const leaving = nodeOf(context);
  return topology.backends
    .filter(
      (backend) => backend.group === context.operation.group && backend.address !== leaving && !backend.decommissioned,
    )
    .toSorted((a, b) => b.maxDiskUsedRatio - a.maxDiskUsedRatio)[0];
}
