import type { Backend, Topology } from '../../domain/topology.ts';
import { backendIn, nodeOf, seenTwice } from '../nodes.ts';
import type { Context } from '../steps/step.ts';
import { stallView, valueOf } from './stall-view.ts';

/** Where the FE does not tell decommission_tablet_check_threshold. */
const THRESHOLD = 5000;

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
 * recycle bin has.
 */
function keepsItsRow(context: Context): boolean {
  const view = stallView(context);
  if (view === undefined || view.row.tablets === 0) return false;
  const threshold = Number(view.configs['decommission_tablet_check_threshold'] ?? THRESHOLD);
  if (view.row.tablets >= threshold) return true;
  const configs = view.evidence === undefined ? undefined : valueOf(view.evidence.configs);
  const bin = view.evidence === undefined ? undefined : valueOf(view.evidence.recycleBin);
  if (configs === undefined || bin === undefined) return false;
  return bin.entries === 0 && configs['decommission_skip_leaky_tablet_second'] === undefined;
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
