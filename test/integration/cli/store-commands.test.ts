import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rejections } from '../../../src/controller/approval/recall-approval.ts';
import { facts } from '../../../src/controller/memory/facts.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { clockAt, runCommand } from '../../support/command.ts';
import { DAY, groupPolicy, HOUR, MINUTE, NOW } from '../../support/decision-input.ts';
import { decisionRecord, operation } from '../../support/decision-record.ts';

let folder: string;
let config: string;
let database: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-commands-'));
  config = join(folder, 'policy.yaml');
  database = join(folder, 'a.db');
  writeFileSync(config, policyText(['analytics']));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function policyText(names: readonly string[]): string {
  const cluster = (name: string, index: number): string => `  - name: ${name}
    mode: act
    endpoints: ["fe${String(index + 1)}:9030"]
    user: autoscaler
    prometheus: { url: "http://prometheus:9090" }
    windows: { timezone: Asia/Shanghai, allow: [{ name: night, days: [mon-sun], start: "01:00", end: "06:00" }] }
    backends:
      - { group: default, min: 3, max: 9, signals: [{ signal: be_cpu, target: 60% }] }
      - { group: reports, min: 3, max: 9, signals: [{ signal: be_cpu, target: 60% }] }
`;
  return `version: 1\nstore: sqlite:${database}\nclusters:\n${names.map(cluster).join('')}`;
}

/** Two groups, both held by their mode. */
function record(parts: Partial<DecisionRecord> = {}): DecisionRecord {
  const groups = [groupPolicy(), groupPolicy({ group: 'reports' })];
  return decisionRecord({ policy: { mode: 'observe', backends: groups } }, parts);
}

async function inStore(write: (store: Store) => Promise<unknown>): Promise<void> {
  const store = await openStore(database, { lock: false });
  await write(store);
  await store.close();
}

const run = (args: readonly string[], at = NOW, env: Readonly<Record<string, string>> = { USER: 'ada' }) =>
  runCommand([...args, '--config', config], { clock: clockAt(at), env });
const json = async (args: readonly string[], at = NOW): Promise<unknown> =>
  JSON.parse((await run([...args, '--json'], at)).out);

describe('status', () => {
  it('of a cluster that was never evaluated says so, and that no daemon runs', async () => {
    const { out, exit } = await run(['status']);
    expect(exit).toBe(0);
    expect(out).toBe(
      'analytics   act   no window, the next opens Wed 01:00 (in 15 h)   no daemon runs\n  not evaluated yet\n',
    );
  });

  it('has a stable shape', async () => {
    await inStore((store) => store.records.append(record()));
    expect(await json(['status'])).toEqual({
      revision: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown,
      policyChange: null,
      clusters: [
        {
          name: 'analytics',
          mode: 'act',
          forcedObserve: null,
          leader: false,
          nodes: [
            { role: 'backend', group: 'default', state: 'alive', count: 6 },
            { role: 'follower', group: 'follower', state: 'alive', count: 3 },
          ],
          windows: { open: null, nextChange: '2026-03-10T17:00:00Z' },
          operation: null,
          lastDecision: {
            id: '01M0000000000000000000000A',
            at: '2026-03-10T02:00:00Z',
            policyRevision: '4f2c91aa0000',
            groups: [
              expect.objectContaining({ role: 'backend', group: 'default', current: 6, action: 'hold' }) as unknown,
              expect.objectContaining({ role: 'backend', group: 'reports', action: 'hold' }) as unknown,
            ],
          },
          pauses: [],
          notes: [],
        },
      ],
    });
  });

  it('shows window, groups with their reasons, pauses and the open operation, times in the zone with how long', async () => {
    const night = Temporal.Instant.from('2026-03-09T18:10:00Z').epochMilliseconds;
    const progress = {
      ratio: 0.64,
      tabletsRemaining: 1118,
      bytesRemaining: 1,
      estimatedEndAt: night + HOUR,
      text: '1,118 of 3,104 tablets left',
    };
    await inStore(async (store) => {
      await store.records.append(record({ at: night - 30_000 }));
      await store.journal.begin(operation({ createdAt: night - HOUR, startedAt: night - HOUR, progress }));
      await store.control.pause({
        cluster: 'analytics',
        direction: 'in',
        since: night - MINUTE,
        until: night + 2 * HOUR,
        reason: 'audit',
        by: 'ada',
      });
    });
    const { out } = await run(['status'], night);
    expect(out.split('\n').map((line) => line.trimEnd())).toEqual([
      'analytics   act   window night until Tue 06:00 (3 h 50 min left)   no daemon runs',
      expect.stringMatching(/^ {2}be\/default {2}6 {2}hold {2}mode-observe/) as unknown,
      expect.stringMatching(/^ {2}be\/reports {2}0 {2}hold {2}/) as unknown,
      '  evaluated Tue 02:09 (30 s ago)',
      '  scale-in paused until Tue 04:10 (in 2 h)   by ada: audit',
      'remove-backend 10.0.0.6:9050   Tue 01:10   64 %   1,118 of 3,104 tablets left   done about Tue 03:10',
      '  backend/default 6 -> 5: scale-in: queries',
      '  id     01M0000000000000000000000B',
      '',
    ]);
  });

  it('beside a daemon shows the failed check that keeps the cluster in observe, and a revision that differs', async () => {
    const daemon = await openStore(database, { lock: true });
    try {
      await daemon.records.append(record({ forcedObserve: 'privileges: cannot act', policyRevision: 'aaaa00000000' }));
      const { out } = await run(['status']);
      expect(out).not.toContain('no daemon runs');
      expect(out).toContain('  only observed until a check passes: privileges: cannot act\n');
      expect(out).toMatch(/ {2}decided by revision aaaa00000000; this file is revision [0-9a-f]{12}\n/);
    } finally {
      await daemon.close();
    }
    const { out } = await run(['status']);
    expect(out).not.toContain('only observed');
  });

  it('of one group shows that group alone', async () => {
    await inStore((store) => store.records.append(record()));
    const { clusters } = (await json(['status', '--group', 'reports'])) as {
      clusters: { nodes: unknown[]; lastDecision: { groups: { group: string }[] } }[];
    };
    expect(clusters[0]?.lastDecision.groups.map(({ group }) => group)).toEqual(['reports']);
    expect(clusters[0]?.nodes).toEqual([]);
    expect((await run(['status', '--group', 'reports'])).out).not.toContain('be/default');
  });

  it.each([
    [['--cluster', 'other'], 'there is no cluster named other', 'clusters: analytics'],
    [['--group', 'other'], 'there is no node group named other', 'groups: default, reports'],
  ])('of %j is refused', async (args, message, hint) => {
    expect(await run(['status', ...args])).toEqual({ out: '', err: `${message}\n  ${hint}\n`, exit: 2 });
    const { err } = await run(['status', ...args, '--json']);
    expect(JSON.parse(err)).toEqual({ error: { code: 'not-found', message, hint } });
  });
});

describe('explain', () => {
  it('prints the record as it is stored, every instant as RFC 3339', async () => {
    await inStore((store) => store.records.append(record({ operationId: 'OP1' })));
    const body = (await json(['explain'])) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual([
      ...['id', 'at', 'cluster', 'mode', 'forcedObserve', 'policyRevision', 'durationMs', 'observation'],
      ...['groups', 'steps', 'calendar', 'guards', 'judged', 'operationId'],
    ]);
    expect(body).toMatchObject({ at: '2026-03-10T02:00:00Z', operationId: 'OP1', forcedObserve: null });
    expect(body['observation']).toMatchObject({
      at: '2026-03-10T02:00:00Z',
      topology: { known: true, value: { at: '2026-03-10T02:00:00Z' } },
    });
    expect(body['guards']).toContainEqual({
      role: 'backend',
      group: 'default',
      code: 'mode-observe',
      direction: 'both',
      verdict: 'hold',
      detail: 'mode: observe decides and records only',
      until: null,
    });
  });

  it('--at takes the decision that was in force then', async () => {
    await inStore(async (store) => {
      await store.records.append(record({ id: 'R1', at: NOW - HOUR }));
      await store.records.append(record({ id: 'R2', at: NOW }));
    });
    const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toString();
    expect(await json(['explain', '--at', at(NOW - 1)])).toMatchObject({ id: 'R1' });
    expect(await json(['explain', '--at', at(NOW)])).toMatchObject({ id: 'R2' });
    expect(await json(['explain'])).toMatchObject({ id: 'R2' });
    const none = await run(['explain', '--at', at(NOW - DAY)]);
    expect(none).toEqual({
      out: '',
      err: 'no decision is recorded at or before 2026-03-09T02:00:00Z\n  doris-autoscaler plan shows what would be decided now\n',
      exit: 1,
    });
  });

  it('for people is the plan, then each step and every guard, and of one group that alone', async () => {
    await inStore((store) => store.records.append(record()));
    const { out } = await run(['explain', '--group', 'default']);
    expect(out).toMatch(/^analytics {3}Tue 10:00 Asia\/Shanghai {3}observe/);
    expect(out).toContain('be/default, step by step');
    expect(out).toContain('be/default, every guard');
    expect(out).not.toContain('be/reports');
  });
});

describe('plan in the past', () => {
  it('is the recorded decision, and exit 1 where there is none', async () => {
    await inStore((store) => store.records.append(record({ at: NOW - HOUR })));
    const body = await json(['plan', '--at', '2026-03-10T01:30:00Z']);
    expect(body).toMatchObject({
      at: '2026-03-10T01:30:00Z',
      clusters: [{ name: 'analytics', mode: 'observe', groups: [{ group: 'default' }, { group: 'reports' }] }],
    });
    const { clusters } = body as { clusters: { groups: object[] }[] };
    expect(Object.keys(clusters[0] ?? {})).toEqual(['name', 'mode', 'groups', 'steps', 'calendar']);
    expect(Object.keys(clusters[0]?.groups[0] ?? {})).toEqual([
      ...['group', 'role', 'current', 'raw', 'recommended', 'desired', 'action', 'reasons', 'chain', 'wouldChangeIf'],
    ]);
    const none = await run(['plan', '--at', '2026-03-09T00:00:00Z', '--json']);
    expect(none.exit).toBe(1);
    expect(JSON.parse(none.err)).toMatchObject({ error: { code: 'not-found' } });
  });
});

describe('operations', () => {
  it('that were never begun: says so', async () => {
    expect((await run(['operations'])).out).toBe('nothing was changed yet\n');
    expect(await json(['operations'])).toEqual({ operations: [] });
  });

  it('have a stable shape, newest first', async () => {
    const step = {
      key: '0.decommission',
      state: 'done',
      attempts: 1,
      startedAt: NOW,
      endedAt: NOW + 1000,
      detail: 'DECOMMISSION sent',
      data: { internal: true },
    } as const;
    await inStore(async (store) => {
      const done = operation({ id: 'OP1AAAAA', createdAt: NOW - HOUR, startedAt: NOW - HOUR });
      await store.journal.begin(done);
      await store.journal.update({ ...done, state: 'succeeded', endedAt: NOW, reason: 'gone' });
      await store.journal.begin(operation({ id: 'OP2AAAAA' }));
      await store.journal.writeStep('OP2AAAAA', step);
    });
    const { operations } = (await json(['operations'])) as { operations: Record<string, unknown>[] };
    expect(operations.map(({ id, state }) => [id, state])).toEqual([
      ['OP2AAAAA', 'running'],
      ['OP1AAAAA', 'succeeded'],
    ]);
    expect(operations[0]).toMatchObject({
      cluster: 'analytics',
      kind: 'remove-backend',
      startedAt: '2026-03-10T02:00:01Z',
      endedAt: null,
      progress: null,
      reason: '',
      steps: [
        {
          key: '0.decommission',
          state: 'done',
          attempts: 1,
          startedAt: '2026-03-10T02:00:00Z',
          endedAt: '2026-03-10T02:00:01Z',
          detail: 'DECOMMISSION sent',
        },
      ],
    });
    expect((await run(['operations'])).out).toContain('remove-backend 10.0.0.6:9050   Tue 09:00   succeeded after ');
  });
});

describe('pause and resume', () => {
  const paused = async (): Promise<unknown> =>
    ((await json(['status'])) as { clusters: { pauses: unknown[] }[] }).clusters[0]?.pauses;

  it('stop and go on, and exit 3 where nothing changes', async () => {
    expect(await run(['resume'])).toEqual({
      out: '',
      err: 'analytics is not paused\n  doris-autoscaler status shows what holds it\n',
      exit: 3,
    });
    const first = await run(['pause', '--reason', 'audit']);
    expect([first.exit, first.out]).toEqual([
      0,
      'analytics is paused until resumed. A running operation goes on.\n  to end it: doris-autoscaler resume --cluster analytics\n',
    ]);
    expect(await paused()).toEqual([
      {
        cluster: 'analytics',
        direction: 'both',
        since: '2026-03-10T02:00:00Z',
        until: null,
        reason: 'audit',
        by: 'ada',
      },
    ]);
    const again = await run(['pause', '--json']);
    expect([again.exit, again.out]).toEqual([3, '']);
    expect(JSON.parse(again.err)).toMatchObject({ error: { code: 'nothing-to-change' } });
    // One direction of what is paused for both.
    expect((await run(['pause', '--direction', 'in', '--for', '2h'])).exit).toBe(3);
    expect((await run(['resume'])).exit).toBe(0);
    expect(await paused()).toEqual([]);
    expect((await run(['resume', '--json'])).exit).toBe(3);
  });

  it('for a time ends by itself', async () => {
    expect(JSON.parse((await run(['pause', '--for', '2h', '--json'])).out)).toEqual({
      ok: true,
      cluster: 'analytics',
      direction: 'both',
      until: '2026-03-10T04:00:00Z',
    });
    expect((await run(['resume'], NOW + 2 * HOUR)).exit).toBe(3);
  });

  it('say whose pause they replace, and status says it too', async () => {
    await run(['pause', '--for', '1h', '--reason', 'audit']);
    const { out } = await run(['pause', '--for', '2h', '--reason', 'release'], NOW, { USER: 'bob' });
    expect(out).toBe(
      'analytics is paused for 2 h. A running operation goes on.\n  in place of the pause by ada until 2026-03-10T03:00:00Z: audit\n  to end it: doris-autoscaler resume --cluster analytics\n',
    );
    const line = '  paused until Tue 12:00 (in 2 h)   by bob: release (in place of that by ada until Tue 11:00: audit)';
    expect((await run(['status'])).out.split('\n')).toContain(line);
    expect(await paused()).toMatchObject([{ replaced: { by: 'ada', until: '2026-03-10T03:00:00Z' } }]);
    const shorter = await run(['pause', '--for', '30m']);
    expect([shorter.exit, shorter.err]).toEqual([
      3,
      'analytics is paused already by bob until 2026-03-10T04:00:00Z: release\n  to end it first: doris-autoscaler resume --cluster analytics\n',
    ]);
  });

  it('of one direction leave the other', async () => {
    await run(['pause']);
    await run(['resume', '--direction', 'out']);
    expect(await paused()).toMatchObject([{ direction: 'in' }]);
    expect((await run(['resume', '--direction', 'out'])).exit).toBe(3);
    expect((await run(['resume', '--direction', 'in'])).exit).toBe(0);
  });

  it('resume ends the rest of a group whose change a person undid, once', async () => {
    await inStore((store) =>
      facts(store.memory, 'analytics', { role: 'backend', group: 'default' }).setRestsUntil(NOW + DAY),
    );
    expect((await run(['resume', '--direction', 'out'])).exit).toBe(3);
    expect((await run(['resume'], NOW + 2 * DAY)).exit).toBe(3);
    expect((await run(['resume'])).exit).toBe(0);
    expect((await run(['resume'])).exit).toBe(3);
  });

  it('need exactly one cluster', async () => {
    writeFileSync(config, policyText(['analytics', 'other']));
    for (const command of ['pause', 'resume']) {
      const ran = await run([command]);
      expect([ran.exit, ran.err]).toEqual([
        2,
        'this changes one cluster, and the policy has several\n  add --cluster and one of: analytics, other\n',
      ]);
    }
    expect((await run(['pause', '--cluster', 'other'])).exit).toBe(0);
    const { clusters } = (await json(['status'])) as { clusters: { name: string; pauses: unknown[] }[] };
    expect(clusters.map(({ name, pauses }) => [name, pauses.length])).toEqual([
      ['analytics', 0],
      ['other', 1],
    ]);
  });
});

describe('cancel', () => {
  const ID = '01M0000000000000000000000B';

  it('asks for the undoing of an open operation by its id or its first characters, once', async () => {
    await inStore((store) => store.journal.begin(operation()));
    const asked = await run(['cancel', '01m00000', '--reason', 'wrong node', '--json']);
    expect([asked.exit, JSON.parse(asked.out)]).toEqual([
      0,
      { ok: true, id: ID, cluster: 'analytics', kind: 'remove-backend', rejected: false },
    ]);
    const { operations } = (await json(['operations'])) as { operations: { cancelRequested: unknown }[] };
    expect(operations[0]?.cancelRequested).toEqual({ at: '2026-03-10T02:00:00Z', by: 'ada', reason: 'wrong node' });
    expect(await run(['cancel', ID])).toEqual({
      out: '',
      err: `remove-backend ${ID} is to be undone already\n  doris-autoscaler operations\n`,
      exit: 3,
    });
  });

  it('of what has ended, or never was, changes nothing', async () => {
    await inStore(async (store) => {
      await store.journal.begin(operation());
      await store.journal.update(operation({ state: 'succeeded', endedAt: NOW, reason: 'the row is gone' }));
    });
    expect(await run(['cancel', ID])).toMatchObject({
      err: `remove-backend ${ID} is succeeded already: the row is gone\n  doris-autoscaler operations\n`,
      exit: 3,
    });
    expect(await run(['cancel', '01ZZZZZZ'])).toMatchObject({
      err: 'no open operation is named 01ZZZZZZ\n  doris-autoscaler operations\n',
      exit: 3,
    });
  });

  it('of an id that two clusters share the beginning of is refused', async () => {
    writeFileSync(config, policyText(['analytics', 'other']));
    await inStore(async (store) => {
      await store.journal.begin(operation({ id: `${ID}1` }));
      await store.journal.begin(operation({ id: `${ID}2`, cluster: 'other' }));
    });
    expect((await run(['cancel', ID])).exit).toBe(3);
    expect((await run(['cancel', `${ID}2`])).exit).toBe(0);
  });
});

describe('approve', () => {
  const ID = '01M0000000000000000000000A';
  const until = NOW + 10 * HOUR;
  const approval = { planHash: '5f1c'.padEnd(64, '0'), expiresAt: until, given: undefined };
  const proposal = operation({ id: ID, state: 'proposed', createdAt: NOW - HOUR, startedAt: undefined, approval });

  it('says yes to a proposal by its id or its first characters, once', async () => {
    await inStore((store) => store.journal.begin(proposal));
    const { out, exit } = await run(['approve', '01m00000', '--reason', 'seen by the DBA', '--json']);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ok: true,
      id: ID,
      cluster: 'analytics',
      kind: 'remove-backend',
      planHash: approval.planHash,
      expiresAt: '2026-03-10T12:00:00Z',
    });
    const { operations } = (await json(['operations'])) as { operations: { approval: unknown }[] };
    expect(operations[0]?.approval).toEqual({
      planHash: approval.planHash,
      expiresAt: '2026-03-10T12:00:00Z',
      given: { at: '2026-03-10T02:00:00Z', by: 'ada', reason: 'seen by the DBA' },
    });
    expect(await run(['approve', ID])).toMatchObject({
      err: `remove-backend ${ID} was approved by ada already\n  doris-autoscaler operations\n`,
      exit: 3,
    });
  });

  it('says for people until when it may begin, and how to take it back', async () => {
    await inStore((store) => store.journal.begin(proposal));
    expect((await run(['approve', ID])).out).toBe(
      `remove-backend ${ID} of analytics is approved: it begins once nothing holds it, until 2026-03-10T12:00:00Z.\n  to take it back: doris-autoscaler cancel ${ID}\n`,
    );
  });

  it.each([
    ['what never was', undefined, 'no open operation is named 01M0000000000000000000000A'],
    ['what runs', { ...proposal, state: 'running' as const }, `remove-backend ${ID} is running and needs no yes`],
    [
      'what is out of time',
      { ...proposal, approval: { ...approval, expiresAt: NOW } },
      `remove-backend ${ID} is out of time: it is asked for anew if it is still wanted`,
    ],
    [
      'what has ended',
      { ...proposal, state: 'cancelled' as const, endedAt: NOW, reason: 'approval-expired: nobody answered' },
      `remove-backend ${ID} is cancelled already: approval-expired: nobody answered`,
    ],
  ])('exit 3 for %s', async (_case, stored, message) => {
    await inStore(async (store) => {
      if (stored === undefined) return;
      await store.journal.begin({ ...stored, state: 'proposed', endedAt: undefined });
      await store.journal.update(stored);
    });
    const { err, exit } = await run(['approve', ID, '--json']);
    expect(exit).toBe(3);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'nothing-to-change', message } });
  });

  it('exit 2 for an id that is too short', async () => {
    for (const command of ['approve', 'cancel']) {
      expect(await run([command, '01M'])).toEqual({
        out: '',
        err: '01M is too short for an id\n  doris-autoscaler operations shows each id\n',
        exit: 2,
      });
    }
  });

  it('not for what was rejected; cancel rejects, and says when it is asked for again', async () => {
    await inStore((store) => store.journal.begin(proposal));
    const { out, exit } = await run(['cancel', ID, '--reason', 'a release tonight']);
    expect(exit).toBe(0);
    expect(out).toBe(
      `remove-backend ${ID} of analytics is rejected and not asked for again for 24 h.\n  to be asked again sooner: doris-autoscaler resume --cluster analytics\n`,
    );
    expect(await run(['approve', ID])).toMatchObject({
      err: expect.stringContaining('was rejected by ada: a release tonight') as string,
      exit: 3,
    });
  });

  it('status and operations show what waits for a yes, and what to type', async () => {
    await inStore(async (store) => {
      await store.records.append(record());
      await store.journal.begin(proposal);
    });
    const lines = [
      `  yes    doris-autoscaler approve ${ID}   until Tue 20:00 (in 10 h)`,
      `  no     doris-autoscaler cancel ${ID}`,
    ];
    for (const command of ['status', 'operations']) expect((await run([command])).out).toContain(lines.join('\n'));
    await run(['approve', ID, '--reason', 'fine']);
    expect((await run(['operations'])).out).toContain(
      '  yes    ada Tue 10:00: fine; begins once nothing holds it, until Tue 20:00 (in 10 h)\n',
    );
  });

  it('resume right after a no is no lost order, though no daemon has seen the no yet', async () => {
    await inStore((store) => store.journal.begin(proposal));
    await run(['cancel', ID]);
    expect((await run(['resume', '--direction', 'out'])).exit).toBe(3);
    expect((await run(['resume'])).exit).toBe(0);
    await inStore(async ({ journal, memory }) => {
      const [said] = await journal.list({ cluster: 'analytics', limit: 1 });
      if (said === undefined) throw new Error('nothing was asked');
      const refused = { ...said, state: 'cancelled' as const, endedAt: NOW + MINUTE };
      expect(await rejections(memory, 'analytics', [refused], NOW + HOUR)).toEqual([]);
    });
  });

  it('resume ends the rest of what was rejected, once, and only of its direction', async () => {
    await inStore(async (store) => {
      await store.journal.begin(proposal);
      const cancelRequested = { at: NOW - HOUR, by: 'ada', reason: 'no' };
      await store.journal.update({ ...proposal, state: 'cancelled', endedAt: NOW - HOUR, cancelRequested });
    });
    expect((await run(['resume', '--direction', 'out'])).exit).toBe(3);
    expect((await run(['resume', '--direction', 'in'])).exit).toBe(0);
    expect((await run(['resume'])).exit).toBe(3);
  });
});

describe('a store that cannot be opened', () => {
  it('is said with its code and exit 1', async () => {
    writeFileSync(config, policyText(['analytics']).replace(database, join(config, 'below-a-file.db')));
    const ran = await run(['status', '--json']);
    expect([ran.exit, ran.out]).toEqual([1, '']);
    expect(JSON.parse(ran.err)).toMatchObject({ error: { code: 'store-unavailable' } });
  });
});

describe('a shell without the secrets of the daemon', () => {
  beforeEach(() => {
    const secret = '    user: autoscaler\n    password: { env: DORIS_PASSWORD }\n';
    writeFileSync(config, policyText(['analytics']).replace('    user: autoscaler\n', secret));
  });

  it.each([
    ['status', 0],
    ['operations', 0],
    ['windows', 0],
    ['pause --for 2h', 0],
    ['resume', 3],
    ['cancel 01M0000000000000000000000A', 3],
    ['explain', 1],
    ['plan --at 2026-03-01T00:00:00Z', 1],
  ])('%s needs none of them: exit %d', async (command, expected) => {
    const { exit, err } = await run(command.split(' '));
    expect({ exit, err }).toMatchObject({
      exit: expected,
      err: expect.not.stringContaining('DORIS_PASSWORD') as string,
    });
  });

  it.each(['validate', 'plan', 'doctor'])('%s names the one that is missing: exit 2', async (command) => {
    const { exit, out, err } = await run([command]);
    expect(exit).toBe(2);
    expect(`${out}${err}`).toContain('the environment variable DORIS_PASSWORD is not set');
  });
});
