import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { approvePolicy } from '../../../src/app/orders/approve-policy.ts';
import { firstPolicy } from '../../../src/app/policy-change/first-policy.ts';
import { keep, readKept } from '../../../src/app/policy-change/kept-policy.ts';
import { policyLedger } from '../../../src/app/policy-change/ledger.ts';
import { reloadGate } from '../../../src/app/policy-change/reload-gate.ts';
import type { RightPolicy } from '../../../src/app/policy-change/reload-gate.ts';
import type { GroupDifference } from '../../../src/domain/policy-change.ts';
import { capturedLog } from '../../support/captured-log.ts';
import { worse } from '../../support/policy-change.ts';
import { NOW, policyWith, read } from '../config/read.ts';

function right(replacements: Readonly<Record<string, string>> = {}): RightPolicy {
  const loaded = read(policyWith(replacements));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded;
}
const STARTED = right();
const CHANGED = right({ '- min:': '      - min: 4' });
const RENAMED = right({ 'user:': '    user: other' });
const DEPS = { env: {}, at: NOW, readFile: () => '' };

function gating(compare: () => Promise<readonly GroupDifference[]> = async () => [worse()]) {
  const facts = new Map<string, string>();
  const memory = {
    fact: async (_scope: string, name: string) => facts.get(name),
    setFact: async (_scope: string, name: string, value: string | undefined) => {
      if (value === undefined) facts.delete(name);
      else facts.set(name, value);
    },
  };
  const ledger = policyLedger(memory);
  let compared = 0;
  let at = NOW;
  const gate = (waiting?: string) =>
    reloadGate({
      ledger,
      started: keep(STARTED),
      waiting,
      now: () => at,
      compare: async () => {
        compared += 1;
        return await compare();
      },
    });
  const approve = (id: string) => approvePolicy({ memory }, { id, at: NOW, by: 'ada', reason: 'wanted' });
  const pass = (ms: number): void => {
    at += ms;
  };
  return { ledger, gate: gate(), restarted: gate, approve, pass, compared: () => compared };
}
const judge = (stage: ReturnType<typeof gating>, after = CHANGED) => stage.gate.judge(STARTED.policy, after);

describe('a changed policy', () => {
  it('that changes nothing a replay could tell of is taken without one', async () => {
    const stage = gating();
    expect(await judge(stage, RENAMED)).toMatchObject({ result: 'accepted', reasons: [], groups: [] });
    expect(stage.compared()).toBe(0);
  });

  it('within the bound is taken, and what it would have changed is kept', async () => {
    const stage = gating(async () => [worse({ beyond: [] })]);
    const change = await judge(stage);
    expect(change).toMatchObject({ result: 'accepted', revision: CHANGED.policy.revision, groups: [{ beyond: [] }] });
    await stage.gate.taken(CHANGED, change);
    expect(await stage.ledger.change()).toEqual(JSON.parse(JSON.stringify(change)));
    expect((await stage.ledger.inForce())?.revision).toBe(CHANGED.policy.revision);
  });

  it('beyond the bound is held with the reasons, until a person says yes', async () => {
    const stage = gating();
    const change = await judge(stage);
    expect(change).toMatchObject({ result: 'held', reasons: ['analytics be/default: twice the node-hours'] });
    expect(await stage.gate.held(change)).toBe(true);
    expect(await stage.gate.held(await judge(stage))).toBe(false);
    expect(await stage.gate.approved()).toBe(false);
    expect(await stage.approve(CHANGED.policy.revision.toUpperCase())).toMatchObject({ ok: true });
    expect(await stage.gate.approved()).toBe(true);
    const approved = await judge(stage);
    expect(approved).toMatchObject({ result: 'approved', reasons: ['approved by ada: wanted'], groups: [{}] });
    await stage.gate.taken(CHANGED, approved);
    expect([await stage.gate.approved(), await stage.ledger.approval()]).toEqual([false, undefined]);
  });

  it('of a cluster that only observes is shown and not held', async () => {
    const change = await judge(gating(async () => [worse({ mode: 'observe' })]));
    expect(change).toMatchObject({ result: 'accepted', groups: [{ beyond: ['twice the node-hours'] }] });
  });

  it('that could not be replayed is held, and says why', async () => {
    const change = await judge(gating(() => Promise.reject(new Error('the disk is gone'))));
    expect(change).toMatchObject({ result: 'held', reasons: ['it could not be replayed: the disk is gone'] });
  });

  it('needs a yes of its own: that to another one does not count', async () => {
    const stage = gating();
    await stage.gate.held(await judge(stage));
    await stage.approve(CHANGED.policy.revision);
    const another = right({ '- min:': '      - min: 5' });
    const change = await judge(stage, another);
    expect(change.result).toBe('held');
    await stage.gate.held(change);
    expect(await stage.gate.approved()).toBe(false);
    expect((await judge(stage)).result).toBe('held');
  });
});

describe('a yes', () => {
  it('to what does not wait changes nothing, and says so', async () => {
    const stage = gating();
    expect(await stage.approve(CHANGED.policy.revision)).toBeUndefined();
    await stage.gate.held(await judge(stage));
    expect(await stage.approve('01KBJ5ZC7W')).toBeUndefined();
    expect(await stage.approve(CHANGED.policy.revision.slice(0, 5))).toBeUndefined();
    expect(await stage.approve(CHANGED.policy.revision.slice(0, 6))).toMatchObject({ ok: true });
    expect(await stage.approve(CHANGED.policy.revision)).toMatchObject({
      ok: false,
      error: {
        code: 'nothing-to-change',
        message: `the policy ${CHANGED.policy.revision} was approved by ada already`,
      },
    });
  });
});

describe('a yes whose file cannot be taken, as it is broken by then', () => {
  it('is not tried at every look but once a minute, and at once when it is given anew', async () => {
    const stage = gating();
    await stage.gate.held(await judge(stage));
    await stage.approve(CHANGED.policy.revision);
    const looks: boolean[] = [];
    for (let look = 0; look < 31; look += 1) {
      looks.push(await stage.gate.approved());
      stage.pass(2_000);
    }
    expect(looks.flatMap((yes, look) => (yes ? [look] : []))).toEqual([0, 30]);
    const another = right({ '- min:': '      - min: 5' });
    await stage.gate.held(await judge(stage, another));
    await stage.ledger.setApproval({ revision: another.policy.revision, at: NOW + 1, by: 'ada', reason: '' });
    expect(await stage.gate.approved()).toBe(true);
  });
});

describe('a process begins', () => {
  const begin = (stage: ReturnType<typeof gating>, file: RightPolicy) =>
    firstPolicy(file, { ledger: stage.ledger, log: capturedLog(), deps: DEPS, at: NOW });

  it('with its file the first time, and after any end with a file that does not wait', async () => {
    const stage = gating();
    expect(await begin(stage, STARTED)).toMatchObject({ loaded: { policy: STARTED.policy }, waiting: undefined });
    expect((await begin(stage, CHANGED)).loaded.policy.revision).toBe(CHANGED.policy.revision);
    expect((await stage.ledger.inForce())?.revision).toBe(CHANGED.policy.revision);
  });

  it('with the policy before while the file waits, and with the file once it was approved', async () => {
    const stage = gating();
    await begin(stage, STARTED);
    await stage.gate.held(await judge(stage));
    const again = await begin(stage, CHANGED);
    expect(again.waiting).toBe(CHANGED.policy.revision);
    expect(JSON.stringify(again.loaded.policy)).toBe(JSON.stringify(STARTED.policy));
    await stage.approve(CHANGED.policy.revision);
    expect(await stage.restarted(again.waiting).approved()).toBe(true);
    expect((await begin(stage, CHANGED)).loaded.policy.revision).toBe(CHANGED.policy.revision);
    expect(await stage.ledger.change()).toMatchObject({ result: 'approved' });
  });

  it('with the policy before where its end cut the trial of the file short, and tries it once more', async () => {
    const never = gating(() => new Promise(() => undefined));
    await begin(never, STARTED);
    for (const [untried, waiting] of [
      [true, undefined],
      [false, CHANGED.policy.revision],
    ]) {
      void never.restarted().judge(STARTED.policy, CHANGED);
      await setImmediate();
      const again = await begin(never, CHANGED);
      expect(again).toMatchObject({ loaded: { policy: { revision: STARTED.policy.revision } }, untried, waiting });
      expect(await never.ledger.change()).toMatchObject({
        result: 'held',
        revision: CHANGED.policy.revision,
        reasons: ['the process ended while it was tried on the past'],
      });
    }
    expect(await never.approve(CHANGED.policy.revision)).toMatchObject({ ok: true });
    expect((await begin(never, CHANGED)).loaded.policy.revision).toBe(CHANGED.policy.revision);
  });

  it('and a yes that is given while it is tried once more counts', async () => {
    let finish: ((groups: readonly GroupDifference[]) => void) | undefined;
    const stage = gating(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    await begin(stage, STARTED);
    void stage.restarted().judge(STARTED.policy, CHANGED);
    await setImmediate();
    await begin(stage, CHANGED);
    const gate = stage.restarted();
    const judged = gate.judge(STARTED.policy, CHANGED);
    await setImmediate();
    await stage.approve(CHANGED.policy.revision);
    finish?.([worse()]);
    expect(await gate.held(await judged)).toBe(true);
    expect(await gate.approved()).toBe(true);
  });

  it('with its file where a trial came to its end', async () => {
    const stage = gating(async () => [worse({ beyond: [] })]);
    await begin(stage, STARTED);
    await stage.gate.taken(CHANGED, await judge(stage));
    await begin(stage, STARTED);
    expect(await begin(stage, CHANGED)).toMatchObject({ loaded: CHANGED, untried: false });
  });

  it('also with a store that cannot be written', async () => {
    const { ledger } = gating();
    const full = { ...ledger, setInForce: () => Promise.reject(new Error('full')) };
    const log = capturedLog();
    expect((await firstPolicy(CHANGED, { ledger: full, log, deps: DEPS, at: NOW })).loaded).toBe(CHANGED);
    expect(log.said()).toEqual(['warn the store does not know the configuration in force']);
  });

  it('with the file when it was put back: nothing waits any more', async () => {
    const stage = gating();
    await begin(stage, STARTED);
    await stage.gate.held(await judge(stage));
    expect((await begin(stage, STARTED)).waiting).toBeUndefined();
    expect(await stage.ledger.change()).toBeUndefined();
  });
});

describe('a policy that is kept', () => {
  it('reads as the same policy again, without its secrets in the text', () => {
    const env = { P: 's3cret-word' };
    const loaded = read(policyWith({ 'user:': '    user: autoscaler\n    password: { env: P }' }), env);
    if (!loaded.ok) throw new Error('a right policy');
    const kept = keep(loaded);
    expect(kept.text).not.toContain('s3cret-word');
    const again = readKept(kept, { ...DEPS, env });
    expect(again.ok && again.policy.clusters[0]?.password?.reveal()).toBe('s3cret-word');
    expect(again.ok && JSON.stringify(again.policy)).toBe(JSON.stringify(loaded.policy));
  });
});
