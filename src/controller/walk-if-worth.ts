import { diskGrowth } from '../decision/demand/disk-growth.ts';
import type { DecideInput } from '../decision/input.ts';
import type { Decision } from '../domain/decision.ts';
import type { Observation } from '../domain/observation.ts';
import type { Operation, StepRecord } from '../domain/operation.ts';
import { DATA_GROWTH, WHOLE, recordKey } from '../operation/steps/records.ts';
import { DEADLINES, type ObserveRequest } from './observe.ts';
import type { ClusterPorts } from './ports.ts';
import type { TabletWalks } from './tablet-walks.ts';

/** Tablets are walked only for a removal that everything cheaper allows; the look is the same otherwise. */
export async function walkIfWorth(
  ports: Pick<ClusterPorts, 'reader'>,
  request: Pick<ObserveRequest, 'at' | 'deadlines'> & { readonly walks: TabletWalks },
  seen: Observation,
  admits: (seen: Observation) => Decision,
): Promise<Observation> {
  const { evidence } = seen;
  if (evidence === undefined) return seen;
  const [removal] = admits(seen).steps;
  if (removal === undefined) return seen;
  const late = AbortSignal.timeout((request.deadlines ?? DEADLINES).evidenceMs);
  return {
    ...seen,
    evidence: { ...evidence, walk: await request.walks.look(ports.reader, removal, request.at, late) },
  };
}

/** What later proofs of the same removal count with: the load history is not theirs to read. */
export function growthRecord(
  { kind, state, group }: Pick<Operation, 'kind' | 'state' | 'group'>,
  { policy, demand, at }: DecideInput,
): readonly StepRecord[] {
  const own = policy.backends.find((each) => each.group === group);
  if (kind !== 'remove-backend' || state !== 'pending' || own === undefined) return [];
  const history = demand.find((each) => each.role === 'backend' && each.group === group);
  const bytesPerDay = diskGrowth(history, own, at);
  if (bytesPerDay === undefined) return [];
  const detail = 'how fast its data has grown';
  const key = recordKey(WHOLE, DATA_GROWTH);
  return [{ key, state: 'done', attempts: 1, startedAt: at, endedAt: at, detail, data: { bytesPerDay } }];
}
