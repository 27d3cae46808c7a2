import { describe, expect, it } from 'vitest';
import { answerRest } from '../../../../../src/simulator/rest/answer-rest.ts';
import { type RecordedExchange, type RecordedVersion, recordedExchanges } from './recorded.ts';
import { type Scene, SCENES } from './scenes.ts';
import { differences } from './shape.ts';

/** Recorded, and not what the simulator does. */
const NOT_SIMULATED: readonly (readonly [why: string, is: (exchange: RecordedExchange) => boolean])[] = [
  [
    'node operations of an FE whose classes carry no parameter names: http-node-operations.json has the others',
    ({ body }) => body.includes('Name for argument of type'),
  ],
  ['metrics as JSON, which no scraper asks for', ({ path }) => path === '/metrics?type=json'],
  ['metrics have a test of their own', ({ path }) => path.startsWith('/metrics')],
];

function isSimulated(exchange: RecordedExchange): boolean {
  return !NOT_SIMULATED.some(([, is]) => is(exchange));
}

function ask(scene: Scene, exchange: RecordedExchange): ReturnType<typeof answerRest> {
  const url = new URL(`http://fe${scene.translate(exchange.path)}`);
  return answerRest(scene.state, scene.frontendOf(exchange), {
    method: exchange.method,
    path: url.pathname,
    query: url.searchParams,
    authorization: authorizationOf(scene, exchange),
    body: exchange.requestBody === undefined ? '' : scene.translate(JSON.stringify(exchange.requestBody)),
  });
}

function authorizationOf(
  { state }: Scene,
  { auth, note = '' }: RecordedExchange,
): { user: string; password: string } | undefined {
  if (auth === 'none') return undefined;
  const user = auth.replace(/:.*$/, '');
  const right = state.users.find(({ name }) => name === user)?.password ?? '';
  return { user, password: /wrong password|bad password/.test(note) ? `${right}x` : right };
}

/** What a non-master has flattened is a table again: rows come in any order. */
function unfolded(body: string): unknown {
  const envelope = JSON.parse(body) as {
    readonly data?: {
      readonly columnNames?: { readonly columnNames?: readonly string[] };
      readonly rows?: { readonly rows?: readonly string[] };
    } | null;
  };
  const [names, cells] = [envelope.data?.columnNames?.columnNames, envelope.data?.rows?.rows];
  if (names === undefined || cells === undefined) return envelope;
  const rows = Array.from({ length: cells.length / names.length }, (_, row) =>
    cells.slice(row * names.length, (row + 1) * names.length),
  );
  return { ...envelope, data: { columnNames: names, rows: { rows } } };
}

describe.each(['2.1', '4.0'] as const)('HTTP of version %s answers as was recorded', (version: RecordedVersion) => {
  describe.each(Object.entries(SCENES[version]))('%s', (file, build) => {
    const scene = build();
    const exchanges = recordedExchanges(version, file).filter(isSimulated);

    it('something was recorded', () => {
      expect(exchanges.length).toBeGreaterThan(0);
    });

    it.each(
      exchanges.map((exchange, index) => ({
        exchange,
        name: `${String(index)} ${exchange.method} ${exchange.path} by ${exchange.auth}`,
      })),
    )('$name', ({ exchange }) => {
      const answer = ask(scene, exchange);
      expect(answer.status).toBe(exchange.status);
      const headers = Object.fromEntries(
        Object.entries(exchange.headers).map(([name, value]) => [name, scene.translate(value)]),
      );
      expect(answer.headers).toEqual(headers);
      if (exchange.truncatedFrom !== undefined) return;
      if (!exchange.headers['content-type']?.includes('json')) {
        expect(answer.body).toBe(exchange.body);
        return;
      }
      expect(differences(unfolded(scene.translate(exchange.body)), unfolded(answer.body))).toEqual([]);
    });
  });
});

describe('HTTP of the recordings that is not simulated', () => {
  const left = (version: RecordedVersion): readonly string[] =>
    Object.keys(SCENES[version])
      .flatMap((file) => recordedExchanges(version, file))
      .filter((exchange) => !isSimulated(exchange) && !/^\/metrics(\?type=core)?$/.test(exchange.path))
      .map(({ method, path }) => `${method} ${path}`);

  it('is metrics as JSON in 2.1', () => {
    expect([...new Set(left('2.1'))]).toEqual(['GET /metrics?type=json']);
  });

  it('is, in 4.0, also what an FE says whose classes carry no parameter names', () => {
    expect([...new Set(left('4.0'))]).toEqual([
      'GET /metrics?type=json',
      'POST /rest/v2/manager/node/ADD/be',
      'POST /rest/v2/manager/node/DECOMMISSION/be',
      'POST /rest/v2/manager/node/DROP/be',
      'POST /rest/v2/manager/node/FOO/be',
      'POST /rest/v2/manager/node/ADD/fe',
      'POST /rest/v2/manager/node/DROP/fe',
    ]);
  });
});
