// Run by hand: node test/bench/history.bench.ts. 28 days of 100 backends, a point every 5 minutes, come from a real Prometheus
// into the history and the store of a daemon that looks for the first time. Prints how long that took, the longest turn of the
// event loop, and the memory; asserts nothing. A turn is counted in CPU time: on a machine that does other work the rest is
// waiting.
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadHistories } from '../../src/controller/load/load-history.ts';
import type { ClusterPorts } from '../../src/controller/ports.ts';
import { SLOT_MS } from '../../src/domain/demand.ts';
import { prometheusLoadSource } from '../../src/prometheus/load-source.ts';
import { openStore } from '../../src/store/store.ts';
import { backend, clusterPolicy, CPU, DAY, groupPolicy, member, observation } from '../support/decision-input.ts';
import { fillHistory } from '../support/history.ts';
import { startPrometheus } from '../support/prometheus.ts';

const BACKENDS = 100;
const DAYS = 28;
const NOW = Math.floor(Date.now() / SLOT_MS) * SLOT_MS - SLOT_MS;

const members = Array.from({ length: BACKENDS }, (_, index) => backend(index));
const folder = await mkdtemp(join(tmpdir(), 'history-bench-'));
const store = await openStore(join(folder, 'autoscaler.db'), { lock: true });
const prometheus = await startPrometheus({
  targetsFiles: [],
  fill: (path) =>
    fillHistory(
      path,
      members.map(({ host, httpPort }, index) => ({
        name: 'busy',
        labels: { instance: `${host}:${String(httpPort)}` },
        value: (at) => 0.5 + 0.4 * Math.sin(index + (2 * Math.PI * (at % DAY)) / DAY),
      })),
      { fromMs: NOW - DAYS * DAY, untilMs: NOW, stepMs: SLOT_MS },
    ),
});
try {
  const base = clusterPolicy({ backends: [groupPolicy({ signals: [{ ...CPU, name: 'busy', query: 'busy' }] })] });
  const policy = { ...base, prometheus: { ...base.prometheus, url: prometheus.url, timeoutMs: 60_000 } };
  let queries = 0;
  const load = prometheusLoadSource({
    policy: policy.prometheus,
    monotonicMs: () => 0,
    timer: {
      observe: () => {
        queries += 1;
      },
    },
  });
  const log = { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error };
  const ports: Pick<ClusterPorts, 'load' | 'loads' | 'log'> = { load, loads: store.loads, log };
  const remembered = members.map(({ host }) => member(host, { firstSeenAt: NOW, lastSeenAt: NOW }));
  const histories = loadHistories(ports as ClusterPorts);
  const rssBefore = process.memoryUsage().rss;
  const cpuBefore = process.cpuUsage();
  const turns = watchTurns();
  const began = performance.now();
  const [history] = await histories.update({
    policy,
    observation: observation(members, policy),
    members: remembered,
    operations: [],
    memory: { groups: [] },
    at: NOW,
  });
  const tookMs = performance.now() - began;
  const turnsMs = turns();
  const cpu = process.cpuUsage(cpuBefore);
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  console.log(
    [
      `${String(history?.signals['busy']?.length ?? 0)} slots of ${String(BACKENDS)} backends in ${(tookMs / 1000).toFixed(2)} s, ${String(queries)} queries`,
      `own CPU ${((cpu.user + cpu.system) / 1e6).toFixed(2)} s`,
      `longest turns ${turnsMs
        .toSorted((a, b) => b - a)
        .slice(0, 5)
        .map((ms) => ms.toFixed(1))
        .join(', ')} ms of CPU`,
      `RSS ${megabytes(rssBefore)} before, ${megabytes(process.memoryUsage().rss)} after`,
      `${cpus()[0]?.model ?? 'unknown CPU'} x ${String(cpus().length)}, Node ${process.version}`,
    ].join('\n'),
  );
  await load.close();
} finally {
  await prometheus.stop();
  await store.close();
  await rm(folder, { recursive: true, force: true });
}

/** CPU milliseconds of every turn of the event loop until it is called again. */
function watchTurns(): () => readonly number[] {
  const turns: number[] = [];
  let isOver = false;
  let before = process.threadCpuUsage();
  const turn = (): void => {
    const now = process.threadCpuUsage();
    turns.push((now.user + now.system - before.user - before.system) / 1000);
    before = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOver = true;
    return turns;
  };
}
