import type { ClusterState } from '../model/state.ts';

interface BackendReply {
  readonly status: number;
  readonly body: string;
}

/** What a BE's webserver_port answers besides `/metrics`. Undefined: its process is down. */
export function answerBackendHttp(state: ClusterState, host: string, path: string): BackendReply | undefined {
  const backend = state.backends.find((each) => each.host === host);
  if (backend === undefined) return undefined;
  switch (backend.process) {
    case 'up':
    case 'shutting-down':
      break;
    case 'down':
    case 'starting':
      return undefined;
  }
  switch (path) {
    case '/api/health':
      return { status: 200, body: JSON.stringify(health(state, backend.process === 'up')) };
    case '/api/show_config':
      return { status: 200, body: JSON.stringify(CONFIGS) };
    default:
      return { status: 404, body: '' };
  }
}

/** Before 4.0 it always said that there was something to be added. */
function health(state: ClusterState, isServing: boolean): { readonly status: string; readonly msg: string } {
  if (state.profile.version !== '4.0') return { status: 'OK', msg: 'To Be Added' };
  return isServing
    ? { status: 'OK', msg: 'OK' }
    : { status: 'Server is not available', msg: 'Server is shutting down' };
}

/** Name, type, value and whether it can be changed, of the keys that matter to a migration. Source: be/src/common/config.cpp. */
const CONFIGS: readonly (readonly [string, string, string, string])[] = [
  ['clone_worker_count', 'int32_t', '3', 'false'],
  ['download_low_speed_limit_kbps', 'int32_t', '50', 'true'],
  ['download_low_speed_time', 'int32_t', '300', 'true'],
  ['max_download_speed_kbps', 'int32_t', '50000', 'true'],
  ['report_tablet_interval_seconds', 'int32_t', '60', 'true'],
  ['storage_flood_stage_left_capacity_bytes', 'int64_t', '1073741824', 'true'],
  ['storage_flood_stage_usage_percent', 'int32_t', '90', 'true'],
];
