import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../src/domain/instant.ts';
import type { WorldEvent } from './events.ts';

const KEPT = 60;
/** Characters hashed at once: an event alone is too small a piece. */
const HASHED_TOGETHER = 65_536;

/** The last events as lines that a person reads, and the hash of all. Reads and ticks are hashed and not shown. */
export interface Tracer {
  add(event: WorldEvent): void;
  readonly lines: () => readonly string[];
  readonly hash: () => string;
}

export function tracer(startAtMs: EpochMs, kept = KEPT): Tracer {
  const hash = createHash('sha256');
  const events: WorldEvent[] = [];
  let decided = '';
  let unhashed = '';
  const hashRest = (): void => {
    hash.update(unhashed);
    unhashed = '';
  };
  const add = (event: WorldEvent): void => {
    unhashed += `${String(event.atMs)} ${hashed(event)}\n`;
    if (unhashed.length > HASHED_TOGETHER) hashRest();
    if (!isShown(event)) return;
    if (event.is === 'record') {
      // As long as nothing changes it is said once.
      const now = lineOf(event);
      if (now === decided) return;
      decided = now;
    }
    events.push(event);
    if (events.length > 2 * kept) events.splice(0, kept);
  };
  return {
    add,
    lines: () => events.slice(-kept).map((event) => `${instant(event.atMs, startAtMs)}  ${lineOf(event)}`),
    hash() {
      hashRest();
      return hash.copy().digest('hex').slice(0, 16);
    },
  };
}

function isShown(event: WorldEvent): boolean {
  return event.is === 'statement' ? event.changes : event.is !== 'tick' && !isReplica(event);
}

/** Hundreds of them make a drain. */
function isReplica(event: WorldEvent): boolean {
  return event.is === 'model' && event.event.kind.startsWith('replica-');
}

function hashed(event: WorldEvent): string {
  return event.is === 'tick'
    ? 'tick'
    : event.is === 'statement'
      ? `${event.frontendHost} ${event.text} ${event.outcome}`
      : lineOf(event);
}

/** `d12 01:04:30`: the day counted from the start, and the time of day in UTC. */
function instant(atMs: EpochMs, startAtMs: EpochMs): string {
  const day = Math.floor((atMs - startAtMs) / 86_400_000);
  return `d${String(day)} ${new Date(atMs).toISOString().slice(5, 19).replace('T', ' ')}`;
}

function lineOf(event: WorldEvent): string {
  switch (event.is) {
    case 'statement':
      return `${event.by === 'us' ? 'we send' : 'by hand'}  ${event.text}  (${event.frontendHost}: ${event.outcome}${event.by === 'us' && !event.windowOpen ? ', no window' : ''})`;
    case 'model':
      return `cluster  ${JSON.stringify({ ...event.event, atMs: undefined })}`;
    case 'record':
      return `decided  ${event.record.groups
        .map(
          ({ role, group, current, desired, action, reasons }) =>
            `${role}/${group} ${String(current)} -> ${String(desired)} ${action} ${reasons.join(' ')}`,
        )
        .join('; ')}`;
    case 'operation': {
      const { id, kind, state, targets, reason } = event.operation;
      return `operation  ${id.slice(-6)} ${kind} ${targets.map(({ node }) => node ?? 'a new host').join(', ')}: ${state}, ${reason}`;
    }
    case 'step':
      return `step  ${event.step.key} ${event.step.state}: ${event.step.detail}`;
    case 'process':
      return `process ${event.state}`;
    case 'provisioner':
      return `provisioner  ${event.verb} ${event.role} ${event.host ?? 'none'} for ${event.key}: ${event.error ?? 'done'}`;
    case 'fault':
      return `fault ${event.state}  ${JSON.stringify(event.fault)}`;
    case 'policy':
      return 'policy reloaded';
    case 'notice':
      return `notice  ${event.notice.event}: ${event.notice.title}`;
    case 'error':
      return `error  ${event.error instanceof Error ? event.error.message : String(event.error)}`;
    case 'tick':
      return 'tick';
  }
}
