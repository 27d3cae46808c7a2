import { describe, expect, it } from 'vitest';
import type { DorisVersion } from '../../../../src/simulator/cluster.ts';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { stopBackend } from '../../../../src/simulator/model/backends/processes.ts';
import { endFrontend } from '../../../../src/simulator/model/frontends/processes.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import { answerRest } from '../../../../src/simulator/rest/answer-rest.ts';
import { answerBackendHttp } from '../../../../src/simulator/rest/backend-http.ts';
import { backendAt, cluster, frontendAt, MINUTE, START } from '../load/cluster.ts';

const VERSIONS = ['2.1', '3.0', '4.0'] as const;

interface Asked {
  readonly frontend?: number;
  readonly as?: string | undefined;
  readonly password?: string;
  readonly post?: unknown;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: { readonly msg: string; readonly code: unknown; readonly data: unknown };
}

function ask(state: ClusterState, address: string, asked: Asked = {}): Answered {
  const url = new URL(`http://fe${address}`);
  const user = 'as' in asked ? asked.as : 'root';
  const password = asked.password ?? state.users.find(({ name }) => name === user)?.password ?? '';
  const { status, headers, body } = answerRest(state, frontendAt(state, asked.frontend ?? 0).host, {
    method: asked.post === undefined ? 'GET' : 'POST',
    path: url.pathname,
    query: url.searchParams,
    authorization: user === undefined ? undefined : { user, password },
    body: asked.post === undefined ? '' : JSON.stringify(asked.post),
  });
  const parsed: unknown = headers['content-type'] === 'application/json' ? JSON.parse(body) : {};
  return { status, headers, text: body, body: parsed as Answered['body'] };
}

function address(state: ClusterState, index: number): string {
  const { host, ports } = backendAt(state, index);
  return `${host}:${String(ports.heartbeat)}`;
}

describe('check_decommission', () => {
  const check = (state: ClusterState, hostPorts: string, asked: Asked = {}): Answered['body'] =>
    ask(state, `/api/check_decommission?host_ports=${hostPorts}`, asked).body;

  it.each([
    { version: '2.1', count: 1, code: 0 },
    { version: '2.1', count: 2, code: 0 },
    { version: '2.1', count: 4, code: 0 },
    { version: '3.0', count: 1, code: 0 },
    { version: '3.0', count: 2, code: 1 },
    { version: '4.0', count: 1, code: 0 },
    { version: '4.0', count: 2, code: 1 },
  ] as const)('of $count of four backends answers $code in $version', ({ version, count, code }) => {
    const state = cluster({ version });
    const all = Array.from({ length: count }, (_, index) => address(state, index)).join(',');
    const answer = check(state, all);
    expect(answer.code).toBe(code);
    if (code === 1) {
      expect(answer.data).toMatch(
        /^errCode = 2, detailMessage = After decommission, partition \S+ of table \S+ 's replication allocation \{ tag\.location\.default: 3 \} > available backend num 2 on tag \{"location" : "default"\}, otherwise need to decrease the partition's replication num\.$/,
      );
    }
  });

  it('changes nothing', () => {
    const state = cluster();
    const before = state.journalId;
    check(state, address(state, 0));
    expect(state.backends.map(({ row }) => row?.decommissioned)).toEqual([false, false, false, false]);
    expect(state.journalId).toBe(before);
  });

  it.each([
    { user: 'root', code: 0 },
    { user: 'nodeop', code: 0 },
    { user: 'both', code: 0 },
    { user: 'autoscaler', code: 0 },
    { user: 'adm', code: 401 },
    { user: 'admrole', code: 401 },
    { user: 'sel', code: 401 },
    { user: 'plain', code: 401 },
    { user: 'nobody', code: 401 },
    { user: undefined, code: 401 },
  ])('needs NODE_PRIV: $user gets $code', ({ user, code }) => {
    const state = cluster();
    expect(check(state, address(state, 0), { as: user }).code).toBe(code);
  });

  it('wants the right password, root over loopback included', () => {
    const state = cluster();
    expect(check(state, address(state, 0), { as: 'root', password: 'guess' }).data).toBe(
      "Access denied for user 'root@127.0.0.1' (using password: YES)",
    );
  });
});

describe('an FE that is not the master', () => {
  const path = '/rest/v2/manager/node/backends';

  it.each(['2.1', '3.0'] as const)('sends the caller on in %s, user and password in the address', (version) => {
    const state = cluster({ version });
    const { host, ports } = frontendAt(state, 0);
    const answer = ask(state, path, { frontend: 1, as: 'autoscaler' });
    expect(answer.status).toBe(307);
    expect(answer.text).toBe('');
    expect(answer.headers['location']).toBe(`http://autoscaler:autoscaler@${host}:${String(ports.http)}${path}?`);
  });

  it('asks the master itself in 4.0 and reshapes the answer', () => {
    const state = cluster();
    const own = ask(state, path).body.data as { columnNames: string[]; rows: string[][] };
    const relayed = ask(state, path, { frontend: 1 }).body;
    expect(relayed).toEqual({
      msg: 'success',
      code: '0',
      data: { columnNames: { columnNames: own.columnNames }, rows: { rows: own.rows.flat() } },
      count: '0',
    });
  });

  it('answers show_proc by itself, without what only the master knows, unless it is told to forward', () => {
    const state = cluster();
    const rows = ask(state, '/api/show_proc?path=/cluster_balance', { frontend: 1 }).body.data as string[][];
    expect(rows.every(([, number]) => number === '0')).toBe(true);
    const forwarded = ask(state, '/api/show_proc?path=/cluster_balance&forward=true', { frontend: 1 }).body;
    expect(forwarded.data).toContain('working_slots');
  });

  it('without a master knows no one to ask', () => {
    const state = cluster();
    endFrontend(state, frontendAt(state, 0));
    expect(ask(state, path, { frontend: 1 }).body.code).toBe(500);
    expect(ask(state, '/api/bootstrap', { frontend: 1, as: undefined }).body).toMatchObject({
      code: 1,
      data: 'not ready',
    });
    advance(state, START + MINUTE);
    expect(ask(state, '/api/bootstrap', { frontend: 1, as: undefined }).body.code).toBe(0);
  });
});

describe('what is not there', () => {
  it.each([
    { version: '2.1', status: 404, type: 'text/html;charset=iso-8859-1' },
    { version: '3.0', status: 404, type: 'text/html;charset=iso-8859-1' },
    { version: '4.0', status: 200, type: 'application/json' },
  ] as const)('is $status in $version', ({ version, status, type }) => {
    const answer = ask(cluster({ version }), '/api/<b>');
    expect([answer.status, answer.headers['content-type']]).toEqual([status, type]);
    expect(answer.text).not.toContain('<b>');
  });

  it('is the group page of 4.0 before it', () => {
    const page = '/rest/v2/manager/compute_group/compute_group_info/conn_info';
    expect(VERSIONS.map((version) => ask(cluster({ version }), page).status)).toEqual([404, 404, 200]);
  });

  it('is any method but its own', () => {
    const wrong = (version: DorisVersion): unknown => ask(cluster({ version }), '/api/health', { post: {} }).body.data;
    expect(VERSIONS.map(wrong)).toEqual([
      "Request method 'POST' not supported",
      "Request method 'POST' not supported",
      "Request method 'POST' is not supported",
    ]);
  });
});

describe('node operations', () => {
  const operate = (state: ClusterState, action: string, hostPorts: readonly string[]): Answered['body'] =>
    ask(state, `/rest/v2/manager/node/${action}/be`, { as: undefined, post: { hostPorts, properties: {} } }).body;

  it('ask nobody who he is, and DECOMMISSION looks at no replica', () => {
    const state = cluster();
    const all = [0, 1, 2, 3].map((index) => address(state, index));
    expect(operate(state, 'DECOMMISSION', [...all, '10.9.9.9:9050'])).toMatchObject({ code: 0, data: null });
    expect(state.backends.map(({ row }) => row?.decommissioned)).toEqual([true, true, true, true]);
  });

  it('drop at once, with no warning', () => {
    const state = cluster();
    const { row } = backendAt(state, 3);
    expect(operate(state, 'DROP', [address(state, 3)]).code).toBe(0);
    expect(state.backends.some((backend) => backend.row?.id === row.id)).toBe(false);
  });

  it('add with a tag', () => {
    const state = cluster();
    const post = { hostPorts: ['10.9.9.9:9050'], properties: { 'tag.location': 'cold' } };
    expect(ask(state, '/rest/v2/manager/node/ADD/be', { as: undefined, post }).body.code).toBe(0);
    expect(state.backends.find(({ host }) => host === '10.9.9.9')?.row?.tags).toEqual({ location: 'cold' });
  });

  it('of a body that is no JSON are refused', () => {
    const state = cluster();
    expect(
      answerRest(state, frontendAt(state, 0).host, {
        method: 'POST',
        path: '/rest/v2/manager/node/ADD/be',
        query: new URLSearchParams(),
        authorization: undefined,
        body: '{',
      }).body,
    ).toContain('"code":403');
  });
});

describe('configuration', () => {
  it('is set on each node that is named, and what failed is told', () => {
    const state = cluster();
    const { host, ports } = frontendAt(state, 0);
    const here = `${host}:${String(ports.http)}`;
    const post = {
      max_balancing_tablets: { node: [here], value: '7', persist: 'false' },
      no_such_key: { node: [here], value: '1', persist: 'false' },
    };
    const answer = ask(state, '/rest/v2/manager/node/set_config/fe', { post }).body;
    expect(answer.data).toEqual({
      failed: [
        {
          config_name: 'no_such_key',
          value: '1',
          node: here,
          err_info: "errCode = 2, detailMessage = Config 'no_such_key' does not exist",
        },
      ],
    });
    expect(frontendAt(state, 0).configs.get('max_balancing_tablets')).toBe('7');
  });

  it.each(['/api/_set_config?max_balancing_tablets=9', '/api/show_proc?path=/backends', '/rest/v1/ha'])(
    '%s wants ADMIN_PRIV',
    (path) => {
      const state = cluster();
      expect(['adm', 'both', 'nodeop', 'plain'].map((as) => ask(state, path, { as }).body.code)).toEqual([
        0, 0, 401, 401,
      ]);
      expect(ask(state, path, { as: undefined }).body.code).toBe(401);
    },
  );
});

describe('the http port of a BE', () => {
  it.each([
    { version: '2.1', body: { status: 'OK', msg: 'To Be Added' } },
    { version: '3.0', body: { status: 'OK', msg: 'To Be Added' } },
    { version: '4.0', body: { status: 'OK', msg: 'OK' } },
  ] as const)('is healthy in the words of $version', ({ version, body }) => {
    const state = cluster({ version });
    const answer = answerBackendHttp(state, backendAt(state, 0).host, '/api/health');
    expect(JSON.parse(answer?.body ?? '')).toEqual(body);
  });

  it('says when it shuts down, still with HTTP 200, and then nothing', () => {
    const state = cluster();
    const backend = backendAt(state, 0);
    stopBackend(state, backend, { graceful: true });
    const answer = answerBackendHttp(state, backend.host, '/api/health');
    expect([answer?.status, answer?.body]).toEqual([
      200,
      '{"status":"Server is not available","msg":"Server is shutting down"}',
    ]);
    advance(state, START + 10 * MINUTE);
    expect(answerBackendHttp(state, backend.host, '/api/health')).toBeUndefined();
  });

  it('shows its configuration and nothing else', () => {
    const state = cluster();
    const { host } = backendAt(state, 0);
    expect(answerBackendHttp(state, host, '/api/show_config')?.body).toContain(
      '["clone_worker_count","int32_t","3","false"]',
    );
    expect(answerBackendHttp(state, host, '/nothing')?.status).toBe(404);
    expect(answerBackendHttp(state, '10.9.9.9', '/api/health')).toBeUndefined();
  });
});
