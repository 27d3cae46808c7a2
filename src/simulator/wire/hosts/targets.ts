import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatedCluster } from '../../cluster.ts';

/** One entry of Prometheus's file_sd and http_sd. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: { readonly job: string; readonly group: 'fe' | 'be'; readonly cluster: string };
}

export const SCRAPE_JOB = 'doris';

/** What a Prometheus should scrape: the members. A spare whose process runs serves nothing, its series would belong to no node. */
export interface ScrapeTargets {
  /** Path of a file_sd file, rewritten when the answer changes. */
  readonly file: string;
  current(): readonly TargetGroup[];
  refresh(): void;
  /** Removes the file. */
  stop(): void;
}

export function scrapeTargets(cluster: SimulatedCluster, clusterName: string): ScrapeTargets {
  const folder = mkdtempSync(join(tmpdir(), 'doris-simulator-'));
  const file = join(folder, 'targets.json');
  let written = '';
  let removed = false;

  const current = (): readonly TargetGroup[] => {
    const groups = [
      { group: 'fe' as const, nodes: cluster.frontends() },
      { group: 'be' as const, nodes: cluster.backends() },
    ];
    return groups.map(({ group, nodes }) => ({
      targets: nodes.filter(({ registered }) => registered).map(({ host, ports }) => `${host}:${String(ports.http)}`),
      labels: { job: SCRAPE_JOB, group, cluster: clusterName },
    }));
  };

  const refresh = (): void => {
    const text = `${JSON.stringify(current(), undefined, 2)}\n`;
    if (removed || text === written) return;
    // Prometheus may read at any moment: it must never see half a file.
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    written = text;
  };

  refresh();
  return {
    file,
    current,
    refresh,
    stop: () => {
      removed = true;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
