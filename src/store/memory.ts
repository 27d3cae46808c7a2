import type { Kysely } from 'kysely';
import type { ForeignChange } from '../domain/memory.ts';
import type { ClusterMemory, Member } from '../domain/ports/cluster-memory.ts';
import { inTransaction } from './in-transaction.ts';
import type { Tables } from './schema.ts';

const CLUSTER_ID = 'cluster-id';

export function memory(database: Kysely<Tables>): ClusterMemory {
  const fact = async (cluster: string, name: string): Promise<string | undefined> =>
    (
      await database
        .selectFrom('facts')
        .select('value')
        .where('cluster', '=', cluster)
        .where('name', '=', name)
        .executeTakeFirst()
    )?.value;
  const setFact = async (cluster: string, name: string, value: string | undefined): Promise<void> => {
    await inTransaction(database, async (transaction) => {
      await transaction.deleteFrom('facts').where('cluster', '=', cluster).where('name', '=', name).execute();
      if (value !== undefined) await transaction.insertInto('facts').values({ cluster, name, value }).execute();
    });
  };
  return {
    fact,
    setFact,
    clusterId: (cluster) => fact(cluster, CLUSTER_ID),
    learnClusterId: (cluster, clusterId) => setFact(cluster, CLUSTER_ID, clusterId),
    async members(cluster) {
      const rows = await database
        .selectFrom('members')
        .select('body')
        .where('cluster', '=', cluster)
        .orderBy('node')
        .execute();
      return rows.map((row) => JSON.parse(row.body) as Member);
    },
    async saveMembers(cluster, members) {
      const known = new Map(
        (await database.selectFrom('members').select(['node', 'body']).where('cluster', '=', cluster).execute()).map(
          (row) => [row.node, row.body],
        ),
      );
      const changed = members
        .map((member) => ({ cluster, node: member.node, body: JSON.stringify(member) }))
        .filter((row) => known.get(row.node) !== row.body);
      if (changed.length === 0) return;
      await inTransaction(database, async (transaction) => {
        for (const row of changed) {
          await transaction.deleteFrom('members').where('cluster', '=', cluster).where('node', '=', row.node).execute();
          await transaction.insertInto('members').values(row).execute();
        }
      });
    },
    async foreignChanges(cluster, since) {
      const rows = await database
        .selectFrom('foreign_changes')
        .select('body')
        .where('cluster', '=', cluster)
        .where('at', '>=', since)
        .orderBy('at')
        .execute();
      return rows.map((row) => JSON.parse(row.body) as ForeignChange);
    },
    async addForeignChange(cluster, change) {
      await inTransaction(database, async (transaction) => {
        const { at, node } = change;
        await transaction
          .deleteFrom('foreign_changes')
          .where('cluster', '=', cluster)
          .where('at', '=', at)
          .where('node', '=', node)
          .execute();
        await transaction
          .insertInto('foreign_changes')
          .values({ cluster, at, node, body: JSON.stringify(change) })
          .execute();
      });
    },
  };
}
