import { configDefault } from './config-defaults.ts';
import { emptyBackend, emptyFrontend } from './create-state.ts';
import { backendPorts, frontendPorts } from './hosts.ts';
import { nextId } from './ids.ts';
import { afterDrop } from './frontends/processes.ts';
import { registeredFrontends, replayedJournalId } from './queries.ts';
import { randomUuid } from './random.ts';
import type { BackendState, ClusterState, FrontendState } from './state.ts';
import { wantCheck, wantSchedule } from './rounds.ts';
import { tellBackend } from './tell.ts';
import { addMember } from './tablets/tablet-index.ts';

export { dropBackend } from './backends/drop.ts';

/*
 * The changes that statements and REST calls make. Each is carried out at `state.nowMs` (the caller has advanced the state), takes
 * for granted that its caller has checked names, privileges and versions, and grows the journal by one.
 */

/** A row for a backend that nobody has heard of yet; its host may be unknown: then it never comes alive. */
export function addBackend(
  state: ClusterState,
  backend: { readonly host: string; readonly heartbeatPort: number; readonly tags: Readonly<Record<string, string>> },
): void {
  state.journalId += 1;
  const id = nextId(state);
  addMember(state, backendHost(state, backend), {
    id,
    tags: backend.tags,
    addedAtMs: state.nowMs,
    alive: false,
    everAlive: false,
    decommissioned: false,
    decommissionedAtMs: undefined,
    queryDisabled: false,
    loadDisabled: false,
    shutdown: false,
    lastHeartbeatMs: undefined,
    lastStartMs: undefined,
    liveSinceMs: undefined,
    aliveSinceMs: undefined,
    deadSinceMs: undefined,
    heartbeatFailures: 0,
    errorMessage: '',
    disksReported: false,
    lastTabletReportMs: undefined,
  });
  // What has found no place is told of one more that cannot take it.
  state.scheduler.standstill = undefined;
  state.options.observe?.({ kind: 'backend-added', atMs: state.nowMs, host: backend.host, backendId: id });
}

function backendHost(
  state: ClusterState,
  { host, heartbeatPort }: { readonly host: string; readonly heartbeatPort: number },
): BackendState {
  const known = state.backends.find(
    (each) => each.host === host && each.ports.heartbeat === heartbeatPort && each.row === undefined,
  );
  if (known !== undefined) return known;
  const unknown = {
    ...emptyBackend(state, host),
    isKnown: false,
    ports: { ...backendPorts(state.options), heartbeat: heartbeatPort },
  };
  state.backends.push(unknown);
  return unknown;
}

/** Sets or takes back the flag. */
export function setDecommissioned(state: ClusterState, backend: BackendState, on: boolean): void {
  const { row } = backend;
  if (row === undefined) return;
  state.journalId += 1;
  row.decommissioned = on;
  row.decommissionedAtMs = on ? state.nowMs : undefined;
  tellBackend(state, backend, { what: 'decommissioned', to: on });
  for (const task of state.scheduler.pending) task.waitsFor = undefined;
  wantCheck(state);
  wantSchedule(state);
}

export function setDisabled(
  state: ClusterState,
  backend: BackendState,
  what: 'query' | 'load',
  disabled: boolean,
): void {
  const { row } = backend;
  if (row === undefined) return;
  state.journalId += 1;
  if (what === 'query') row.queryDisabled = disabled;
  else row.loadDisabled = disabled;
  tellBackend(state, backend, { what: what === 'query' ? 'query-disabled' : 'load-disabled', to: disabled });
  wantCheck(state);
}

/** Replaces the whole tag map. */
export function setTags(state: ClusterState, backend: BackendState, tags: Readonly<Record<string, string>>): void {
  const { row } = backend;
  if (row === undefined) return;
  state.journalId += 1;
  row.tags = tags;
  tellBackend(state, backend, { what: 'tags', to: tags['location'] ?? '' });
  for (const tabletId of state.index.backends.get(row.id)?.replicas.keys() ?? [])
    state.scheduler.suspects.add(tabletId);
  wantCheck(state);
}

export function addFrontend(
  state: ClusterState,
  frontend: { readonly host: string; readonly editLogPort: number; readonly role: 'FOLLOWER' | 'OBSERVER' },
): void {
  state.journalId += 1;
  const { host, role } = frontend;
  frontendHost(state, frontend).row = {
    name: `fe_${randomUuid(state.random)}`,
    role,
    joined: false,
    alive: false,
    everAlive: false,
    addedAtMs: state.nowMs,
    lastHeartbeatMs: undefined,
    lastStartMs: undefined,
    liveSinceMs: undefined,
    errorMessage: '',
    replayedJournalId: 0,
  };
  state.options.observe?.({ kind: 'frontend-added', atMs: state.nowMs, host, role });
}

function frontendHost(
  state: ClusterState,
  { host, editLogPort }: { readonly host: string; readonly editLogPort: number },
): FrontendState {
  const known = state.frontends.find(
    (each) => each.host === host && each.ports.editLog === editLogPort && each.row === undefined,
  );
  if (known !== undefined) return known;
  const unknown = {
    ...emptyFrontend(state, host),
    isKnown: false,
    ports: { ...frontendPorts(state.options), editLog: editLogPort },
  };
  state.frontends.push(unknown);
  return unknown;
}

/** The row is gone at once; what the process does then depends on the version and its role. */
export function dropFrontend(state: ClusterState, frontend: FrontendState): void {
  const { row } = frontend;
  if (row === undefined) return;
  state.journalId += 1;
  frontend.lastReplayedId = replayedJournalId(state, frontend);
  frontend.row = undefined;
  const { role, alive } = row;
  state.options.observe?.({ kind: 'frontend-removed', atMs: state.nowMs, host: frontend.host, role, alive });
  afterDrop(state, frontend, role);
  if (!frontend.isKnown) state.frontends.splice(state.frontends.indexOf(frontend), 1);
}

/** ADMIN SET on one FE's memory (the master's for masterOnly keys), or on all (`everywhere`: survives a failover). */
export function setConfig(
  state: ClusterState,
  setting: {
    readonly frontendHost: string;
    readonly key: string;
    /** undefined: back to the default. */
    readonly value: string | undefined;
    readonly everywhere: boolean;
  },
): void {
  const { frontendHost, key, value, everywhere } = setting;
  const registered = new Set<FrontendState>(everywhere ? registeredFrontends(state) : []);
  for (const frontend of state.frontends) {
    const isMeant = frontend.host === frontendHost || registered.has(frontend);
    if (!isMeant || frontend.process !== 'up') continue;
    if (value === undefined) frontend.configs.delete(key);
    else frontend.configs.set(key, value);
    state.options.observe?.({ kind: 'config-set', atMs: state.nowMs, host: frontend.host, key, value });
  }
  wantCheck(state);
  wantSchedule(state);
}

/** The value in force on an FE: its own memory, else the version's default; undefined = no such key known to the model. */
export function configValue(state: ClusterState, frontendHost: string, key: string): string | undefined {
  const frontend = state.frontends.find(({ host }) => host === frontendHost);
  return frontend?.configs.get(key) ?? configDefault(state.profile.version, key);
}
