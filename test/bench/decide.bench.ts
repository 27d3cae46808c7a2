// Run by hand: node test/bench/decide.bench.ts. Prints the time of one decision in memory and the machine; asserts
// nothing. Each input is timed three times and its median counts: on a machine that does other work the rest is waiting.
import { cpus } from 'node:os';
import { decide } from '../../src/decision/decide.ts';
import { SLOT_MS } from '../../src/domain/demand.ts';
import { backend, history, HOUR, input, MINUTE, NOW, slots } from '../support/decision-input.ts';

const BACKENDS = 1000;
const CALLS = 2000;
const WARM_UP = 200;
const DAYS = 28;

const members = Array.from({ length: BACKENDS }, (_, index) =>
  backend(index, {
    host: `10.0.${String(index >> 8)}.${String(index & 255)}`,
    dataUsedBytes: (1 + ((index * 7919) % 1009)) * 2 ** 30,
    totalBytes: 4 * 2 ** 40,
    availableBytes: 3 * 2 ** 40,
  }),
);
const load = slots('queries', (at) => 60_000 + ((at / MINUTE) % 1440) * 10, { until: NOW + 2 * HOUR, days: DAYS });
const schedule = [
  {
    name: 'month-end',
    when: { form: 'cron' as const, cron: '0 0 25 * *', durationMs: 8 * 86_400_000 },
    min: 1100,
    max: undefined,
  },
];
// Policies live from reload to reload: windows are resolved once for each.
const { policy } = input({ members, group: { max: 2000, schedule }, demand: [] });

measure('within a slot', (call) => NOW + (call % (SLOT_MS / 1000)) * 1000, oneHistory());
measure(
  'a newly closed slot at every call',
  (call) => NOW + (call % 24) * SLOT_MS,
  () => [history({ queries: load })],
);
console.log(`${cpus()[0]?.model ?? 'unknown CPU'} x ${String(cpus().length)}, Node ${process.version}`);

/** Another victim and another instant at every call, decided from what `demand` gives for it. */
function measure(name: string, instant: (call: number) => number, demand: () => ReturnType<typeof history>[]): void {
  const single: number[] = [];
  const medians: number[] = [];
  for (let call = 0; call < WARM_UP + CALLS; call += 1) {
    const leastAt = (call * 617) % BACKENDS;
    const tookMs = [1, 2, 3].map(() => {
      const nodes = members.map((member, index) => (index === leastAt ? { ...member, dataUsedBytes: 1 } : member));
      const request = { ...input({ members: nodes, at: instant(call), demand: demand() }), policy };
      const began = process.hrtime.bigint();
      const decision = decide(request);
      const ended = process.hrtime.bigint();
      if (decision.groups[0]?.victims[0]?.node !== nodes[leastAt]?.address)
        throw new Error('another victim was expected');
      return Number(ended - began) / 1e6;
    });
    if (call < WARM_UP) continue;
    single.push(...tookMs);
    medians.push(tookMs.toSorted((a, b) => a - b)[1] ?? 0);
  }
  console.log(`${String(BACKENDS)} backends, ${String(CALLS)} inputs, ${name}`);
  console.log(`  median of three  ${quantiles(medians)}`);
  console.log(`  every one        ${quantiles(single)}`);
}

function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(3);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}

function oneHistory(): () => ReturnType<typeof history>[] {
  const demand = [history({ queries: load })];
  return () => demand;
}
