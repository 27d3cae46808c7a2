import type { ClusterOptions } from '../cluster.ts';
import type { BackendState, FrontendState } from './state.ts';

/* Numbers of hosts behind the prefix: frontends from 2, spare ones from 10, backends from 21. */
export const FRONTEND_OFFSET = 2;
export const SPARE_FRONTEND_OFFSET = 10;
export const BACKEND_OFFSET = 21;

/** Counts on into the third octet where the fourth is full. */
export function hostAt(options: Pick<ClusterOptions, 'hostPrefix'>, number: number): string {
  const prefix = options.hostPrefix ?? '127.0.0.';
  if (number < 255) return `${prefix}${String(number)}`;
  const [first = '127', second = '0', third = '0'] = prefix.split('.');
  return [first, second, String(Number(third) + Math.floor(number / 254)), String(1 + (number % 254))].join('.');
}

/** Doris's own, or the port base plus a fixed offset each. */
export function frontendPorts({ portBase }: Pick<ClusterOptions, 'portBase'>): FrontendState['ports'] {
  return portBase === undefined
    ? { query: 9030, http: 8030, rpc: 9020, editLog: 9010 }
    : { query: portBase + 30, http: portBase + 80, rpc: portBase + 20, editLog: portBase + 10 };
}

export function backendPorts({ portBase }: Pick<ClusterOptions, 'portBase'>): BackendState['ports'] {
  return portBase === undefined
    ? { heartbeat: 9050, be: 9060, http: 8040, brpc: 8060, arrow: 8050 }
    : { heartbeat: portBase + 50, be: portBase + 60, http: portBase + 40, brpc: portBase + 61, arrow: portBase + 55 };
}
