import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { comparePolicies } from '../../../src/app/policy-change/compare-policies.ts';
import { keep } from '../../../src/app/policy-change/kept-policy.ts';
import type { RightPolicy } from '../../../src/app/policy-change/reload-gate.ts';
import { comparePoliciesAside } from '../../../src/app/worker/compare-policies-aside.ts';
import { loadPolicy } from '../../../src/config/load-policy.ts';
import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { LoadSlot } from '../../../src/domain/demand.ts';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { runCommand } from '../../support/command.ts';
import { startTestSimulator } from '../../support/simulator.ts';
import { serviceStage } from '../app/service-stage.ts';
import type { PolicyParts, ServiceStage } from '../app/service-stage.ts';

const DAY = 86_400_000;
const GROUP = 'cluster="analytics",role="backend",group="default"';
const KEY = { role: 'backend', group: 'default' } as const;
/** Nothing begins without a yes, and nothing would: four backends are there and needed. */
const OPEN = { mode: 'approve', windows: '{ timezone: UTC, always: true }' } as const;

let simulator: SimulatorHandle;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(async () => {
  await simulator.stop();
});

let stage: ServiceStage;
beforeEach(() => {
  stage = serviceStage(simulator.description);
});
afterEach(async () => {
  await stage.end();
});

async function inStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(`${stage.folder}/autoscaler.db`, { lock: false });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Days of a load that four backends carry at 60 %. */
async function past(days: number): Promise<void> {
  const until = Math.floor(Date.now() / SLOT_MS) * SLOT_MS;
  const slots = Array.from({ length: (days * DAY) / SLOT_MS }, (_, index): LoadSlot => {
    const slotStartMs = until - (index + 1) * SLOT_MS;
    return { signal: 'be_cpu', slotStartMs, load: 2.3, samples: 10, nodes: 4, migrating: false };
  });
  await inStore((store) => store.loads.merge('analytics', KEY, slots));
}

function right(parts: PolicyParts): RightPolicy {
  const readFile = (): string => stage.policyText(parts);
  const loaded = loadPolicy('policy.yaml', { env: {}, at: Date.now(), secrets: 'closed', readFile });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded;
}

interface Clusters {
  readonly revision: string;
  readonly policyChange: { readonly revision: string; readonly result: string; readonly reasons: readonly string[] };
}
const command = (...args: readonly string[]) =>
  runCommand([...args, '--config', stage.config], { env: { USER: 'ada' } });

describe('a policy that is changed while the daemon runs', () => {
  it('beyond the bound is held, said everywhere, and taken within seconds of a yes', async () => {
    await past(10);
    stage.policy(OPEN);
    const { get, series, until, lines } = await stage.start();
    const clusters = async (): Promise<Clusters> => (await get('/api/v1/clusters')).body as Clusters;
    const { revision: first, policyChange: none } = await clusters();
    expect(none).toBeNull();

    stage.policy({ ...OPEN, min: 7 });
    await until('it is held', async () => (await series()).get('config_reloads_total{result="held"}') === 1);
    const { revision, policyChange } = await clusters();
    expect([revision, policyChange.result]).toEqual([first, 'held']);
    expect(policyChange.reasons).toMatchObject([expect.stringContaining('analytics be/default: ')]);
    const now = await series();
    expect(now.get('config_last_reload_successful')).toBe(0);
    expect(now.get(`min_nodes{${GROUP}}`)).toBe(3);
    const title = `the changed policy ${policyChange.revision} waits for a yes; ${first} stays in force`;
    const told = lines().find((line) => line['msg'] === title);
    expect(told?.['event']).toBe('approval-needed');
    // The test's password is a part of the command's name, and no log shows a password.
    expect(told?.['lines']).toContainEqual(expect.stringContaining(` approve ${policyChange.revision}`));
    expect((await command('status')).out).toContain(`doris-autoscaler approve ${policyChange.revision}`);

    const yes = await command('approve', policyChange.revision, '--reason', 'quarter end');
    expect([yes.exit, yes.err]).toEqual([0, '']);
    await until('it is taken', async () => (await series()).get(`min_nodes{${GROUP}}`) === 7);
    await until('that is kept', async () => (await clusters()).policyChange.result === 'approved');
    expect((await clusters()).policyChange.reasons).toEqual(['approved by ada: quarter end']);
    expect((await series()).get('config_last_reload_successful')).toBe(1);
    expect((await command('approve', policyChange.revision)).exit).toBe(3);
  });

  it('within the bound is taken, and what it would have changed is kept and logged', async () => {
    await past(10);
    stage.policy(OPEN);
    const { get, series, until, lines } = await stage.start();
    stage.policy({ ...OPEN, min: 4 });
    await until('it is taken', async () => (await series()).get(`min_nodes{${GROUP}}`) === 4);
    const change = await until('that is kept', async () => {
      const { policyChange } = (await get('/api/v1/clusters')).body as { policyChange: { groups: object[] } | null };
      return policyChange;
    });
    expect(change).toMatchObject({ result: 'accepted', groups: [{ cluster: 'analytics', beyond: [], unknown: null }] });
    expect(lines().some((line) => line['msg'] === 'a changed policy was tried on the past')).toBe(true);
  });

  it('still waits after the process ended, and the one before is in force again', async () => {
    await past(10);
    stage.policy(OPEN);
    const before = await stage.start();
    stage.policy({ ...OPEN, min: 7 });
    await before.until(
      'it is held',
      async () => (await before.series()).get('config_reloads_total{result="held"}') === 1,
    );
    await before.service.stop();
    const after = await stage.start();
    expect((await after.series()).get('config_reloads_total{result="held"}')).toBe(0);
    const { policyChange } = (await after.get('/api/v1/clusters')).body as Clusters;
    expect(policyChange.result).toBe('held');
    await after.until('three', async () => (await after.series()).get(`min_nodes{${GROUP}}`) === 3);
    await command('approve', policyChange.revision);
    await after.until('seven', async () => (await after.series()).get(`min_nodes{${GROUP}}`) === 7);
  });

  it('is taken where no load of the past is known', async () => {
    const unknown = (parts: PolicyParts): string =>
      stage.policyText(parts).replace('signal: be_cpu', 'signal: nothing, query: "nothing_at_all"');
    stage.text(unknown(OPEN));
    const { series, until, lines } = await stage.start();
    stage.text(unknown({ ...OPEN, min: 7 }));
    await until('it is taken', async () => (await series()).get(`min_nodes{${GROUP}}`) === 7);
    const said = lines().find((line) => line['msg'] === 'a changed policy was tried on the past');
    expect(said?.['unknown']).toBe('no load is known of the signals of the policy in force');
  });
});

describe('a thread of its own', () => {
  it('says of two policies what the same thread says', async () => {
    await past(3);
    const [before, after] = [right(OPEN), right({ ...OPEN, min: 5 })];
    const at = Date.now();
    const here = await inStore((store) => comparePolicies(store.loads, before.policy, after.policy, at));
    const storePath = `${stage.folder}/autoscaler.db`;
    expect(await comparePoliciesAside({ before: keep(before), after: keep(after), storePath, at })).toEqual(here);
    expect(here).toMatchObject([{ cluster: 'analytics', unknown: undefined, compared: { before: { leastNodes: 4 } } }]);
  });
});

describe('validate --against-history', () => {
  it('says that there is nothing to compare with before a daemon ran', async () => {
    stage.policy(OPEN);
    const { out, exit } = await command('validate', '--against-history');
    expect(out).toContain('the store knows no policy in force');
    expect(exit).toBe(0);
  });

  it('shows a file beside the policy in force, and fails where a daemon would hold it', async () => {
    await past(10);
    stage.policy(OPEN);
    const { service } = await stage.start();
    await service.stop();
    expect((await command('validate', '--against-history')).out).toContain('no group is sized otherwise');
    stage.policy({ ...OPEN, min: 7 });
    const text = await command('validate', '--against-history');
    expect(text.exit).toBe(1);
    expect(text.out).toContain('a running daemon holds it until a person says yes:');
    expect(text.out).toMatch(/node-hours +\d+ +\d+\n/);
    const { againstHistory } = JSON.parse((await command('validate', '--against-history', '--json')).out) as {
      againstHistory: object;
    };
    expect(againstHistory).toMatchObject({ waits: true, groups: [{ group: 'default', after: { mostNodes: 7 } }] });
    stage.policy({ ...OPEN, min: 4 });
    const fine = await command('validate', '--against-history');
    expect([fine.exit, fine.err]).toEqual([0, '']);
    expect(fine.out).toContain('a running daemon takes it at once');
  });
});
