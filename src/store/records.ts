import type { Kysely } from 'kysely';
import type { RecordSink } from '../domain/ports/record-sink.ts';
import type { DecisionRecord } from '../domain/record.ts';
import type { Tables } from './schema.ts';
import { writeTogether } from './together.ts';

export function records(database: Kysely<Tables>): RecordSink {
  const select = () => database.selectFrom('records').select('body');
  const parse = (row: { readonly body: string } | undefined): DecisionRecord | undefined =>
    row === undefined ? undefined : (JSON.parse(row.body) as DecisionRecord);
  const append = writeTogether<Tables['records']>(async (rows) => {
    await database
      .insertInto('records')
      .values([...rows])
      .execute();
  });
  return {
    append: (record) =>
      append({
        id: record.id,
        cluster: record.cluster,
        at: record.at,
        operation_id: record.operationId ?? null,
        body: JSON.stringify(record),
      }),
    find: async (id) => parse(await select().where('id', '=', id).executeTakeFirst()),
    latest: async (cluster) =>
      parse(
        await select()
          .where('cluster', '=', cluster)
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst(),
      ),
    at: async (cluster, at) =>
      parse(
        await select()
          .where('cluster', '=', cluster)
          .where('at', '<=', at)
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst(),
      ),
    async list({ cluster, before, limit }) {
      let query = select().where('cluster', '=', cluster).orderBy('at', 'desc').orderBy('id', 'desc').limit(limit);
      if (before !== undefined) {
        const pivot = await database.selectFrom('records').select('at').where('id', '=', before).executeTakeFirst();
        if (pivot === undefined) return [];
        query = query.where((row) =>
          row.or([row('at', '<', pivot.at), row.and([row('at', '=', pivot.at), row('id', '<', before)])]),
        );
      }
      return (await query.execute()).map((row) => JSON.parse(row.body) as DecisionRecord);
    },
    async retain(newerThan) {
      const deleted = await database
        .deleteFrom('records')
        .where('at', '<', newerThan)
        .where('operation_id', 'is', null)
        .executeTakeFirst();
      return Number(deleted.numDeletedRows);
    },
  };
}
