import { classifyServerError } from '../../../src/doris/classify-error.ts';
import { dorisCluster } from '../../../src/doris/cluster.ts';
import { DorisUnreachable } from '../../../src/doris/errors.ts';
import type { HttpGet } from '../../../src/doris/evidence/own-check.ts';
import { table } from './answers.ts';
import { type Answer, memoryChannel } from './memory-channel.ts';
import { type RecordedVersion, readRecordings } from './recordings.ts';

const ENDPOINT = { '4.x': { host: '127.0.0.1', port: 19_030 }, '2.1': { host: '127.0.0.1', port: 29_030 } } as const;
export const FIRST_BACKEND = { '4.x': '127.0.0.11:9050', '2.1': '127.0.0.31:9150' } as const;

/** The steady cluster of four backends as it was recorded; `instead` answers before it, and `after` may change every answer. */
export function recordedCluster(
  version: RecordedVersion,
  options: {
    readonly instead?: (text: string) => Answer | undefined;
    readonly after?: (text: string, answer: Answer | undefined) => Answer | undefined;
    readonly http?: HttpGet;
  } = {},
) {
  const recordings = readRecordings(version).filter((one) => one.user === undefined);
  const steady = steadyOf(version);
  const endpoint = ENDPOINT[version];
  const recorded = (text: string): Answer | undefined => {
    const own = options.instead?.(text);
    if (own !== undefined) return own;
    // Recorded without backticks.
    const plain = text.replaceAll('`', '');
    const found = [...steady, ...recordings].find((one) => one.sql === plain);
    if (found?.error !== undefined) return classifyServerError(found.error, { endpoint: 'fe', change: false });
    return found?.result ?? unrecorded(plain);
  };
  const answer = (text: string): Answer | undefined => {
    const found = recorded(text);
    return options.after === undefined ? found : options.after(text, found);
  };
  const channel = memoryChannel(
    { [`${endpoint.host}:${String(endpoint.port)}`]: answer },
    (name) => new DorisUnreachable(name),
  );
  return dorisCluster({
    policy: { endpoints: [endpoint], user: 'root', password: undefined, clusterId: undefined },
    channel,
    clock: { now: () => 1_795_400_000_000, monotonicMs: () => 0, sleep: async () => undefined },
    http:
      options.http ??
      (async () => ({ status: 200, body: '{"msg":"success","code":0,"data":["127.0.0.11:9050"],"count":0}' })),
  });
}

function steadyOf(version: RecordedVersion) {
  return readRecordings(version).filter((one) => one.user === undefined && one.file === 'show-and-proc.json');
}

/** What the recordings leave out of this cluster: tables and partitions that no one asked for. */
function unrecorded(text: string): Answer | undefined {
  const partition = (allocation: string) => ({ PartitionName: 'p', ReplicaAllocation: allocation });
  if (/^SHOW (BACKUP|RESTORE) FROM /.test(text)) return { columns: ['JobId', 'State'], rows: [] };
  // 4.x was recorded with the last word in capitals.
  if (text === 'SHOW FRONTENDS disks') return steadyOf('4.x').find(({ sql }) => sql === 'SHOW FRONTENDS DISKS')?.result;
  if (text === 'SHOW TABLES FROM __internal_schema')
    return { columns: ['Tables'], rows: [['column_statistics'], ['audit_log'], ['partition_statistics']] };
  if (/^SHOW PARTITIONS FROM __internal_schema\.audit_log$/.test(text))
    return table(Array.from({ length: 4 }, () => partition('tag.location.default: 1')));
  if (/^SHOW PARTITIONS FROM shop\.(c1|c2|orders)$/.test(text)) return table([partition('tag.location.default: 3')]);
  if (/^SHOW PARTITIONS FROM shop\.scratch$/.test(text)) return table([partition('tag.location.default: 1')]);
  if (/^SHOW PARTITIONS FROM shop\.events$/.test(text)) return table([partition('tag.location.default: 2')]);
  if (/^SHOW PARTITIONS FROM __internal_schema\./.test(text)) return table([partition('tag.location.default: 3')]);
  return undefined;
}
