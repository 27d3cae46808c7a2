import { describe, expect, it, vi } from 'vitest';
import { reloader } from '../../../src/app/service/reload.ts';
import type { RightPolicy } from '../../../src/app/policy-change/reload-gate.ts';
import type { LoadedPolicy } from '../../../src/config/load-policy.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import type { PolicyChange } from '../../../src/domain/policy-change.ts';
import { capturedLog } from '../../support/captured-log.ts';
import { policyWith, read } from '../config/read.ts';

function rightOf(replacements: Readonly<Record<string, string>> = {}, env = {}): RightPolicy {
  const loaded = read(policyWith(replacements), env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded;
}
const policyOf = (...parts: Parameters<typeof rightOf>): Policy => rightOf(...parts).policy;
const STARTED = policyOf();
const CHANGED = policyOf({ '- min:': '      - min: 4' });

function reloading(
  load: () => Promise<LoadedPolicy>,
  take: (policy: Policy) => Promise<readonly string[]> = async () => [],
  verdict: Partial<PolicyChange> = {},
) {
  const log = capturedLog();
  const hidden: string[] = [];
  const seen: (readonly string[])[] = [];
  const taken: Policy[] = [];
  let inForce = STARTED;
  const held: { readonly change: PolicyChange; readonly isNew: boolean }[] = [];
  const kept: PolicyChange[] = [];
  let refusals = 0;
  const reload = reloader({
    load,
    daemon: {
      policy: () => inForce,
      reload: async (policy) => {
        const names = await take(policy);
        inForce = policy;
        taken.push(policy);
        return names;
      },
      refused: () => {
        refusals += 1;
      },
      held: (change, { isNew }) => void held.push({ change, isNew }),
    },
    gate: {
      judge: async (before, { policy: { revision } }) => ({
        previous: before.revision,
        revision,
        at: 0,
        result: 'accepted',
        reasons: [],
        groups: [],
        ...verdict,
      }),
      taken: async (_after, change) => void kept.push(change),
      held: async () => held.length === 0,
      approved: async () => false,
    },
    log: { ...log, hide: (secrets) => void hidden.push(...secrets) },
    started: STARTED,
    onRead: ({ sources }) => void seen.push(sources),
  });
  return { reload, log, hidden, seen, taken, held, kept, refusals: () => refusals };
}

const good = (policy: Policy): RightPolicy => ({ ...rightOf(), policy, warnings: [], sources: ['policy.yaml'] });
const bad: LoadedPolicy = {
  ok: false,
  errors: [{ file: 'policy.yaml', line: 1, column: 2, path: 'interval', message: 'is wrong', hint: 'write 30s' }],
  warnings: [],
  sources: ['policy.yaml'],
};

describe('a reload', () => {
  it('takes over a valid policy and says its revision and what was restarted', async () => {
    const { reload, log, taken, seen } = reloading(
      async () => good(CHANGED),
      async () => ['analytics'],
    );
    reload.reload('SIGHUP');
    await vi.waitFor(() => expect(taken).toEqual([CHANGED]));
    await vi.waitFor(() => expect(log.lines).toHaveLength(1));
    expect(log.lines[0]).toEqual({
      level: 'info',
      message: 'configuration in force',
      fields: { cause: 'SIGHUP', revision: CHANGED.revision, restarted: ['analytics'] },
    });
    expect(seen).toEqual([['policy.yaml']]);
  });

  it('refuses a wrong policy with every problem, and watches its files', async () => {
    const { reload, log, taken, refusals, seen } = reloading(async () => bad);
    reload.reload('file');
    await vi.waitFor(() => expect(refusals()).toBe(1));
    expect(taken).toEqual([]);
    expect(log.lines).toEqual([
      {
        level: 'error',
        message: 'configuration refused; the last good one stays in force',
        fields: {
          cause: 'file',
          revision: STARTED.revision,
          problems: ['policy.yaml:1:2: interval: is wrong; write 30s'],
        },
      },
    ]);
    expect(seen).toEqual([['policy.yaml']]);
  });

  it.each([
    ['is read', () => Promise.reject(new Error('broke')), async () => []],
    ['is taken over', async () => good(CHANGED), () => Promise.reject(new Error('broke'))],
  ] as const)('that fails while the policy %s refuses it, and the next one works', async (_when, load, take) => {
    let broken = true;
    const { reload, taken, refusals } = reloading(
      () => (broken ? load() : Promise.resolve(good(CHANGED))),
      (policy) => (broken ? take() : Promise.resolve([policy.revision])),
    );
    reload.reload('file');
    await vi.waitFor(() => expect(refusals()).toBe(1));
    broken = false;
    reload.reload('file');
    await vi.waitFor(() => expect(taken).toEqual([CHANGED]));
  });

  it('hides the secrets of the new policy before a line is written of it', async () => {
    const secret = policyOf({ 'user:': '    user: autoscaler\n    password: { env: P }' }, { P: 'new-pass' });
    const { reload, hidden, taken } = reloading(async () => good(secret));
    reload.reload('file');
    await vi.waitFor(() => expect(taken).toHaveLength(1));
    expect(hidden).toEqual(['new-pass']);
  });

  it('warns each time of what only a restart takes over, and takes the rest', async () => {
    const moved = policyOf({
      'store:': 'store: sqlite:./elsewhere.db',
      'server:': 'server: { listen: "127.0.0.1:9999" }',
    });
    const { reload, log, taken } = reloading(async () => good(moved));
    for (const round of [1, 2]) {
      reload.reload('file');
      await vi.waitFor(() => expect(taken).toHaveLength(round));
    }
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['keys'])).toEqual([
      ['store', 'server.listen'],
      ['store', 'server.listen'],
    ]);
  });

  it('of a policy that is held takes nothing over, says why and what to type, and tells people once', async () => {
    const reasons = ['analytics be/default: twice the node-hours'];
    const verdict = { result: 'held', reasons } as const;
    const { reload, log, taken, held, kept, refusals } = reloading(async () => good(CHANGED), undefined, verdict);
    for (const round of [1, 2]) {
      reload.reload('file');
      await vi.waitFor(() => expect(held).toHaveLength(round));
    }
    expect(held.map(({ isNew }) => isNew)).toEqual([true, false]);
    expect([taken, kept, refusals()]).toEqual([[], [], 0]);
    expect(log.lines[0]).toEqual({
      level: 'warn',
      message: 'configuration held; the one before stays in force until a person says yes',
      fields: {
        cause: 'file',
        revision: CHANGED.revision,
        inForce: STARTED.revision,
        reasons,
        command: `doris-autoscaler approve ${CHANGED.revision}`,
      },
    });
  });

  it('of a policy that is taken keeps what the past said of it', async () => {
    const { reload, kept } = reloading(async () => good(CHANGED));
    reload.reload('file');
    await vi.waitFor(() => expect(kept).toMatchObject([{ revision: CHANGED.revision, result: 'accepted' }]));
  });

  it('that is asked for several times while one is under way is done once more', async () => {
    const answers: ((loaded: LoadedPolicy) => void)[] = [];
    const { reload, taken } = reloading(() => new Promise((resolve) => answers.push(resolve)));
    for (let times = 0; times < 5; times += 1) reload.reload('file');
    expect(answers).toHaveLength(1);
    answers[0]?.(good(CHANGED));
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.(good(CHANGED));
    await vi.waitFor(() => expect(taken).toHaveLength(2));
    expect(answers).toHaveLength(2);
  });

  it('that is under way when the process stops takes nothing over', async () => {
    const answers: ((loaded: LoadedPolicy) => void)[] = [];
    const { reload, taken, seen } = reloading(() => new Promise((resolve) => answers.push(resolve)));
    reload.reload('file');
    reload.stop();
    answers[0]?.(good(CHANGED));
    await new Promise(setImmediate);
    expect([taken, seen]).toEqual([[], []]);
  });
});
