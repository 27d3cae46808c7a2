import type { Kysely } from 'kysely';
import type { Pause } from '../domain/memory.ts';
import type { Operation } from '../domain/operation.ts';
import type { Control } from '../domain/ports/control.ts';
import { inTransaction } from './in-transaction.ts';
import type { Tables } from './schema.ts';

export function control(database: Kysely<Tables>): Control {
  return {
    async pauses(cluster, at) {
      const rows = await database
        .selectFrom('pauses')
        .selectAll()
        .where('cluster', '=', cluster)
        .orderBy('since')
        .execute();
      return rows.filter((row) => row.until === null || row.until > at).map((row) => JSON.parse(row.body) as Pause);
    },
    async pause(pause) {
      const { cluster, direction } = pause;
      await inTransaction(database, async (transaction) => {
        await transaction
          .deleteFrom('pauses')
          .where('cluster', '=', cluster)
          .where('direction', '=', direction)
          .execute();
        await transaction.insertInto('pauses').values(rowOf(pause)).execute();
      });
    },
    async resume(cluster, { direction, at }) {
      return await inTransaction(database, async (transaction) => {
        const rows = await transaction.selectFrom('pauses').select('body').where('cluster', '=', cluster).execute();
        const pauses = rows.map((row) => JSON.parse(row.body) as Pause);
        const standing = pauses.filter((pause) => pause.until === undefined || pause.until > at);
        const resumed = standing.filter((pause) => meets(pause.direction, direction));
        if (resumed.length === 0) return false;
        await transaction.deleteFrom('pauses').where('cluster', '=', cluster).execute();
        for (const pause of whatStays(standing, direction))
          await transaction.insertInto('pauses').values(rowOf(pause)).execute();
        return true;
      });
    },
    async approve(operationId, request) {
      return await inTransaction(database, async (transaction) => {
        const row = await transaction
          .selectFrom('open_operations')
          .innerJoin('operations', 'operations.id', 'open_operations.operation_id')
          .select('operations.body')
          .where('operations.id', '=', operationId)
          .executeTakeFirst();
        const { state, approval } = JSON.parse(row?.body ?? '{}') as Partial<Operation>;
        if (state !== 'proposed' || approval === undefined || request.at >= approval.expiresAt) return false;
        if (await isAnswered(transaction, operationId)) return false;
        await transaction
          .insertInto('approvals')
          .values({ operation_id: operationId, body: JSON.stringify(request) })
          .execute();
        return true;
      });
    },
    async requestCancel(operationId, request) {
      return await inTransaction(database, async (transaction) => {
        const open = await transaction
          .selectFrom('open_operations')
          .select('operation_id')
          .where('operation_id', '=', operationId)
          .executeTakeFirst();
        const asked = await transaction
          .selectFrom('cancels')
          .select('operation_id')
          .where('operation_id', '=', operationId)
          .executeTakeFirst();
        if (open === undefined || asked !== undefined) return false;
        await transaction
          .insertInto('cancels')
          .values({ operation_id: operationId, body: JSON.stringify(request) })
          .execute();
        return true;
      });
    },
  };
}

/** With yes or with no. */
async function isAnswered(transaction: Kysely<Tables>, operationId: string): Promise<boolean> {
  for (const table of ['approvals', 'cancels'] as const) {
    const row = await transaction
      .selectFrom(table)
      .select('operation_id')
      .where('operation_id', '=', operationId)
      .executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}

function rowOf(pause: Pause): Tables['pauses'] {
  const { cluster, direction, since, until } = pause;
  return { cluster, direction, since, until: until ?? null, body: JSON.stringify(pause) };
}

function meets(paused: Pause['direction'], resumed: Pause['direction']): boolean {
  return paused === 'both' || resumed === 'both' || paused === resumed;
}

/** What is still paused: of a pause of both directions the other one, unless that one is paused for longer of its own. */
function whatStays(standing: readonly Pause[], resumed: Pause['direction']): readonly Pause[] {
  if (resumed === 'both') return [];
  const other = resumed === 'in' ? 'out' : 'in';
  const candidates = standing
    .filter((pause) => pause.direction !== resumed)
    .map((pause) => ({ ...pause, direction: other }) as const);
  return candidates.toSorted((a, b) => (b.until ?? Infinity) - (a.until ?? Infinity) || 0).slice(0, 1);
}
