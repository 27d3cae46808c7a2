import type { LimitCode } from '../../domain/codes.ts';
import { bytesText, nodesText } from '../explain/text.ts';
import { formatDuration, formatLocal } from '../windows/local-time.ts';
import type { World } from '../world.ts';
import type { Plan } from './horizon.ts';

const HOUR_MS = 3_600_000;

/** Why the plan wants another number at the present chance than the chance alone asks for. */
export function planDetail(
  world: World,
  plan: Plan,
  from: { readonly current: number; readonly target: number; readonly minHoldMs: number },
): { readonly code: LimitCode; readonly detail: string } {
  const { current, target, minHoldMs } = from;
  const zone = world.policy.windows.timezone;
  const local = (at: number): string => formatLocal(at, zone, world.at);
  if (target >= current) {
    const ahead = plan.stages().find((stage, index) => index > 0 && stage.need >= plan.wanted);
    const when = ahead === undefined ? '' : ` from ${local(ahead.at)}`;
    const needed = nodesText(ahead?.need ?? plan.wanted);
    return {
      code: 'step',
      detail: `${needed} needed${when}, more than the orders of its window add: growth begins now`,
    };
  }
  // The first node that the plan keeps: it is the one that comes back the latest.
  const less = plan.wanted - 1;
  const begin = plan.stages()[0];
  const back = plan.stages().find((stage, index) => index > 0 && stage.need > less);
  if (back !== undefined && back.at < (begin?.at ?? world.at) + minHoldMs) {
    const detail = `${nodesText(back.need)} needed from ${local(back.at)}, within minHold ${formatDuration(minHoldMs)}`;
    return { code: 'not-worth-moving', detail };
  }
  const last = plan.stages().at(-1);
  const until = back?.at ?? (last === undefined ? world.at : last.at + last.hours * HOUR_MS);
  const saved = (until - (begin?.at ?? world.at)) / HOUR_MS;
  const times = back === undefined ? 1 : 2;
  const costs = times * plan.movedHours;
  const what = plan.wanted < current ? 'removing 1 node more' : 'removing 1 node';
  if (costs < saved) {
    const needed = back === undefined ? '' : `: ${nodesText(back.need)} needed from ${local(back.at)}`;
    return { code: 'not-worth-moving', detail: `${what} now costs more than it saves in the next 14 days${needed}` };
  }
  const moved = bytesText(times * plan.bytesPerNode);
  const both = back === undefined ? 'moved out' : 'moved out and back';
  return {
    code: 'not-worth-moving',
    detail: `${what} saves ${hours(saved)} node-hours until ${local(until)} and costs ${hours(costs)} (${moved} ${both})`,
  };
}

function hours(value: number): string {
  return String(value >= 10 ? Math.round(value) : Math.round(value * 10) / 10);
}
