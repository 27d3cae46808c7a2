const cluster = { name: 'name', in: 'path', required: true, schema: { type: 'string' } } as const;
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } } as const;
const limit = {
  name: 'limit',
  in: 'query',
  schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
} as const;
const before = {
  name: 'before',
  in: 'query',
  description: 'only decisions older than this id',
  schema: { type: 'string' },
} as const;
const from = {
  name: 'from',
  in: 'query',
  description: 'RFC 3339, now by default',
  schema: { type: 'string', format: 'date-time' },
} as const;
const days = { name: 'days', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 400, default: 30 } } as const;

/** Path, what it answers, its parameters. A test holds it against the routes that exist. */
export const OPERATIONS: readonly (readonly [path: string, summary: string, parameters: readonly object[]])[] = [
  ['/api/v1/openapi.json', 'This document', []],
  ['/api/v1/clusters', 'Status of every cluster; the shape of `status --json`', []],
  ['/api/v1/clusters/{name}', 'Status of one cluster', [cluster]],
  [
    '/api/v1/clusters/{name}/plan',
    'What an evaluation now would do; the shape of one cluster of `plan --json`',
    [cluster],
  ],
  [
    '/api/v1/clusters/{name}/windows',
    'Windows to come; the shape of one cluster of `windows --json`',
    [cluster, from, days],
  ],
  ['/api/v1/clusters/{name}/operations', 'Newest operations; the shape of `operations --json`', [cluster, limit]],
  ['/api/v1/clusters/{name}/decisions', 'Newest decision records', [cluster, before, limit]],
  ['/api/v1/clusters/{name}/decisions/latest', 'The newest decision record; the shape of `explain --json`', [cluster]],
  ['/api/v1/clusters/{name}/decisions/{id}', 'One decision record', [cluster, id]],
  ['/api/v1/operations/{id}', 'One operation with its steps', [id]],
  ['/metrics', 'Prometheus metrics', []],
  ['/healthz', 'The process is up', []],
  ['/readyz', '200 when every policy is valid, the store is open and evaluations go on; else 503 with the reasons', []],
];

const reason = { type: 'string', minLength: 1, maxLength: 500, description: 'why; kept with the order' } as const;
const direction = { enum: ['in', 'out', 'both'], default: 'both' } as const;
const pauseFor = {
  type: 'string',
  description: 'such as 2h; until resumed without it',
  examples: ['30m', '2h', '3d'],
} as const;

/** Path, what it does, its parameters, the properties of its body besides `reason`. Held against the routes too. */
export const ORDERS: readonly (readonly [
  path: string,
  summary: string,
  parameters: readonly object[],
  properties: object,
])[] = [
  ['/api/v1/clusters/{name}/pause', 'No new change begins; `pause`', [cluster], { for: pauseFor, direction }],
  ['/api/v1/clusters/{name}/resume', 'Ends pauses and rests; `resume`', [cluster], { direction }],
  ['/api/v1/operations/{id}/approve', 'Yes to a proposal, or by its revision to a changed policy; `approve`', [id], {}],
  ['/api/v1/operations/{id}/cancel', 'No to a proposal, or undoes what runs; `cancel`', [id], {}],
];

const key = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'a repeated call with it gets the first answer, for 7 days',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
} as const;

export function openapi(version: string): object {
  const error = {
    description: 'What is wrong',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
  const done = {
    description:
      'Done; it counts from the next evaluation on. `Idempotency-Replayed: true` = it was done by an earlier call',
    content: { 'application/json': { schema: { type: 'object', properties: { ok: { const: true } } } } },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'doris-autoscaler', version, license: { name: 'Apache-2.0' } },
    paths: {
      ...pathsOf(OPERATIONS.map(([path, summary, parameters]) => [path, { get: read(summary, parameters, error) }])),
      ...pathsOf(
        ORDERS.map(([path, summary, parameters, properties]) => {
          const responses = {
            200: done,
            400: error,
            401: error,
            403: error,
            404: error,
            409: error,
            415: error,
            422: error,
          };
          return [
            path,
            { post: { summary, parameters: [...parameters, key], requestBody: bodyOf(properties), responses } },
          ];
        }),
      ),
    },
    components: {
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: { code: { type: 'string' }, message: { type: 'string' }, hint: { type: 'string' } },
            },
          },
        },
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{ token: [] }, {}],
  };
}

function bodyOf(properties: object): object {
  const schema = {
    type: 'object',
    required: ['reason'],
    additionalProperties: false,
    properties: { reason, ...properties },
  };
  return { required: true, content: { 'application/json': { schema } } };
}

function pathsOf(entries: readonly (readonly [path: string, methods: object])[]): Readonly<Record<string, object>> {
  return Object.fromEntries(entries);
}

function read(summary: string, parameters: readonly object[], error: object): object {
  return { summary, parameters, responses: { 200: { description: summary }, 400: error, 401: error, 404: error } };
}
