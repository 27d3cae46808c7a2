import { describe, expect, it } from 'vitest';
import { faultName } from './figures.ts';
import { scenarioOf } from './scenario.ts';

const DAYS = 14;
const DAY_MS = 86_400_000;
const SCENARIOS = Array.from({ length: 300 }, (_, index) => scenarioOf(index + 1, DAYS));

const counted = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

describe('300 scenarios', () => {
  it('hold every kind of fault, each more than once', () => {
    const counts = counted(SCENARIOS.flatMap(({ faults }) => faults.map(faultName)));
    const wanted = [
      ...['kill', 'stop', 'crash at port-call', 'crash at journal-write', 'store-full', 'clock', 'by-hand'],
      ...['backend-down', 'frontend-down', 'unreachable', 'lost-replies', 'slow-replies'],
      ...['missing', 'stale', 'nan', 'zero'].map((manner) => `prometheus ${manner}`),
      ...['late', 'lost', 'fail', 'try-again'].map((manner) => `host-scripts ${manner}`),
      ...['approve', 'cancel', 'pause', 'resume'].map((order) => `order ${order}`),
      ...[
        ...['failing-clones', 'slow-clones', 'no-place', 'internal-schema', 'no-medium', 'no-tag', 'recycled-table'],
        ...['leaky-tablets', 'large-tablet', 'open-transaction', 'unfinished-wals', 'stuck-colocate', 'queue-full'],
        ...['scheduler-starved', 'stuck-tasks', 'reported-data', 'load-race', 'compute-node', 'running-job'],
        ...['running-queries', 'full-disk', 'filling-disk', 'trash', 'slow-show-frontends', 'helper-lost'],
        ...['clock-skew', 'dead-host', 'partitioned-host', 'lagging-frontend'],
      ].map((kind) => `model ${kind}`),
    ];
    expect(wanted.filter((name) => (counts[name] ?? 0) < 2)).toEqual([]);
    expect(Object.keys(counts).filter((name) => !wanted.includes(name))).toEqual([]);
  });

  it('end every fault before the last day', () => {
    const late = SCENARIOS.flatMap(({ faults }) =>
      faults.filter(({ atMs, forMs }) => atMs + forMs >= (DAYS - 1) * DAY_MS),
    );
    expect(late).toEqual([]);
  });

  it.each([
    ['versions', ({ cluster }) => cluster.version, ['2.1', '3.0', '4.0']],
    ['numbers of frontends', ({ cluster }) => String(cluster.frontends), ['1', '3', '5']],
    ['modes', ({ policy }) => policy.mode ?? '', ['act', 'approve', 'observe']],
    ['ways to close', ({ policy }) => policy.windows?.onClose ?? '', ['cancel', 'finish', 'throttle']],
    ['answers to a stall', ({ policy }) => policy.operations?.onStall ?? '', ['ask', 'cancel', 'throttle', 'wait']],
    ['conditions of idleness', ({ policy }) => String((policy.windows?.idle.length ?? 0) > 0), ['false', 'true']],
    ['emergencies', ({ policy }) => String(policy.windows?.emergency !== undefined), ['false', 'true']],
    ['resource tags', ({ cluster }) => cluster.tagged?.tag ?? 'default', ['default', 'mart']],
    ['groups of the policy', ({ policy }) => String(policy.backends?.length), ['1', '2']],
    ['times for growth', ({ policy }) => policy.windows?.scaleOut ?? '', ['anytime', 'window']],
  ] as const satisfies readonly (readonly [
    string,
    (scenario: (typeof SCENARIOS)[number]) => string,
    readonly string[],
  ])[])('have all %s, none in less than one of 50', (_, of, wanted) => {
    const counts = counted(SCENARIOS.map(of));
    expect(Object.keys(counts).toSorted()).toEqual(wanted);
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(SCENARIOS.length / 50);
  });
});
