import type { ClusterOptions, SimulatedCluster, SimulatedHttpReply, SqlAnswer } from './cluster.ts';
import { backendMetrics } from './exposition/backend-metrics.ts';
import { frontendMetrics } from './exposition/frontend-metrics.ts';
import { takeHostScriptTrouble } from './faults/host-scripts.ts';
import { inject } from './faults/inject.ts';
import { troubleReply } from './faults/replies.ts';
import { recordLoad } from './load/record.ts';
import { seriesAt } from './load/series.ts';
import { advance } from './model/advance.ts';
import { endBackend, resetBackend, startBackend, stopBackend } from './model/backends/processes.ts';
import { createState } from './model/create-state.ts';
import { endFrontend, resetFrontend, startFrontend } from './model/frontends/processes.ts';
import type { BackendState, ClusterState, FrontendState } from './model/state.ts';
import { answerBackendHttp } from './rest/backend-http.ts';
import { answerRest } from './rest/answer-rest.ts';
import { statementLog } from './statement-log.ts';
import { executeSql } from './sql/execute.ts';
import { authenticate, closeSession, openSession } from './sql/session.ts';

/** A Doris cluster in memory: every call first lets the time pass up to its instant. */
export function createCluster(options: ClusterOptions): SimulatedCluster {
  return clusterOf(createState(options));
}

/** For who needs the truth beside what the cluster shows. */
export function clusterOf(state: ClusterState): SimulatedCluster {
  const records = statementLog(state.options.keptStatements);

  /** The state at an instant. */
  const at = (atMs: number): ClusterState => {
    advance(state, atMs);
    return state;
  };
  /** As the FE of a host sees it: one that made a cluster of its own shows that. */
  const seenFrom = (frontendHost: string, atMs: number): ClusterState => {
    const { frontends } = at(atMs);
    const frontend = frontends.find(({ host }) => host === frontendHost);
    return (frontend?.process === 'own-cluster' ? frontend.ownCluster : undefined) ?? state;
  };
  const changed = (change: () => void): void => {
    change();
    recordLoad(state);
  };
  const onBackend = (host: string, atMs: number, change: (backend: BackendState) => void): void => {
    const backend = at(atMs).backends.find((each) => each.host === host && each.isKnown);
    if (backend !== undefined) changed(() => change(backend));
  };
  const onFrontend = (host: string, atMs: number, change: (frontend: FrontendState) => void): void => {
    const frontend = at(atMs).frontends.find((each) => each.host === host && each.isKnown);
    if (frontend !== undefined) changed(() => change(frontend));
  };
  /** A pending answer also needs the time to pass before it is asked again. */
  const timed = (answer: SqlAnswer): SqlAnswer => {
    if (answer.kind !== 'pending') return answer;
    return {
      kind: 'pending',
      poll: (atMs) => {
        at(atMs);
        return answer.poll(atMs);
      },
    };
  };

  const timedReply = ({ later, ...reply }: SimulatedHttpReply): SimulatedHttpReply => {
    if (later === undefined) return reply;
    return {
      ...reply,
      later: (atMs) => {
        at(atMs);
        return later(atMs);
      },
    };
  };

  return {
    version: state.options.version,
    advanceTo: (atMs) => void at(atMs),
    frontends: () =>
      state.frontends
        .filter(({ isKnown }) => isKnown)
        .map(({ host, ports, row, process, lastWords }) => ({
          host,
          ports,
          role: row?.role ?? 'OBSERVER',
          running: process === 'up' || process === 'own-cluster' || process === 'unknown',
          registered: row !== undefined,
          isMaster: host === state.masterHost,
          lastWords,
        })),
    backends: () =>
      state.backends
        .filter(({ isKnown }) => isKnown)
        .map(({ host, ports, row, process }) => ({
          host,
          ports,
          running: process === 'up' || process === 'shutting-down',
          registered: row !== undefined,
        })),
    authenticate: (frontendHost, user, passwordMatches, atMs) =>
      authenticate(seenFrom(frontendHost, atMs), user, passwordMatches),
    closesLoginWithConnectAttrs: () => state.profile.cutsConnectAttributes,
    openSession: (frontendHost, user, clientHost, connectionId, atMs) =>
      openSession(at(atMs), frontendHost, user, clientHost, connectionId),
    closeSession: (session) => {
      closeSession(state, session);
    },
    execute: (session, text, atMs) => {
      const answer = troubleReply(state, text, executeSql(at(atMs), session, text));
      // What only shows changes nothing.
      if (answer.kind !== 'rows') recordLoad(state);
      records.add({ atMs, frontendHost: session.frontendHost, user: session.user, text, outcome: answer.kind });
      return timed(answer);
    },
    http: (frontendHost, request, atMs) => timedReply(answerRest(seenFrom(frontendHost, atMs), frontendHost, request)),
    frontendMetrics: (host, atMs) => frontendMetrics(seenFrom(host, atMs), host),
    backendMetrics: (host, atMs) => backendMetrics(at(atMs), host),
    backendHttp: (host, path, atMs) => answerBackendHttp(at(atMs), host, path),
    startBackend: (host, atMs) => {
      onBackend(host, atMs, (backend) => startBackend(state, backend));
    },
    stopBackend: (host, stop, atMs) => {
      onBackend(host, atMs, (backend) => stopBackend(state, backend, stop));
    },
    resetBackend: (host, atMs) => {
      onBackend(host, atMs, resetBackend);
    },
    startFrontend: (host, helper, atMs) => {
      onFrontend(host, atMs, (frontend) => startFrontend(state, frontend, helper));
    },
    stopFrontend: (host, atMs) => {
      onFrontend(host, atMs, (frontend) => endFrontend(state, frontend));
    },
    resetFrontend: (host, atMs) => {
      onFrontend(host, atMs, resetFrontend);
    },
    killFrontend: (host, atMs) => {
      onFrontend(host, atMs, (frontend) => endFrontend(state, frontend));
    },
    killBackend: (host, atMs) => {
      onBackend(host, atMs, (backend) => endBackend(state, backend));
    },
    inject: (fault, atMs) => {
      at(atMs);
      changed(() => {
        inject(state, fault);
      });
    },
    takeHostScriptTrouble: (verb, atMs) => takeHostScriptTrouble(at(atMs), verb),
    statements: (afterSequence) => records.after(afterSequence),
    series: (name, atMs) => seriesAt(state, name, atMs),
  };
}
