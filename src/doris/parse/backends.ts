import type { ResultSet } from '../../domain/ports/frontend-channel.ts';
import { remembering } from '../../domain/remembering.ts';
import type { Backend, DeployMode } from '../../domain/topology.ts';
import { formatAddress } from '../address.ts';
import { readVersion } from '../version.ts';
import { type Row, readRows } from './rows.ts';
import { parseBoolean, parseId, parseInteger, parseJsonObject, parsePercent, parseSize } from './values.ts';

export const SHOW_BACKENDS = 'SHOW BACKENDS';

export function parseBackends(answer: ResultSet): readonly Backend[] {
  return readRows(SHOW_BACKENDS, answer).map(parseRow);
}

/** Told by the tags that only compute groups have: a SELECT would need an alive backend. */
export function modeOf(backends: readonly Backend[]): DeployMode {
  return backends.some(({ tags }) => isOfComputeGroup(tags)) ? 'decoupled' : 'coupled';
}

function parseRow(row: Row): Backend {
  const host = row.text('Host');
  const heartbeatPort = row.value('HeartbeatPort', parseInteger);
  const tags = row.value('Tag', parseTags);
  const status = row.value('Status', parseStatus);
  return {
    id: row.value('BackendId', parseId),
    host,
    address: formatAddress(host, heartbeatPort),
    heartbeatPort,
    httpPort: row.value('HttpPort', parseInteger),
    alive: row.value('Alive', parseBoolean),
    decommissioned: row.value('SystemDecommissioned', parseBoolean),
    group: (isOfComputeGroup(tags) ? tags['compute_group_name'] : tags['location']) ?? '',
    tags,
    tablets: row.value('TabletNum', parseInteger),
    dataUsedBytes: row.value('DataUsedCapacity', parseSize),
    // Spelt wrongly in 2.0 and in the first 2.1.
    trashUsedBytes: row.value(row.has('TrashUsedCapcacity') ? 'TrashUsedCapcacity' : 'TrashUsedCapacity', parseSize),
    availableBytes: row.value('AvailCapacity', parseSize),
    totalBytes: row.value('TotalCapacity', parseSize),
    maxDiskUsedRatio: row.value('MaxDiskUsedPct', parsePercent),
    queryDisabled: status.queryDisabled,
    loadDisabled: status.loadDisabled,
    shutdown: status.shutdown,
    nodeRole: row.text('NodeRole'),
    cpuCores: row.optional('CpuCores', parseInteger),
    memoryBytes: row.optional('Memory', parseSize),
    runningTasks: row.optional('RunningTasks', parseInteger) ?? status.fragments,
    heartbeatFailures: row.value('HeartbeatFailureCounter', parseInteger),
    lastStartTime: row.optionalText('LastStartTime'),
    errorMessage: row.optionalText('ErrMsg') ?? '',
    version: readVersion(row.text('Version')),
  };
}

function isOfComputeGroup(tags: Tags): boolean {
  return tags['compute_group_name'] !== undefined || tags['cloud_unique_id'] !== undefined;
}

type Tags = Readonly<Record<string, string>>;

const MOST_TAGS = 256;
/** A cluster has few, in every row of every look. */
const parseTags = remembering(MOST_TAGS, tagsIn);

function tagsIn(text: string): Tags | undefined {
  const entries = Object.entries(parseJsonObject(text) ?? { '': null });
  const tags = entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []));
  return tags.length === entries.length ? Object.fromEntries(tags) : undefined;
}

interface Status {
  readonly queryDisabled: boolean;
  readonly loadDisabled: boolean;
  /** Shown from 4.0 on. */
  readonly shutdown: boolean;
  /** From 3.0 on. */
  readonly fragments: number | undefined;
}

function parseStatus(text: string): Status | undefined {
  const status = parseJsonObject(text) ?? {};
  const { isQueryDisabled, isLoadDisabled, isShutdown = false, currentFragmentNum } = status;
  if (typeof isQueryDisabled !== 'boolean' || typeof isLoadDisabled !== 'boolean' || typeof isShutdown !== 'boolean')
    return undefined;
  if (currentFragmentNum !== undefined && typeof currentFragmentNum !== 'number') return undefined;
  return {
    queryDisabled: isQueryDisabled,
    loadDisabled: isLoadDisabled,
    shutdown: isShutdown,
    fragments: currentFragmentNum,
  };
}
