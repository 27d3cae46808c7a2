import type { FastClock } from '../../domain/evidence.ts';
import type { ResultSet } from '../../domain/ports/frontend-channel.ts';
import type { FrontendList } from '../parse/frontends.ts';
import { SHOW_BACKENDS, parseBackends } from '../parse/backends.ts';
import { readRows } from '../parse/rows.ts';
import { parseFrontendTime } from '../parse/fe-time.ts';

/**
 * The master's clock, up to one heartbeat ago: the newest heartbeat that it printed. In its own zone: only differences from
 * other times of the same master have a meaning. Undefined while none was printed.
 */
export function masterNow(list: FrontendList, backends: ResultSet | undefined): number | undefined {
  const frontends = list.rows.map(({ lastHeartbeat }) => lastHeartbeat);
  const others =
    backends === undefined ? [] : readRows(SHOW_BACKENDS, backends).map((row) => row.optionalText('LastHeartbeat'));
  let newest: number | undefined;
  for (const text of [...frontends, ...others]) {
    const at = text === undefined ? undefined : parseFrontendTime(text);
    if (at !== undefined && at > (newest ?? -Infinity)) newest = at;
  }
  return newest;
}

/** A node that began, by its own clock, after the master last heard of it: both as the master prints them. */
export function readFastClocks(list: FrontendList, backends: ResultSet): readonly FastClock[] {
  const frontends = list.rows
    .filter(({ frontend }) => frontend.alive)
    .map(({ frontend, lastHeartbeat }) => ({
      node: frontend.address,
      started: frontend.lastStartTime,
      heard: lastHeartbeat,
    }));
  const heard = new Map(
    readRows(SHOW_BACKENDS, backends).map((row) => [row.text('BackendId'), row.optionalText('LastHeartbeat')]),
  );
  const others = parseBackends(backends)
    .filter(({ alive }) => alive)
    .map((backend) => ({ node: backend.address, started: backend.lastStartTime, heard: heard.get(backend.id) }));
  return [...frontends, ...others].flatMap(({ node, started, heard: last }) => {
    const startedMs = started === undefined ? undefined : parseFrontendTime(started);
    const heardMs = last === undefined ? undefined : parseFrontendTime(last);
    return startedMs === undefined || heardMs === undefined || startedMs <= heardMs
      ? []
      : [{ node, aheadMs: startedMs - heardMs }];
  });
}
