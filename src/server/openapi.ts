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

export function openapi(version: string): object {
  const error = {
    description: 'What is wrong',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'doris-autoscaler', version, license: { name: 'Apache-2.0' } },
    paths: Object.fromEntries(
      OPERATIONS.map(([path, summary, parameters]) => [
        path,
        {
          get: {
            summary,
            parameters,
            responses: { 200: { description: summary }, 400: error, 401: error, 404: error },
          },
        },
      ]),
    ),
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
