import { wantCheck, wantSchedule } from '../model/rounds.ts';
import type { ClusterState } from '../model/state.ts';
import type { Fault } from './fault.ts';
import { ANSWER_INJECTORS } from './inject-answers.ts';
import { NODE_INJECTORS } from './inject-nodes.ts';
import { STALL_INJECTORS } from './inject-stalls.ts';
import type { Injectors } from './injectors.ts';

const INJECTORS: Injectors<Fault> = { ...NODE_INJECTORS, ...ANSWER_INJECTORS, ...STALL_INJECTORS };

/** Does it to the cluster now. Throws FaultError when it names a host, disk, database or table that is not there. */
export function inject(state: ClusterState, fault: Fault): void {
  // The table holds for each kind what takes a fault of this kind.
  const injector = INJECTORS[fault.kind] as (state: ClusterState, fault: Fault) => void;
  injector(state, fault);
  wantCheck(state);
  wantSchedule(state);
}
