import { afterEach, describe, expect, it } from 'vitest';
import { command } from '../support/daemon-process.ts';
import { OPEN, QUERIES, setStage, type ShownOperation, type Stage, type StageParts } from '../support/stage.ts';

const asking =
  (mode: string, more = '') =>
  ({ endpoints, prometheusUrl }: StageParts): string =>
    `  - name: analytics
    mode: ${mode}
    endpoints: ${endpoints}
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${prometheusUrl}" }
    windows: ${OPEN}${more}
    backends: [{ min: 3, max: 6, signals: [${QUERIES}] }]
`;

describe('mode approve as a process, a cluster on the wire and a real Prometheus', () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.end();
  });

  const set = async (): Promise<Stage> => {
    stage = await setStage({
      simulator: { backends: 4 },
      history: () => 160,
      load: 150,
      clusters: asking('approve'),
    });
    return stage;
  };
  const proposalOf = async ({ operations }: Stage): Promise<ShownOperation | undefined> =>
    (await operations()).find(({ state }) => state === 'proposed');
  const typed = async ({ config }: Stage, ...args: readonly string[]) =>
    await command([...args, '--config', config], { USER: 'ada' });
  const succeeds = async (set: Stage, running: ReturnType<Stage['run']>, id: string): Promise<void> => {
    await set.until('the row is gone', running, () => set.backends() === 3);
    await set.until('it succeeded', running, async () =>
      (await set.operations()).some((each) => each.id === id && each.state === 'succeeded'),
    );
  };

  it('begins after the command was typed while the daemon runs, and not before', async () => {
    const it = await set();
    const running = it.run();
    const { id } = await it.until('it is asked for', running, () => proposalOf(it));
    expect(running.log()).toContain('approval-needed');
    expect(it.changes()).toEqual([]);
    expect((await typed(it, 'approve', id, '--reason', 'seen')).exitCode).toBe(0);
    await succeeds(it, running, id);
    expect((await typed(it, 'approve', id)).exitCode).toBe(3);
    expect(await running.stop()).toBe(0);
  });

  it('begins after a yes by HTTP, and a repeated call gets the same answer', async () => {
    const it = await set();
    const running = it.run();
    const { id } = await it.until('it is asked for', running, () => proposalOf(it));
    const address = String(/"address":"([^"]+)"/.exec(running.log())?.[1]);
    const post = async () =>
      await fetch(`${address}/api/v1/operations/${id}/approve`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'one' },
        body: JSON.stringify({ reason: 'seen' }),
      });
    const first = await post();
    const again = await post();
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(await again.json()).toEqual(await first.json());
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await succeeds(it, running, id);
  });

  it('begins after a yes that was given while no daemon ran, and a kill -9 forgets no proposal', async () => {
    const it = await set();
    const first = it.run();
    const { id } = await it.until('it is asked for', first, () => proposalOf(it));
    await first.kill();
    expect((await typed(it, 'approve', id)).exitCode).toBe(0);
    expect(it.changes()).toEqual([]);
    const second = it.run();
    await succeeds(it, second, id);
  });

  it('is void after an edit of the policy that makes it another plan, and asks anew', async () => {
    const it = await set();
    const running = it.run();
    const { id } = await it.until('it is asked for', running, () => proposalOf(it));
    await it.rewrite(asking('approve', '\n    operations: { onStall: cancel }'));
    const ended = await it.until('it is void', running, async () =>
      (await it.operations()).find((each) => each.id === id && each.state === 'cancelled'),
    );
    expect(ended.reason).toBe('approval-expired: the policy says now that it is carried out in another way');
    expect((await typed(it, 'approve', id)).exitCode).toBe(3);
    const next = await it.until('it is asked for anew', running, () => proposalOf(it));
    expect(next.id).not.toBe(id);
    expect(it.changes()).toEqual([]);
  });
});
