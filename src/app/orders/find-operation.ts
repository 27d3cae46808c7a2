import type { Operation } from '../../domain/operation.ts';
import type { OrderPorts } from '../../domain/ports/orders.ts';
import { refused } from './outcome.ts';
import type { Outcome } from './outcome.ts';

const SHORTEST_ID = 6;
const LISTS = 'doris-autoscaler operations';

/**
 * The open operation of these clusters whose id begins so. The first characters do where they name one alone: ids begin with
 * the time, and two clusters may have begun within the same.
 */
export async function findOpen(
  { journal }: Pick<OrderPorts, 'journal'>,
  clusters: readonly string[],
  given: string,
): Promise<Outcome<Operation>> {
  const id = given.toUpperCase();
  if (id.length < SHORTEST_ID) return refused('bad-input', `${given} is too short for an id`, `${LISTS} shows each id`);
  const open: Operation[] = [];
  for (const cluster of clusters) {
    const operation = await journal.open(cluster);
    if (operation?.id.startsWith(id) === true) open.push(operation);
  }
  const [only, ...others] = open;
  if (only !== undefined && others.length === 0) return { ok: true, done: only };
  const known = others.length > 0 ? undefined : await journal.find(id);
  if (known === undefined) {
    const message = others.length > 0 ? `${given} names several operations` : `no open operation is named ${given}`;
    return refused('not-found', message, LISTS);
  }
  return refused('nothing-to-change', `${known.kind} ${known.id} is ${known.state} already: ${known.reason}`, LISTS);
}
