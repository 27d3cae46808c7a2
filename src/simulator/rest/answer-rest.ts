import type { DorisVersion } from '../cluster.ts';
import { frontendCoreMetrics, frontendMetrics } from '../exposition/frontend-metrics.ts';
import type { ClusterState, FrontendState, UserState } from '../model/state.ts';
import type { Privilege } from '../sql/access/needs.ts';
import { checkDecommission } from './check-decommission.ts';
import type { Exchange, RestRequest } from './exchange.ts';
import * as facts from './facts.ts';
import { logIn, refusalOf } from './login.ts';
import { operateNode, setNodeConfigs } from './node-operations.ts';
import { configPage, nodesOf, setConfigs, showProc, systemPage } from './proc.ts';
import { byMaster } from './relay.ts';
import { type Envelope, envelopeReply, type HttpReply, internalError, notFound, success } from './reply.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  /** Who may ask. */
  readonly needs: 'nobody' | 'login' | Privilege | ((version: DorisVersion) => 'login' | Privilege);
  readonly answer: (exchange: Exchange) => Envelope | HttpReply;
  readonly from?: DorisVersion;
}

const adminBefore40 = (version: DorisVersion): 'login' | 'ADMIN' => (version === '4.0' ? 'login' : 'ADMIN');

const ROUTES: Readonly<Record<string, Route>> = {
  '/api/health': { method: 'GET', needs: 'nobody', answer: facts.health },
  '/api/bootstrap': { method: 'GET', needs: 'nobody', answer: facts.bootstrap },
  '/api/check_decommission': { method: 'GET', needs: 'NODE', answer: checkDecommission },
  '/api/show_proc': { method: 'GET', needs: 'ADMIN', answer: showProc },
  '/api/backends': { method: 'GET', needs: 'login', answer: facts.backends },
  '/api/connection': { method: 'GET', needs: 'login', answer: facts.connection },
  '/api/fe_version_info': { method: 'GET', needs: 'login', answer: facts.versionInfo },
  '/api/show_runtime_info': { method: 'GET', needs: 'nobody', answer: facts.runtimeInfo },
  '/api/show_meta_info': { method: 'GET', needs: 'nobody', answer: facts.metaInfo },
  '/api/show_data': { method: 'GET', needs: 'nobody', answer: facts.dataSize },
  '/api/get_wal_size': { method: 'GET', needs: 'NODE', answer: facts.walSizes },
  '/api/_set_config': { method: 'GET', needs: 'ADMIN', answer: setConfigs },
  '/api/_meta_replay_state': { method: 'GET', needs: 'ADMIN', answer: facts.replayState },
  '/rest/v1/system': { method: 'GET', needs: 'ADMIN', answer: systemPage },
  '/rest/v1/ha': { method: 'GET', needs: 'ADMIN', answer: facts.highAvailability },
  '/rest/v1/config/fe/': { method: 'GET', needs: 'ADMIN', answer: configPage },
  '/rest/v2/manager/node/frontends': { method: 'GET', needs: adminBefore40, answer: nodesOf('/frontends') },
  '/rest/v2/manager/node/backends': { method: 'GET', needs: adminBefore40, answer: nodesOf('/backends') },
  '/rest/v2/manager/node/brokers': { method: 'GET', needs: adminBefore40, answer: nodesOf('/brokers') },
  '/rest/v2/manager/node/node_list': { method: 'GET', needs: 'ADMIN', answer: facts.nodeList },
  '/rest/v2/manager/node/set_config/fe': { method: 'POST', needs: 'ADMIN', answer: setNodeConfigs },
  '/rest/v2/manager/cluster/cluster_info/conn_info': { method: 'GET', needs: 'login', answer: facts.connectionInfo },
  '/rest/v2/manager/compute_group/compute_group_info/conn_info': {
    method: 'GET',
    needs: 'login',
    answer: facts.connectionInfo,
    from: '4.0',
  },
  '/rest/v2/manager/query/current_queries': { method: 'GET', needs: 'ADMIN', answer: currentQueries },
};

/** Between FEs only: whoever is none is told so. */
const FRONTENDS_ONLY: ReadonlySet<string> = new Set([
  '/role',
  '/info',
  '/version',
  '/journal_id',
  '/put',
  '/image',
  '/check',
]);

/** What an FE's http_port answers; the caller has advanced the state. */
export function answerRest(state: ClusterState, frontendHost: string, request: RestRequest): HttpReply {
  const { version } = state.profile;
  const frontend = state.frontends.find(({ host }) => host === frontendHost);
  if (frontend === undefined) return notFound(version, request.path);
  if (frontend.process === 'own-cluster' && frontend.ownCluster !== undefined) {
    return answerRest(frontend.ownCluster, frontendHost, request);
  }
  if (request.path === '/metrics') return metrics(state, frontend, request);
  if (FRONTENDS_ONLY.has(request.path)) return envelopeReply(internalError(noFrontend(version)));
  const exchange = { state, version, frontend, request, user: undefined };
  const operation = /^\/rest\/v2\/manager\/node\/([A-Za-z]+)\/(be|fe)$/.exec(request.path);
  if (operation !== null && request.method === 'POST') {
    const [, action = '', role] = operation;
    return byMaster(exchange, (asked) => envelopeReply(operateNode(asked, action, role === 'fe' ? 'fe' : 'be')));
  }
  const route = Object.hasOwn(ROUTES, request.path) ? ROUTES[request.path] : undefined;
  if (route === undefined || (route.from === '4.0' && version !== '4.0')) return notFound(version, request.path);
  if (route.method !== request.method) return envelopeReply(internalError(wrongMethod(version, request.method)));
  const allowed = admit(exchange, route);
  return 'refusal' in allowed ? envelopeReply(allowed.refusal) : reply(route.answer({ ...exchange, ...allowed }));
}

function admit(
  { state, version, request }: Exchange,
  { needs }: Route,
): { readonly user: UserState | undefined } | { readonly refusal: Envelope } {
  const needed = typeof needs === 'function' ? needs(version) : needs;
  if (needed === 'nobody') return { user: undefined };
  const entered = logIn(state, request);
  if ('refusal' in entered || needed === 'login') return entered;
  const refusal = refusalOf(version, entered.user, needed);
  return refusal === undefined ? entered : { refusal };
}

function reply(answer: Envelope | HttpReply): HttpReply {
  return 'status' in answer ? answer : envelopeReply(answer);
}

/** Nobody is asked for a password, and a wrong one does no harm. */
function metrics(state: ClusterState, { host }: FrontendState, { query }: RestRequest): HttpReply {
  const { version } = state.profile;
  const body = query.get('type') === 'core' ? frontendCoreMetrics(state, host) : frontendMetrics(state, host);
  const charset = version === '4.0' ? 'utf-8' : 'iso-8859-1';
  return { status: 200, headers: { 'content-type': `text/plain;charset=${charset}` }, body: body ?? '' };
}

function currentQueries(): Envelope {
  const names = [
    'Frontend',
    'QueryId',
    'ConnectionId',
    'Catalog',
    'Database',
    'User',
    'ExecTime',
    'SqlHash',
    'Statement',
  ];
  return success({ columnNames: names, rows: [] });
}

function noFrontend(version: DorisVersion): string {
  return version === '4.0'
    ? 'invalid client host: null:null, request from 127.0.0.1'
    : 'invalid client host: 127.0.0.1';
}

function wrongMethod(version: DorisVersion, method: string): string {
  return `Request method '${method}' ${version === '4.0' ? 'is ' : ''}not supported`;
}
