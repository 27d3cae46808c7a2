import type { Kysely, Transaction } from 'kysely';
import type { Operation, StepRecord } from '../domain/operation.ts';
import type { Journal } from '../domain/ports/journal.ts';
import { StoreError } from './errors.ts';
import type { Tables } from './schema.ts';

type Cancel = NonNullable<Operation['cancelRequested']>;
type Given = NonNullable<NonNullable<Operation['approval']>['given']>;

export function journal(database: Kysely<Tables>): Journal {
  const load = async (
    rows: readonly { readonly id: string; readonly body: string }[],
  ): Promise<readonly Operation[]> => {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const [steps, cancels, approvals] = await Promise.all([
      database.selectFrom('steps').selectAll().where('operation_id', 'in', ids).orderBy('position').execute(),
      database.selectFrom('cancels').selectAll().where('operation_id', 'in', ids).execute(),
      database.selectFrom('approvals').selectAll().where('operation_id', 'in', ids).execute(),
    ]);
    return rows.map((row) => {
      const cancel = cancels.find((each) => each.operation_id === row.id);
      const given = approvals.find((each) => each.operation_id === row.id);
      const operation = JSON.parse(row.body) as Operation;
      return {
        ...operation,
        steps: steps.filter((step) => step.operation_id === row.id).map((step) => JSON.parse(step.body) as StepRecord),
        cancelRequested:
          operation.cancelRequested ?? (cancel === undefined ? undefined : (JSON.parse(cancel.body) as Cancel)),
        ...(operation.approval === undefined || given === undefined
          ? {}
          : { approval: { ...operation.approval, given: JSON.parse(given.body) as Given } }),
      };
    });
  };

  return {
    async begin(operation) {
      await database.transaction().execute(async (transaction) => {
        const open = await transaction
          .selectFrom('open_operations')
          .innerJoin('operations', 'operations.id', 'open_operations.operation_id')
          .select(['operations.id', 'operations.body'])
          .where('open_operations.cluster', '=', operation.cluster)
          .executeTakeFirst();
        if (open === undefined) await putOperation(transaction, operation);
        else if (isProposal(open, operation.id)) await replace(transaction, operation);
        else {
          throw new StoreError('store-unavailable', `operation ${open.id} of ${operation.cluster} is still open`);
        }
        for (const step of operation.steps) await putStep(transaction, operation.id, step);
      });
    },
    async update(operation) {
      await database.transaction().execute(async (transaction) => {
        await replace(transaction, operation);
        if (operation.endedAt !== undefined)
          await transaction.deleteFrom('open_operations').where('operation_id', '=', operation.id).execute();
      });
    },
    async writeStep(operationId, step) {
      await database.transaction().execute(async (transaction) => {
        const known = await transaction
          .selectFrom('operations')
          .select('id')
          .where('id', '=', operationId)
          .executeTakeFirst();
        if (known === undefined) throw unknown(operationId);
        await putStep(transaction, operationId, step);
      });
    },
    async open(cluster) {
      const row = await database
        .selectFrom('open_operations')
        .innerJoin('operations', 'operations.id', 'open_operations.operation_id')
        .select(['operations.id', 'operations.body'])
        .where('open_operations.cluster', '=', cluster)
        .executeTakeFirst();
      return row === undefined ? undefined : (await load([row]))[0];
    },
    async find(id) {
      const row = await database
        .selectFrom('operations')
        .select(['id', 'body'])
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? undefined : (await load([row]))[0];
    },
    async list({ cluster, endedAfter, limit }) {
      let query = database
        .selectFrom('operations')
        .select(['id', 'body'])
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit);
      if (cluster !== undefined) query = query.where('cluster', '=', cluster);
      if (endedAfter !== undefined) query = query.where('ended_at', '>', endedAfter);
      return await load(await query.execute());
    },
  };
}

function rowOf(operation: Operation) {
  const { steps: _steps, ...body } = operation;
  return {
    id: operation.id,
    cluster: operation.cluster,
    created_at: operation.createdAt,
    ended_at: operation.endedAt ?? null,
    body: JSON.stringify(body),
  };
}

async function putOperation(transaction: Transaction<Tables>, operation: Operation): Promise<void> {
  await transaction.insertInto('operations').values(rowOf(operation)).execute();
  await transaction
    .insertInto('open_operations')
    .values({ cluster: operation.cluster, operation_id: operation.id })
    .execute();
}

async function replace(transaction: Transaction<Tables>, operation: Operation): Promise<void> {
  const { body, ended_at } = rowOf(operation);
  const updated = await transaction
    .updateTable('operations')
    .set({ body, ended_at })
    .where('id', '=', operation.id)
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) throw unknown(operation.id);
}

function isProposal(open: { readonly id: string; readonly body: string }, id: string): boolean {
  return open.id === id && (JSON.parse(open.body) as Operation).state === 'proposed';
}

function unknown(operationId: string): StoreError {
  return new StoreError('store-unavailable', `operation ${operationId} was never begun in this store`);
}

async function putStep(transaction: Transaction<Tables>, operationId: string, step: StepRecord): Promise<void> {
  const body = JSON.stringify(step);
  const updated = await transaction
    .updateTable('steps')
    .set({ body })
    .where('operation_id', '=', operationId)
    .where('step_key', '=', step.key)
    .executeTakeFirst();
  if (updated.numUpdatedRows > 0n) return;
  const { count } = await transaction
    .selectFrom('steps')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('operation_id', '=', operationId)
    .executeTakeFirstOrThrow();
  await transaction
    .insertInto('steps')
    .values({ operation_id: operationId, step_key: step.key, position: Number(count), body })
    .execute();
}
