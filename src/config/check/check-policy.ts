import * as z from 'zod';
import type { EpochMs } from '../../domain/instant.ts';
import type { Finding } from '../problem.ts';
import { duration } from '../schema/scalars.ts';
import { notification, provisioner, server } from '../schema/policy-file.ts';
import type { SecretBook } from '../resolve-secrets.ts';
import type { Locate } from '../source/located.ts';
import { valueAt } from '../source/located.ts';
import { checkCluster } from './check-cluster.ts';
import { checkDistinctClusters } from './check-distinct-clusters.ts';
import { checkNames } from './check-names.ts';
import { checkInterval, checkNotification, checkServer, checkStore } from './check-daemon.ts';
import { checkProvisioner } from './check-provisioner.ts';
import type { CheckContext } from './section.ts';
import { checkSection, entriesAt, itemsAt } from './section.ts';

/**
 * The second pass: the meaning of every section whose own shape is valid, so that all that is wrong is said at once.
 * `value` is the plain data of the file, whatever its shape.
 */
export function checkPolicy(
  value: unknown,
  { locate, secrets, at }: { readonly locate: Locate; readonly secrets: SecretBook; readonly at: EpochMs },
): readonly Finding[] {
  const provisioners = entriesAt(value, 'provisioners');
  const context: CheckContext = { at, secrets, provisioners: provisioners.map(([name]) => name) };
  const clusters = itemsAt(value, 'clusters');
  return [
    ...checkSection(z.string(), valueAt(value, ['store']), (store) => checkStore(store, locate.at('store'))),
    ...checkSection(duration.prefault('30s'), valueAt(value, ['interval']), (interval) =>
      checkInterval(interval, locate.at('interval')),
    ),
    ...checkSection(server.prefault({}), valueAt(value, ['server']), (section) =>
      checkServer(section, locate.at('server'), context),
    ),
    ...itemsAt(value, 'notifications').flatMap((item, index) =>
      checkSection(notification, item, (section) => checkNotification(section, locate.at('notifications', index))),
    ),
    ...provisioners.flatMap(([name, item]) =>
      checkSection(provisioner, item, (section) => checkProvisioner(section, locate.at('provisioners', name))),
    ),
    ...checkNames(clusters, 'name', 'cluster', locate.at('clusters')),
    ...checkDistinctClusters(clusters, locate.at('clusters')),
    ...clusters.flatMap((item, index) => checkCluster(item, locate.at('clusters', index), context)),
  ];
}
