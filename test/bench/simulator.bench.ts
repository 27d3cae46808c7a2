// Run by hand: node test/bench/simulator.bench.ts. Prints how many days of a cluster the model lives through in a second, asked
// every 30 s as a daemon does, and the machine; asserts nothing. Seconds of CPU, as the machine may do other work.
import { cpus } from 'node:os';
import type { ClusterOptions } from '../../src/simulator/cluster.ts';
import { advance } from '../../src/simulator/model/advance.ts';
import { addBackend, setDecommissioned } from '../../src/simulator/model/changes.ts';
import { createState } from '../../src/simulator/model/create-state.ts';
import { registeredBackends } from '../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../src/simulator/model/state.ts';

const DAY_MS = 86_400_000;
const POLL_MS = 30_000;
const START_MS = Date.UTC(2026, 10, 23);

for (const backends of [6, 60]) {
  measure(`${String(backends)} backends, quiet`, backends, { days: 100 });
  measure(`${String(backends)} backends, one drained and added again each night`, backends, {
    days: 30,
    night: drainAndAdd,
  });
}
console.log(`${cpus()[0]?.model ?? 'unknown CPU'} x ${String(cpus().length)}, Node ${process.version}`);

function measure(
  name: string,
  backends: number,
  { days, night }: { readonly days: number; readonly night?: (state: ClusterState, atMs: number) => void },
): void {
  const options: ClusterOptions = {
    version: '4.0',
    seed: 7,
    speed: 1,
    startAtMs: START_MS,
    frontends: 3,
    backends,
    load: () => backends / 2,
  };
  const state = createState(options);
  const began = process.cpuUsage();
  for (let day = 0; day < days; day += 1) {
    const midnight = START_MS + day * DAY_MS;
    for (let atMs = midnight; atMs < midnight + DAY_MS; atMs += POLL_MS) {
      advance(state, atMs);
      night?.(state, atMs);
    }
  }
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  console.log(`${name}: ${(days / seconds).toFixed(1)} cluster-days a second`);
}

/** At 01:00 the first backend leaves; at 03:00 its host comes back. */
function drainAndAdd(state: ClusterState, atMs: number): void {
  const [first] = registeredBackends(state);
  if (first !== undefined && atMs % DAY_MS === DAY_MS / 24) setDecommissioned(state, first, true);
  const spare = state.backends.find(({ row, process: is }) => row === undefined && is === 'up');
  if (spare !== undefined && atMs % DAY_MS === DAY_MS / 8) {
    addBackend(state, { host: spare.host, heartbeatPort: spare.ports.heartbeat, tags: { location: 'default' } });
  }
}
