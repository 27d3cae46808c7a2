import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { SimulatedCluster } from '../../cluster.ts';
import { FaultError, parseFault } from '../../faults/fault.ts';
import { type HttpAnswer, type HttpQuestion, httpServer, jsonAnswer } from '../http/exchange.ts';
import type { HostRole } from './host-list.ts';
import { type MachineRoom, machineRoom, type ProvisionQuestion, type ScriptCall } from './provision.ts';
import type { ScrapeTargets } from './targets.ts';

const ACTIONS = ['start', 'stop', 'reset', 'kill'] as const;
type Action = (typeof ACTIONS)[number];
/** Real time between two looks at a script that answers late, and how long a caller waits at most. */
const POLL_MS = 50;
const PATIENCE_MS = 600_000;

interface ControlOptions {
  readonly cluster: SimulatedCluster;
  readonly clock: Clock;
  readonly targets: ScrapeTargets;
  /** Called after a change, so that ports open and shut at once. */
  readonly onChange: () => Promise<void>;
}

/**
 * What start and stop scripts, tests and people do to hosts, over HTTP:
 * GET /hosts, /statements?since=EPOCH_MS, /targets; POST /hosts/HOST/start|stop|reset|kill?role=&helper=&graceful=;
 * POST /provision with the exec provisioner's object; POST /faults with one of `faults/fault.ts`.
 */
export function controlServer(options: ControlOptions): Server {
  const room = machineRoom(options);
  return httpServer(async (question) => {
    if (question.method === 'POST') return change(question, options, room);
    switch (question.path) {
      case '/hosts':
        return jsonAnswer(200, { hosts: room.hosts() });
      case '/statements':
        return jsonAnswer(200, { statements: statementsSince(options, question) });
      case '/targets':
        return jsonAnswer(200, options.targets.current());
      default:
        return jsonAnswer(404, { error: `${question.method} ${question.path} is not known` });
    }
  });
}

async function change(
  question: HttpQuestion,
  options: ControlOptions,
  room: MachineRoom,
): Promise<HttpAnswer | undefined> {
  if (question.path === '/provision') {
    const asked = parseQuestion(question.body);
    if (asked === undefined) return jsonAnswer(400, { ok: false, detail: 'the body is no JSON object with "verb"' });
    return await provision(room.call(asked), options);
  }
  if (question.path === '/faults') return await injectFault(question.body, options);
  const [, host, action] = /^\/hosts\/([^/]+)\/([a-z]+)$/.exec(question.path) ?? [];
  if (host === undefined || !isAction(action)) {
    return jsonAnswer(404, { error: `POST ${question.path} is not known` });
  }
  const role = question.query.get('role') === 'frontend' ? 'frontend' : 'backend';
  if (!room.hosts().some((each) => each.host === host && each.role === role)) {
    return jsonAnswer(404, { error: `no ${role} host ${host} is known` });
  }
  act({ action, host, role, query: question.query }, options);
  await options.onChange();
  return jsonAnswer(200, { host, role, action });
}

/** undefined: the caller waited longer than anybody does, and the connection is cut. */
async function provision(call: ScriptCall, { clock, onChange }: ControlOptions): Promise<HttpAnswer | undefined> {
  await onChange();
  const untilMs = clock.now() + Math.min(call.afterMs, PATIENCE_MS);
  while (clock.now() < untilMs) await wait(POLL_MS, undefined, { ref: false });
  if (call.afterMs > PATIENCE_MS) return undefined;
  const answer = call.answer();
  await onChange();
  return jsonAnswer(200, answer);
}

async function injectFault(body: string, { cluster, clock, onChange }: ControlOptions): Promise<HttpAnswer> {
  try {
    const fault = parseFault(parseJson(body));
    cluster.inject(fault, clock.now());
    await onChange();
    return jsonAnswer(200, fault);
  } catch (error) {
    if (error instanceof FaultError) return jsonAnswer(400, { error: error.message });
    throw error;
  }
}

function act(
  order: { readonly action: Action; readonly host: string; readonly role: HostRole; readonly query: URLSearchParams },
  { cluster, clock }: ControlOptions,
): void {
  const { action, host, role, query } = order;
  const atMs = clock.now();
  const isBackend = role === 'backend';
  switch (action) {
    case 'start':
      if (isBackend) cluster.startBackend(host, atMs);
      else cluster.startFrontend(host, query.get('helper') ?? undefined, atMs);
      return;
    case 'stop':
      if (isBackend) cluster.stopBackend(host, { graceful: query.get('graceful') !== 'false' }, atMs);
      else cluster.stopFrontend(host, atMs);
      return;
    case 'reset':
      if (isBackend) cluster.resetBackend(host, atMs);
      else cluster.resetFrontend(host, atMs);
      return;
    case 'kill':
      if (isBackend) cluster.killBackend(host, atMs);
      else cluster.killFrontend(host, atMs);
  }
}

function statementsSince(
  { cluster }: ControlOptions,
  { query }: HttpQuestion,
): ReturnType<SimulatedCluster['statements']> {
  const since = Number(query.get('since') ?? 0);
  return cluster.statements().filter(({ atMs }) => atMs >= since);
}

function isAction(text: string | undefined): text is Action {
  return ACTIONS.some((action) => action === text);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function parseQuestion(body: string): ProvisionQuestion | undefined {
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null || !('verb' in parsed)) return undefined;
  const field = (name: string): string | undefined => {
    const value: unknown = Reflect.get(parsed, name);
    return typeof value === 'string' ? value : undefined;
  };
  const registered: unknown = Reflect.get(parsed, 'registered');
  return {
    verb: field('verb') ?? '',
    role: field('role'),
    host: field('host'),
    helper: field('helper'),
    key: field('key'),
    registered: Array.isArray(registered) ? registered.map(String) : [],
  };
}
