import { DURATION_PATTERN, durationMs } from '../../config/parse-units.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Ids } from '../../domain/ports/ids.ts';
import type { OrderPorts, Orders } from '../../domain/ports/orders.ts';
import type { Order, OrderOutcome, ServerSource } from '../../server/source.ts';
import { approve, cancelOperation } from '../orders/answer-operation.ts';
import { refused } from '../orders/outcome.ts';
import { pauseCluster } from '../orders/pause-cluster.ts';
import { resumeCluster } from '../orders/resume-cluster.ts';

/** Orders by HTTP: those of the commands, once for each Idempotency-Key. */
export function serverOrders(
  orders: Orders,
  policy: () => Policy,
  { clock, ids }: { readonly clock: Clock; readonly ids: Pick<Ids, 'digest'> },
): ServerSource['order'] {
  return async (order, { by, key }) => {
    const at = clock.now();
    const work = (ports: OrderPorts): Promise<OrderOutcome> => place(ports, policy(), order, { at, by });
    if (key === undefined) return { outcome: await orders.place(work), repeated: false };
    const fingerprint = ids.digest(JSON.stringify(order));
    const answered = await orders.placeOnce({ key, fingerprint, at }, work);
    return answered === undefined ? undefined : { outcome: answered.answer, repeated: answered.repeated };
  };
}

async function place(
  ports: OrderPorts,
  policy: Policy,
  order: Order,
  who: { readonly at: number; readonly by: string },
): Promise<OrderOutcome> {
  const names = policy.clusters.map(({ name }) => name);
  if (order.does === 'approve' || order.does === 'cancel') {
    const answer = order.does === 'approve' ? approve : cancelOperation;
    return await answer(ports, { ...who, id: order.id, reason: order.reason, clusters: names });
  }
  const cluster = policy.clusters.find(({ name }) => name === order.cluster);
  if (cluster === undefined) {
    return refused('not-found', `there is no cluster ${order.cluster}`, `clusters: ${names.join(', ')}`);
  }
  const { direction } = order;
  if (order.does === 'resume') return await resumeCluster(ports, cluster, { ...who, direction });
  const forMs = order.for === undefined ? undefined : pauseMs(order.for);
  if (order.for !== undefined && forMs === undefined) {
    return refused('bad-input', `for: ${order.for} is no duration`, 'such as 30m, 2h or 3d; without it until resumed');
  }
  return await pauseCluster(ports, cluster.name, { ...who, direction, forMs, reason: order.reason });
}

function pauseMs(text: string): number | undefined {
  const ms = DURATION_PATTERN.test(text) ? durationMs(text) : 0;
  return ms > 0 ? ms : undefined;
}
