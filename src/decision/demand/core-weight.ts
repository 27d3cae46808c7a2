import type { Backend } from '../../domain/topology.ts';

/**
 * How much one backend counts where utilisation is summed: its cores by those of the group's reference, 1 when either is
 * unknown (Doris 2.1 shows no cores).
 */
export function coreWeight(cores: number | undefined, referenceCores: number | undefined): number {
  if (cores === undefined || referenceCores === undefined || cores <= 0 || referenceCores <= 0) return 1;
  return cores / referenceCores;
}

/** Mean weight of the backends that are there now; 1 without any. */
export function meanCoreWeight(members: readonly Backend[], referenceCores: number | undefined): number {
  if (members.length === 0) return 1;
  let sum = 0;
  for (const { cpuCores } of members) sum += coreWeight(cpuCores, referenceCores);
  return sum / members.length;
}
