import { masterOf } from './queries.ts';
import { configDefault } from './config-defaults.ts';
import type { ClusterState } from './state.ts';

/** What the master's daemons go by: its own memory, else the default. */
export function configText(state: ClusterState, key: string): string {
  return masterOf(state)?.configs.get(key) ?? configDefault(state.profile.version, key) ?? '';
}

/** Not a number: 0, as a setting that allows nothing. */
export function configNumber(state: ClusterState, key: string): number {
  const number = Number(configText(state, key));
  return Number.isFinite(number) ? number : 0;
}

export function configFlag(state: ClusterState, key: string): boolean {
  return configText(state, key) === 'true';
}
