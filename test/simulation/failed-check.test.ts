import { afterEach, describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../src/domain/group-policy.ts';
import { CPU, groupPolicy, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { leftClean } from './support/invariants.ts';
import { simulate } from './support/simulate.ts';
import type { Simulation } from './support/simulate.ts';

const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };
const REASON = "privileges: cannot act: 'autoscaler'@'%' lacks NODE_PRIV";
const CHECK_FAILS_AT = Date.parse('2026-03-02T01:05:00Z');

const running: Simulation[] = [];
afterEach(async () => {
  for (const simulation of running.splice(0)) await simulation.end();
});

/** Six backends of which four suffice until `risesAt`; a drain takes about 18 min, and one after another would fit. */
async function drainWithAFailedCheck(risesAt = Infinity): Promise<Simulation> {
  const simulation = await simulate({
    startAt: '2026-03-02T00:55:00Z',
    intervalMs: MINUTE,
    cluster: { backends: 6, backendBytes: 20 * 1024 ** 3, load: (atMs) => (atMs < risesAt ? 2 : 4.5) },
    policy: {
      windows: windowsPolicy(),
      backends: [
        groupPolicy({
          signals: [SIXTY],
          minHoldMs: 0,
          cooldown: { inMs: MINUTE, outMs: MINUTE },
          stabilize: { inMs: 3 * MINUTE, outMs: 0 },
        }),
      ],
    },
  });
  running.push(simulation);
  await simulation.advanceTo(CHECK_FAILS_AT);
  expect(await simulation.operations()).toMatchObject([{ kind: 'remove-backend', state: 'running' }]);
  simulation.failCheck(REASON);
  return simulation;
}

describe('a check that fails in the middle of a drain', { timeout: 120_000 }, () => {
  it('lets it end and nothing else begin, and every record names it', async () => {
    const simulation = await drainWithAFailedCheck();
    await simulation.advanceTo(Date.parse('2026-03-02T04:30:00Z'));
    expect(await simulation.operations()).toMatchObject([{ kind: 'remove-backend', state: 'succeeded' }]);
    expect(simulation.members()).toBe(5);
    const after = simulation.records.filter(({ at }) => at > CHECK_FAILS_AT);
    expect(new Set(after.map(({ forcedObserve }) => forcedObserve))).toEqual(new Set([REASON]));
    expect(after.at(-1)?.groups[0]).toMatchObject({ action: 'hold', current: 5, recommended: 4 });
    expect(after.at(-1)?.groups[0]?.reasons).toContain('mode-observe');
    leftClean(simulation);
  });

  it('takes it back all the same when the backend is needed again', async () => {
    const simulation = await drainWithAFailedCheck(CHECK_FAILS_AT + MINUTE);
    await simulation.advanceTo(Date.parse('2026-03-02T02:00:00Z'));
    expect(await simulation.operations()).toMatchObject([{ kind: 'remove-backend', state: 'cancelled' }]);
    expect(simulation.members()).toBe(6);
    leftClean(simulation);
  });
});
