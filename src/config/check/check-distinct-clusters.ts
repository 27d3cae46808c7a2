import * as z from 'zod';
import type { Finding } from '../problem.ts';
import { error } from '../problem.ts';
import { cluster } from '../schema/cluster.ts';
import type { Locate } from '../source/located.ts';
import { checkSection } from './section.ts';

const identity = z.object(cluster.shape).pick({ name: true, mode: true, endpoints: true, clusterId: true });

/**
 * Two entries that act on one cluster would each plan for it alone, and remove two backends at a time. Entries that only
 * observe may share one.
 */
export function checkDistinctClusters(clusters: readonly unknown[], locate: Locate): readonly Finding[] {
  const owners = new Map<string, { readonly name: string; readonly index: number }>();
  return clusters.flatMap((item, index) =>
    checkSection(identity, item, ({ name, mode, endpoints, clusterId }) => {
      if (mode !== 'act') return [];
      const marks = [
        ...(clusterId === undefined ? [] : [{ mark: `clusterId ${String(clusterId)}`, path: ['clusterId'] }]),
        ...endpoints.map((endpoint, at) => ({ mark: `endpoint ${endpoint}`, path: ['endpoints', at] })),
      ];
      return marks.flatMap(({ mark, path }) => {
        const owner = owners.get(mark);
        if (owner === undefined) owners.set(mark, { name, index });
        return owner === undefined || owner.index === index
          ? []
          : [
              error(
                locate(index, ...path),
                `${mark} is also that of cluster "${owner.name}" (line ${locate(owner.index, 'name').line})`,
                'only one entry may act on a cluster; write mode: observe in the other',
              ),
            ];
      });
    }),
  );
}
