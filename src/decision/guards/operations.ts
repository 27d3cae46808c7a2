import { namesText } from '../explain/text.ts';
import type { Guard } from './guard.ts';
import { hold, pass } from './guard.ts';

/** One operation per cluster at a time. */
export const operationOpen: Guard = (_change, { memory }) => {
  const open = memory.openOperation;
  if (open === undefined) return pass('no operation is open');
  const end = open.progress?.text === undefined || open.progress.text === '' ? '' : `: ${open.progress.text}`;
  return hold(
    `${open.kind} of ${open.role}/${open.group} is ${open.state}${end} (${open.id})`,
    open.progress?.estimatedEndAt,
  );
};

/** A decommission that somebody else started is theirs: left alone, reported, waited for. */
export const foreignOperation: Guard = (_change, { topology, memory }) => {
  if (topology === undefined) return hold('leaving backends are unknown');
  const foreign = topology.backends.filter(
    (backend) => backend.decommissioned && !memory.ownDrains.includes(backend.address),
  );
  if (foreign.length === 0) return pass('nobody else drains a backend');
  return hold(`${namesText(foreign.map((backend) => backend.address))}: decommissioned by someone else`);
};
