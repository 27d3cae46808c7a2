import type { Kysely } from 'kysely';
import type { OrderPorts, Orders } from '../domain/ports/orders.ts';
import { control } from './control.ts';
import { journal } from './journal.ts';
import { memory } from './memory.ts';
import type { Tables } from './schema.ts';

/** A client that repeats a call does so within minutes. */
const KEPT_MS = 7 * 86_400_000;

export function orders(database: Kysely<Tables>): Orders {
  return {
    place: (work) => database.transaction().execute((transaction) => work(portsOf(transaction))),
    placeOnce: <T>(order: Parameters<Orders['placeOnce']>[0], work: (ports: OrderPorts) => Promise<T>) =>
      database.transaction().execute(async (transaction) => {
        const { key, fingerprint, at } = order;
        const before = await transaction
          .selectFrom('answers')
          .select(['fingerprint', 'body'])
          .where('idempotency_key', '=', key)
          .executeTakeFirst();
        if (before !== undefined) {
          if (before.fingerprint !== fingerprint) return undefined;
          return { answer: JSON.parse(before.body) as T, repeated: true };
        }
        const answer = await work(portsOf(transaction));
        await transaction
          .deleteFrom('answers')
          .where('at', '<', at - KEPT_MS)
          .execute();
        await transaction
          .insertInto('answers')
          .values({ idempotency_key: key, at, fingerprint, body: JSON.stringify(answer) })
          .execute();
        return { answer, repeated: false };
      }),
  };
}

/** Within one transaction; theirs do not begin another. */
function portsOf(transaction: Kysely<Tables>): OrderPorts {
  return { control: control(transaction), journal: journal(transaction), memory: memory(transaction) };
}
