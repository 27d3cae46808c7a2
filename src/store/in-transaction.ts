import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** In a transaction of its own, or as a part of the one that is under way. */
export async function inTransaction<T>(
  database: Kysely<Tables>,
  work: (transaction: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  return database.isTransaction ? await work(database) : await database.transaction().execute(work);
}
