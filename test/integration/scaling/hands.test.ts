import mysql from 'mysql2/promise';
import { afterEach, describe, expect, it } from 'vitest';
import { rehearse, type Rehearsed } from '../../support/rehearse.ts';

const HOUR_MS = 3_600_000;
const COOLDOWN_MS = 1_200_000;

const CLUSTER = `    mode: act
    windows: { timezone: UTC, always: true }
    backends:
      - group: default
        min: 3
        max: 8
        provisioner: spares
        signals: [{ signal: be_cpu, target: 60% }]
        minHold: 0s
        cooldown: { in: 20m, out: 1m }
        stabilize: { in: 1m }
`;

describe('hands of people', () => {
  let rehearsed: Rehearsed | undefined;
  afterEach(async () => {
    await rehearsed?.stop();
  });

  /** Five backends of which three would do. */
  const start = async (cluster = CLUSTER): Promise<Rehearsed> => {
    rehearsed = await rehearse({
      startAt: '2026-11-10T01:00:00Z',
      simulator: { backends: 5, spareBackends: 1, spareBackendsRunning: true, load: () => 1.2 },
      cluster,
    });
    return rehearsed;
  };

  /** Somebody else at the prompt of an FE. */
  const byHand = async ({ rehearsal }: Rehearsed, sql: string): Promise<void> => {
    const [frontend] = rehearsal.simulator.description.frontends;
    const connection = await mysql.createConnection({
      host: String(frontend?.host),
      port: Number(frontend?.mysqlPort),
      user: 'root',
      flags: ['-CONNECT_ATTRS'],
    });
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  };

  const backend = ({ rehearsal }: Rehearsed, index: number): string => {
    const each = rehearsal.simulator.description.backends[index];
    return `${String(each?.host)}:${String(each?.heartbeatPort)}`;
  };

  it('a decommission that someone else started is left alone and reported', async () => {
    const stage = await start(
      CLUSTER.replace('in: 20m', 'in: 1m').replace(
        'always: true',
        'allow: [{ name: later, days: [mon-sun], start: "01:10", end: "06:00" }]',
      ),
    );
    await byHand(stage, `ALTER SYSTEM DECOMMISSION BACKEND "${backend(stage, 0)}"`);
    await byHand(stage, 'ADMIN SET FRONTEND CONFIG ("drop_backend_after_decommission" = "false")');
    const mine = stage.changes().length;
    await stage.reach('2026-11-10T01:15:00Z');
    const held = await stage.until('a decision that names it', async () => {
      const group = await stage.group();
      return group?.reasons.includes('foreign-operation') === true ? group : undefined;
    });
    expect(held.action).toBe('hold');
    expect(held.guards.find(({ code }) => code === 'foreign-operation')?.detail).toContain(backend(stage, 0));
    await stage.reach('2026-11-10T01:30:00Z');
    expect(stage.changes().slice(mine)).toEqual([]);
    expect(await stage.operations()).toEqual([]);
  });

  it('a backend that somebody added starts cooldown: nothing is removed before its end', async () => {
    const stage = await start(
      CLUSTER.replace('always: true', 'allow: [{ name: later, days: [mon-sun], start: "01:10", end: "24:00" }]'),
    );
    await stage.until('a first decision', async () => await stage.decision());
    await byHand(
      stage,
      `ALTER SYSTEM ADD BACKEND "${String(stage.rehearsal.simulator.description.hosts.backends[0])}"`,
    );
    const addedMs = stage.rehearsal.clock.now();
    const held = await stage.until('a hold for cooldown', async () => {
      const group = await stage.group();
      return group?.reasons.includes('cooldown') === true ? group : undefined;
    });
    expect(held).toMatchObject({ action: 'hold', current: 6 });
    const sent = await stage.until('the first removal', () =>
      stage.changes().find(({ text }) => text.startsWith('ALTER SYSTEM DECOMMISSION')),
    );
    expect(sent.atMs - addedMs).toBeGreaterThanOrEqual(COOLDOWN_MS - 60_000);
  });

  it('a drain of ours that somebody cancelled ends as cancelled, and scale-in rests for a day or until resumed', async () => {
    const stage = await start();
    const sent = await stage.until('a drain of ours', () =>
      stage.changes().find(({ text }) => text.startsWith('ALTER SYSTEM DECOMMISSION')),
    );
    const victim = /"([^"]+)"/.exec(sent.text)?.[1] ?? '';
    await byHand(stage, `CANCEL DECOMMISSION BACKEND "${victim}"`);
    const ended = await stage.until('the operation ended', async () => {
      const [operation] = await stage.operations();
      return operation?.endedAt === undefined ? undefined : operation;
    });
    expect(ended).toMatchObject({ state: 'cancelled', kind: 'remove-backend' });
    expect(ended.reason).toContain(victim);
    const held = await stage.until('a hold that says so', async () => {
      const group = await stage.group();
      return group?.reasons.includes('backoff') === true ? group : undefined;
    });
    expect(held.action).toBe('hold');
    const until = held.guards.find(({ code }) => code === 'backoff')?.until ?? 0;
    expect(until).toBeGreaterThan((ended.endedAt ?? 0) + 23 * HOUR_MS);
    const row = stage.rehearsal.simulator.cluster.backends().filter(({ registered }) => registered);
    expect(row).toHaveLength(5);
    const left = stage.changes().filter(({ text }) => text.includes('"disable_load"'));
    expect(left.at(-1)?.text).toContain('"false"');
  });
});
