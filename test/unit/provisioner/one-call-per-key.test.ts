import { describe, expect, it } from 'vitest';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import { oneCallPerKey } from '../../../src/provisioner/one-call-per-key.ts';
import type { CallsUnderWay } from '../../../src/provisioner/one-call-per-key.ts';

const on = (key: string) =>
  ({ role: 'backend', cluster: 'analytics', clusterId: '4711', key, host: '10.0.0.1' }) as const;
const HELD = { code: 'provisioner-try-again', message: expect.stringContaining('nothing was done') as string };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Two loops of one process, before and after a reload, and what they asked a program for that answers when it is told to. */
function twoLoops(waitMs = 10_000) {
  const asked: string[] = [];
  const open: { readonly end: () => void; readonly fail: () => void }[] = [];
  const ask = async (verb: string, key: string): Promise<void> => {
    asked.push(`${verb} ${key}`);
    await new Promise<void>((resolve, reject) => {
      open.push({
        end: resolve,
        fail: () => {
          reject(new Error('out of space'));
        },
      });
    });
  };
  const program: Provisioner = {
    name: 'spares',
    list: async () => ({ provisioner: 'spares', hosts: [] }),
    acquire: async ({ key }) => {
      await ask('acquire', key);
      return { host: '10.0.0.1', address: '10.0.0.1:9050' };
    },
    reset: ({ key }) => ask('reset', key),
    start: ({ key }) => ask('start', key),
    stop: ({ key }) => ask('stop', key),
    release: ({ key }) => ask('release', key),
  };
  const underWay: CallsUnderWay = new Map();
  const one = () => oneCallPerKey(program, { underWay, waitMs });
  return { asked, open, underWay, old: one(), fresh: one() };
}

describe('calls of a provisioner by key', () => {
  it('the same question while it is under way is not asked twice, and has the same answer', async () => {
    const { asked, open, old, fresh } = twoLoops();
    const first = old.acquire({ ...on('op.0'), registered: [] });
    const again = fresh.acquire({ ...on('op.0'), registered: [] });
    await turn();
    open[0]?.end();
    expect(await again).toEqual(await first);
    expect(asked).toEqual(['acquire op.0']);
  });

  it('the same question fails as the one under way fails', async () => {
    const { open, old, fresh } = twoLoops();
    const both = Promise.allSettled([old.reset(on('op.0')), fresh.reset(on('op.0'))]);
    open[0]?.fail();
    expect(await both).toMatchObject([
      { reason: { message: 'out of space' } },
      { reason: { message: 'out of space' } },
    ]);
  });

  it.each([
    ['start', (p: Provisioner) => p.start({ ...on('op.0'), helper: undefined, httpPort: undefined })],
    ['stop', (p: Provisioner) => p.stop(on('op.0'))],
    ['release', (p: Provisioner) => p.release(on('op.0'))],
    ['reset of another host', (p: Provisioner) => p.reset({ ...on('op.0'), host: '10.0.0.2' })],
    ['acquire', (p: Provisioner) => p.acquire({ ...on('op.0'), registered: [] })],
  ] as const)(
    '%s waits for the reset under way, and is left to be asked for after another look',
    async (_verb, ask) => {
      const { asked, open, old, fresh } = twoLoops();
      const first = old.reset(on('op.0'));
      let answered = false;
      const next = ask(fresh).finally(() => {
        answered = true;
      });
      const held = expect(next).rejects.toMatchObject(HELD);
      await turn();
      expect(answered).toBe(false);
      open[0]?.end();
      await Promise.all([first, held]);
      expect(asked).toEqual(['reset op.0']);
    },
  );

  it('waits no longer than a call of its own may take, and the one under way stays the only one', async () => {
    const { asked, open, old, fresh } = twoLoops(20);
    const first = old.reset(on('op.0'));
    await expect(fresh.reset(on('op.0'))).rejects.toMatchObject(HELD);
    await expect(fresh.start({ ...on('op.0'), helper: undefined, httpPort: undefined })).rejects.toMatchObject(HELD);
    open[0]?.end();
    await first;
    expect(asked).toEqual(['reset op.0']);
  });

  it.each(['end', 'fail'] as const)(
    'is asked for anew once the one before did %s, and nothing is kept of it',
    async (how) => {
      const { asked, open, old, fresh, underWay } = twoLoops();
      const first = old.reset(on('op.0')).catch(() => undefined);
      open[0]?.[how]();
      await first;
      expect([...underWay]).toEqual([]);
      const next = fresh.reset(on('op.0'));
      open[1]?.end();
      await next;
      expect(asked).toEqual(['reset op.0', 'reset op.0']);
    },
  );

  it('those of other keys, and the list, are not held up', async () => {
    const { asked, open, old, fresh } = twoLoops();
    const both = Promise.all([old.reset(on('op.0')), fresh.reset(on('op.1'))]);
    expect(await fresh.list()).toMatchObject({ provisioner: 'spares' });
    expect(asked).toEqual(['reset op.0', 'reset op.1']);
    for (const { end } of open) end();
    await both;
  });
});
