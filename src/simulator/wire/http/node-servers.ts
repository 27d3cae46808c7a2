import type { Server } from 'node:http';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { SimulatedCluster } from '../../cluster.ts';
import { awaitReply } from './pending.ts';
import { type HttpAnswer, httpServer } from './exchange.ts';

interface NodeServerOptions {
  readonly cluster: SimulatedCluster;
  readonly clock: Clock;
  readonly host: string;
}

/** The http_port of one FE: metrics, health and REST. */
export function frontendHttpServer({ cluster, clock, host }: NodeServerOptions): Server {
  return httpServer(async (question) =>
    question.path === '/metrics' && !question.query.has('type')
      ? exposition(frontendContentType(cluster), cluster.frontendMetrics(host, clock.now()))
      : await awaitReply(cluster.http(host, question, clock.now()), clock),
  );
}

/** The webserver_port of one BE: metrics and health. */
export function backendHttpServer({ cluster, clock, host }: NodeServerOptions): Server {
  return httpServer(async (question) => {
    if (question.path === '/metrics') {
      return exposition('text/plain; version=0.0.4', cluster.backendMetrics(host, clock.now()));
    }
    const answer = cluster.backendHttp(host, question.path, clock.now());
    return answer === undefined ? undefined : { ...answer, headers: { 'content-type': 'application/json' } };
  });
}

function frontendContentType({ version }: SimulatedCluster): string {
  return `text/plain;charset=${version === '4.0' ? 'utf-8' : 'iso-8859-1'}`;
}

function exposition(contentType: string, body: string | undefined): HttpAnswer | undefined {
  return body === undefined ? undefined : { status: 200, headers: { 'content-type': contentType }, body };
}
