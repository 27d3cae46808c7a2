import { frontendView } from '../exposition/frontend-view.ts';
import { jvmHeap, jvmThreads } from '../exposition/jvm.ts';
import {
  dataUsedBytes,
  isServing,
  masterSeenBy,
  registeredBackends,
  registeredFrontends,
  replayedJournalId,
} from '../model/queries.ts';
import type { Exchange } from './exchange.ts';
import { badRequest, type Envelope, failed, success } from './reply.ts';

/* What an FE tells about itself and the cluster, each FE from what it has replayed. */

export function health({ state }: Exchange): Envelope {
  const backends = registeredBackends(state);
  return success({
    online_backend_num: backends.filter(({ row }) => row.alive).length,
    total_backend_num: backends.length,
  });
}

/** Nobody but another FE knows the token: to others it shows noughts. */
export function bootstrap({ state, frontend, request }: Exchange): Envelope {
  if (!isServing(state, frontend)) return failed('not ready');
  const [clusterId, token] = [request.query.get('cluster_id') ?? '', request.query.get('token') ?? ''];
  if (clusterId !== '' && token !== '') {
    return failed(clusterId === state.clusterId ? `invalid token: ${token}` : `invalid cluster id: ${clusterId}`);
  }
  return success({ replayedJournalId: 0, queryPort: 0, rpcPort: 0, arrowFlightSqlPort: 0, version: '' });
}

export function backends({ state, request }: Exchange): Envelope {
  const aliveOnly = request.query.get('is_alive') === 'true';
  const rows = registeredBackends(state).filter(({ row }) => row.alive || !aliveOnly);
  return success({
    backends: rows.map(({ host, ports, row }) => ({ ip: host, http_port: ports.http, is_alive: row.alive })),
  });
}

export function connection({ request }: Exchange): Envelope {
  const id = request.query.get('connection_id');
  return badRequest(id === null ? 'Missing connection_id' : `connection id ${id} not found.`);
}

export function versionInfo({ state }: Exchange): Envelope {
  const text = state.profile.versionText;
  const [, prefix = '', version = '', major = '0', minor = '0', patch = '0'] =
    /^((?:[a-z]+)-((\d+)\.(\d+)\.(\d+)))/.exec(text) ?? [];
  const hash = text.split('-').at(-1) ?? '';
  return success({
    feVersionInfo: {
      dorisBuildTime: 'Thu, 01 Jan 1970 00:00:00 UTC',
      dorisBuildShortHash: hash,
      dorisJavaCompileVersion: 'openjdk full version "17.0.15+6"',
      dorisBuildVersionMajor: Number(major),
      dorisBuildVersionMinor: Number(minor),
      dorisBuildVersionPrefix: prefix.replace(`-${version}`, ''),
      dorisBuildVersionRcVersion: /-(rc\d+)-/.exec(text)?.[1] ?? '',
      dorisBuildVersion: prefix,
      dorisBuildInfo: 'localhost',
      dorisBuildVersionPatch: Number(patch),
      dorisBuildHash: `git://localhost@${hash}`,
    },
  });
}

export function runtimeInfo({ state, frontend }: Exchange): Envelope {
  const view = frontendView(state, frontend.host);
  if (view === undefined) return failed('not ready');
  const { max, used } = jvmHeap(view);
  return success({
    free_mem: String(max - used),
    total_mem: String(max),
    thread_cnt: String(jvmThreads(view)),
    max_mem: String(max),
  });
}

export function metaInfo({ state, frontend, request }: Exchange): Envelope {
  const action = request.query.get('action') ?? '';
  if (action.toUpperCase() !== 'SHOW_HA') return badRequest(`Unknown action: ${action}`);
  const { follower, observer } = hostsByRole({ state });
  return success({
    can_read: 'true',
    role: roleOf({ state, frontend }),
    is_ready: 'true',
    electable_nodes: follower.filter((host) => host !== frontend.host).join(','),
    last_checkpoint_version: '0',
    last_checkpoint_time: '0',
    current_journal_id: String(replayedJournalId(state, frontend)),
    observer_nodes: observer.join(','),
    master: masterSeenBy(state, frontend)?.host ?? '',
  });
}

export function highAvailability({ state, frontend }: Exchange): Envelope {
  const named = (hosts: readonly string[]): readonly unknown[] => hosts.map((host) => ({ Value: host, Name: host }));
  const { follower, observer } = hostsByRole({ state });
  return success({
    Observernodes: named(observer),
    CurrentJournalId: [{ Value: replayedJournalId(state, frontend), Name: 'FrontendRole' }],
    Electablenodes: named(follower),
    allowedFrontends: registeredFrontends(state).map(({ host, ports, row }) => ({
      Value: `name: ${row.name}, role: ${row.role}, ${host}:${String(ports.editLog)}, is alive: ${String(row.alive)}`,
      Name: row.name,
    })),
    removedFrontends: [],
    CanRead: [{ Value: true, Name: 'Status' }],
    databaseNames: [{ Value: '1 ', Name: 'DatabaseNames' }],
    FrontendRole: [{ Value: roleOf({ state, frontend }), Name: 'FrontendRole' }],
    CheckpointInfo: [
      { Value: 0, Name: 'Version' },
      { Value: '1970-01-01T00:00:00.000+00:00', Name: 'lastCheckPointTime' },
    ],
  });
}

export function replayState(): Envelope {
  return success({ exception: 'NULL', state: 'UNKNOWN', delay_time_s: '0' });
}

/** `host:port:unfinished` each. */
export function walSizes({ state, request }: Exchange): Envelope {
  const literals = (request.query.get('host_ports') ?? '').split(',').filter((literal) => literal !== '');
  return success(
    literals.map((literal) => {
      const host = literal.replace(/:\d+$/, '');
      return `${literal}:${String(state.faults.unfinishedWals.get(host) ?? 0)}`;
    }),
  );
}

export function dataSize({ state }: Exchange): Envelope {
  const bytes = registeredBackends(state).reduce((total, { row }) => total + dataUsedBytes(state, row.id), 0);
  return success({ __total_size: bytes });
}

export function nodeList({ state }: Exchange): Envelope {
  const http = (nodes: readonly { readonly host: string; readonly ports: { readonly http: number } }[]): unknown =>
    nodes.map(({ host, ports }) => `${host}:${String(ports.http)}`);
  return success({ backend: http(registeredBackends(state)), frontend: http(registeredFrontends(state)) });
}

export function connectionInfo({ state }: Exchange): Envelope {
  const alive = registeredFrontends(state).filter(({ row }) => row.alive);
  const at = (port: (ports: (typeof alive)[number]['ports']) => number): readonly string[] =>
    alive.map(({ host, ports }) => `${host}:${String(port(ports))}`);
  return success({
    'arrow flight sql server': at(() => -1),
    http: at(({ http }) => http),
    mysql: at(({ query }) => query),
  });
}

function hostsByRole({ state }: Pick<Exchange, 'state'>): Readonly<Record<'follower' | 'observer', readonly string[]>> {
  const of = (role: 'FOLLOWER' | 'OBSERVER'): readonly string[] =>
    registeredFrontends(state)
      .filter(({ row }) => row.role === role)
      .map(({ host }) => host);
  return { follower: of('FOLLOWER'), observer: of('OBSERVER') };
}

function roleOf({ state, frontend }: Pick<Exchange, 'state' | 'frontend'>): string {
  if (masterSeenBy(state, frontend)?.host === frontend.host) return 'MASTER';
  return frontend.row?.role ?? 'UNKNOWN';
}
