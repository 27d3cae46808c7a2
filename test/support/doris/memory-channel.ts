import type { FrontendChannel, FrontendEndpoint, ResultSet } from '../../../src/domain/ports/frontend-channel.ts';

export type Answer = ResultSet | Error | ((text: string) => ResultSet | Error | Promise<ResultSet>);

/** Statements that were sent, with the endpoint they went to. */
export interface Sent {
  readonly endpoint: string;
  readonly text: string;
}

/**
 * FEs in memory, by `host:port`: the answers of each by its exact text. A statement without an answer fails as unknown to
 * the test; an endpoint that is not there rejects the session.
 */
export function memoryChannel(
  frontends: Readonly<Record<string, (text: string) => Answer | undefined>>,
  unreachable: (endpoint: string) => Error,
): FrontendChannel & {
  readonly sent: readonly Sent[];
  readonly tried: readonly string[];
  readonly open: () => number;
} {
  const sent: Sent[] = [];
  const tried: string[] = [];
  let open = 0;
  const answer = async (name: string, text: string): Promise<ResultSet> => {
    const found = frontends[name]?.(text);
    sent.push({ endpoint: name, text });
    if (found === undefined) throw new Error(`the test has no answer of ${name} to: ${text}`);
    const value = typeof found === 'function' ? await found(text) : found;
    if (value instanceof Error) throw value;
    return value;
  };
  const session: FrontendChannel['session'] = async (endpoint) => {
    const name = nameOf(endpoint);
    tried.push(name);
    if (frontends[name] === undefined) throw unreachable(name);
    open += 1;
    let released = false;
    return {
      execute: (text) => answer(name, text),
      release() {
        if (!released) open -= 1;
        released = true;
      },
    };
  };
  return {
    sent,
    tried,
    open: () => open,
    session,
    async execute(endpoint, text, limits) {
      const one = await session(endpoint, limits);
      try {
        return await one.execute(text, limits);
      } finally {
        one.release();
      }
    },
    close: async () => undefined,
  };
}

function nameOf(endpoint: FrontendEndpoint): string {
  return `${endpoint.host}:${String(endpoint.port)}`;
}
