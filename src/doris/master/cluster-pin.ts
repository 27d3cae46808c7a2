import { DorisWrongCluster } from '../errors.ts';
import type { FrontendList } from '../parse/frontends.ts';

/** The one ClusterId whose answers count. */
export interface ClusterPin {
  /** Undefined until the first contact, unless it was configured or learnt before. */
  known(): Promise<string | undefined>;
  learn(clusterId: string): void;
}

/** `configured` by the policy, or `remembered` from an earlier run, or what the first contact showed. */
export function clusterPin(configured: string | undefined, remembered: () => Promise<string | undefined>): ClusterPin {
  let learnt: string | undefined;
  return {
    known: async () => configured ?? learnt ?? (await remembered()),
    learn(clusterId) {
      learnt ??= clusterId;
    },
  };
}

/** The id that all rows show. Throws DorisWrongCluster when it is not the expected one; the message names both. */
export function requireClusterId(list: FrontendList, expected: string | undefined, endpoint: string): string {
  const ids = [...new Set(list.rows.map(({ frontend }) => frontend.clusterId))];
  const [shown = 'none'] = ids;
  if (ids.length !== 1)
    throw new DorisWrongCluster(`${endpoint} shows ${String(ids.length)} cluster ids: ${ids.join(', ')}`);
  if (expected !== undefined && shown !== expected) {
    throw new DorisWrongCluster(`${endpoint} belongs to cluster ${shown}, not to ${expected}: it is not used`);
  }
  return shown;
}
