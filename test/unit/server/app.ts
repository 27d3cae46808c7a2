import type { ServerPolicy } from '../../../src/domain/policy.ts';
import type { LogFields } from '../../../src/domain/ports/log.ts';
import { createApp } from '../../../src/server/server.ts';
import type { ServerSource } from '../../../src/server/source.ts';

/** A source of one cluster, `analytics`, that answers what it was asked. */
export function source(parts: Partial<ServerSource> = {}): ServerSource {
  const known = <T extends object>(name: string, body: T): T | undefined => (name === 'analytics' ? body : undefined);
  return {
    names: () => ['analytics'],
    clusters: async () => ({ revision: '4f2c91', clusters: [{ name: 'analytics' }] }),
    cluster: async (name) => known(name, { name }),
    plan: async (name) => known(name, { name, steps: [] }),
    windows: (name, request) => known(name, { name, asked: request }),
    operations: async (request) => ({ operations: [], asked: request }),
    operation: async (id) => (id === 'OP1' ? { id } : undefined),
    decisions: async (name, request) => ({ decisions: [], asked: { name, ...request } }),
    latestDecision: async (name) => known(name, { id: 'R9' }),
    decision: async (name, id) => (id === 'R1' ? known(name, { id }) : undefined),
    order: async (order, from) => ({ outcome: { ok: true, done: { order, from } }, repeated: false }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: '# EOF\n' }),
    readiness: async () => ({ ready: true, reasons: [] }),
    ...parts,
  };
}

export interface TestApp {
  readonly app: ReturnType<typeof createApp>;
  readonly errors: readonly LogFields[];
  get(
    url: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  post(
    url: string,
    payload: string | object | undefined,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: unknown; readonly headers: Readonly<Record<string, unknown>> }>;
}

/** The routes without a socket. */
export function testApp(
  parts: Partial<ServerSource> = {},
  access: () => Pick<ServerPolicy, 'token' | 'changeToken'> = () => ({ token: undefined, changeToken: undefined }),
): TestApp {
  const errors: LogFields[] = [];
  const log = {
    debug() {},
    info() {},
    warn() {},
    error: (_message: string, fields: LogFields = {}) => {
      errors.push(fields);
    },
  };
  const app = createApp({ access, source: source(parts), version: '1.2.3', log });
  return {
    app,
    errors,
    async post(url, payload, headers = {}) {
      const reply = await app.inject({
        method: 'POST',
        url,
        headers,
        ...(payload === undefined ? {} : { payload }),
      });
      return { status: reply.statusCode, body: reply.json(), headers: reply.headers };
    },
    async get(url, headers = {}) {
      const { statusCode, body } = await app.inject({ method: 'GET', url, headers });
      let parsed: unknown = body;
      try {
        parsed = JSON.parse(body);
      } catch {
        // A text, such as the metrics.
      }
      return { status: statusCode, body: parsed };
    },
  };
}
