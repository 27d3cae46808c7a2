import type { Kysely } from 'kysely';
import type { Pause } from '../domain/memory.ts';
import type { Control } from '../domain/ports/control.ts';
import type { Tables } from './schema.ts';

export function control(database: Kysely<Tables>): Control {
  return {
    async pauses(cluster, at) {
      const rows = await database.selectFrom('pauses').selectAll().where('cluster', '=', cluster).orderBy('since').execute();
      return rows.filter((row) => row.until === null || row.until > at).map((row) => JSON.parse(row.body) as Pause);
    },
    async pause(pause) {
      const { cluster, direction, since, until } = pause;
      await database.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('pauses').where('cluster', '=', cluster).where('direction', '=', direction).execute();
        await transaction.insertInto('pauses').values({ cluster, direction, since, until: until ?? null, body: JSON.stringify(pause) }).execute();
      });
    },
    async resume(cluster, { direction, at }) {
      return await database.transaction().execute(async (transaction) => {
        const standing = await transaction.selectFrom('pauses').selectAll().where('cluster', '=', cluster).execute();
        const ended = standing.filter((row) => direction === 'both' || row.direction === direction);
        for (const row of ended) {
          await transaction.deleteFrom('pauses').where('cluster', '=', cluster).where('direction', '=', row.direction).execute();
        }
        return ended.some((row) => row.until === null || row.until > at);
      });
    },
    async requestCancel(operationId, request) {
      return await database.transaction().execute(async (transaction) => {
        const open = await transaction.selectFrom('open_operations').select('operation_id').where('operation_id', '=', operationId).executeTakeFirst();
        const asked = await transaction.selectFrom('cancels').select('operation_id').where('operation_id', '=', operationId).executeTakeFirst();
        if (open === undefined || asked !== undefined) return false;
        await transaction.insertInto('cancels').values({ operation_id: operationId, body: JSON.stringify(request) }).execute();
        return true;
      });
    },
  };
}
