import type { Clock } from '../../src/domain/ports/clock.ts';
import { type SimulatorHandle, type SimulatorOptions, startSimulator } from '../../src/simulator/start.ts';
import { systemClock } from '../../src/time/system-clock.ts';

/** The system's time. */
export const realClock: Clock = systemClock();

let started = 0;

/**
 * A simulator of three FEs and four BEs, 60 times as fast as life, with a load that keeps the backends half busy. Each has its
 * own loopback hosts and free ports, so that tests may run side by side. The caller stops it.
 */
export async function startTestSimulator(options: Partial<SimulatorOptions> = {}): Promise<SimulatorHandle> {
  started += 1;
  const backends = options.backends ?? 4;
  return await startSimulator({
    version: '4.0',
    seed: 7,
    speed: 60,
    frontends: 3,
    backends,
    clock: realClock,
    portBase: 0,
    hostPrefix: `127.${String(1 + (process.pid % 250))}.${String(1 + ((Math.floor(process.pid / 250) + 16 * started) % 250))}.`,
    load: () => backends / 2,
    ...options,
  });
}

const ONLY_READS = /^(show|select|set\s+(@@)?(session|names)|set\s+\w+\s*=|use|desc|admin\s+show)\b/i;

export interface ChangingStatement {
  readonly atMs: number;
  readonly text: string;
}

/** The simulator's log without what only reads, in its order. */
export function changesOf(simulator: SimulatorHandle): readonly ChangingStatement[] {
  return simulator.cluster
    .statements()
    .map(({ atMs, text }) => ({ atMs, text: text.trim() }))
    .filter(({ text }) => !ONLY_READS.test(text));
}

/** The texts of these alone. */
export function changingStatements(simulator: SimulatorHandle): readonly string[] {
  return changesOf(simulator).map(({ text }) => text);
}
