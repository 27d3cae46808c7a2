// Run by hand: node test/bench/decide.bench.ts. Prints the time of one decision in memory and the machine; asserts nothing.
import { cpus } from 'node:os';
import { decide } from '../../src/decision/decide.ts';
import { backend, history, input, MINUTE, NOW, slots } from '../support/decision-input.ts';

const BACKENDS = 1000;
const CALLS = 2000;
const WARM_UP = 200;

const members = Array.from({ length: BACKENDS }, (_, index) =>
  backend(index, {
    host: `10.0.${String(index >> 8)}.${String(index & 255)}`,
    dataUsedBytes: ((index * 7919) % 1009) * 2 ** 30,
    totalBytes: 4 * 2 ** 40,
    availableBytes: 3 * 2 ** 40,
  }),
);
const demand = [history({ queries: slots('queries', (at) => 60_000 + ((at / MINUTE) % 1440) * 10, { days: 28 }) })];
const schedule = [
  {
    name: 'month-end',
    when: { form: 'cron' as const, cron: '0 0 25 * *', durationMs: 8 * 86_400_000 },
    min: 1100,
    max: undefined,
  },
];
// Policies live from reload to reload: windows are resolved once for each.
const { policy } = input({ members, demand, group: { max: 2000, schedule } });
const times: number[] = [];
for (let call = 0; call < WARM_UP + CALLS; call += 1) {
  // Another instant, another victim and another load at every call.
  const at = NOW + call * 1000;
  const leastAt = call % BACKENDS;
  const nodes = members.map((member, index) => (index === leastAt ? { ...member, dataUsedBytes: 1 } : member));
  const request = { ...input({ members: nodes, at, demand }), policy };
  const began = process.hrtime.bigint();
  const decision = decide(request);
  const tookMs = Number(process.hrtime.bigint() - began) / 1e6;
  if (decision.groups.length !== 1) throw new Error('no decision');
  if (call >= WARM_UP) times.push(tookMs);
}
const sorted = times.toSorted((a, b) => a - b);
const quantile = (share: number): string => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(3);
console.log(
  `${String(BACKENDS)} backends, ${String(CALLS)} decisions: p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, max ${quantile(1)} ms`,
);
console.log(`${cpus()[0]?.model ?? 'unknown CPU'} x ${String(cpus().length)}, Node ${process.version}`);
