import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/store/errors.ts';
import { openStore } from '../../../src/store/store.ts';
import { startWriter } from './process.ts';
import type { Writer } from './process.ts';

let folder: string;
let path: string;
let writer: Writer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  path = join(folder, 'autoscaler.db');
  writer = startWriter(path);
});

afterEach(async () => {
  await writer.kill();
  await rm(folder, { recursive: true });
});

describe('a daemon that is killed while it writes', () => {
  it.each([1, 2, 3, 40, 301])('after %i writes at least: every acknowledged one is there', async (count) => {
    await writer.acknowledged(count);
    await writer.kill();
    const store = await openStore(path, { lock: true });
    const open = await store.journal.open('analytics');
    const steps = open?.steps.map((step) => step.key) ?? [];
    const records = (await store.records.list({ cluster: 'analytics', limit: 100_000 }))
      .map(({ id }) => id)
      .toReversed();
    await store.close();

    const said = (kind: string) =>
      writer.lines.filter((line) => line.startsWith(kind)).map((line) => line.slice(kind.length + 1));
    expect(open?.state).toBe('pending');
    // What is there beyond the acknowledged is the one write that was under way.
    expect(steps.slice(0, said('step').length)).toEqual(said('step'));
    expect(steps.length - said('step').length).toBeLessThanOrEqual(1);
    expect(records.slice(0, said('record').length)).toEqual(said('record'));
    expect(records.length - said('record').length).toBeLessThanOrEqual(1);
  });
});

describe('a store that a daemon of another process has open', () => {
  beforeEach(async () => {
    await writer.acknowledged(3);
  });

  it('refuses a second daemon, until the first is gone, even by kill -9', async () => {
    const refused = await openStore(path, { lock: true }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreError);
    expect(refused).toMatchObject({ code: 'store-locked', message: expect.stringContaining(path) as unknown });
    await writer.kill();
    const store = await openStore(path, { lock: true });
    expect(store.lease.holds('analytics')).toBe(true);
    await store.close();
  });

  it('is read and written by commands beside it', async () => {
    const store = await openStore(path, { lock: false });
    const before = writer.lines.length;
    expect(store.lease.holds('analytics')).toBe(false);
    expect(await store.locked()).toBe(true);
    const open = await store.journal.open('analytics');
    expect(open?.steps.length).toBeGreaterThan(0);
    for (let index = 0; index < 20; index += 1) {
      const pause = {
        cluster: 'analytics',
        direction: 'in',
        since: index,
        until: undefined,
        reason: 'r',
        by: 'ann',
      } as const;
      await store.control.pause(pause);
      expect(await store.control.pauses('analytics', index)).toEqual([pause]);
    }
    expect(await store.control.requestCancel(open?.id ?? '', { at: 1, by: 'ann', reason: 'r' })).toBe(true);
    await writer.acknowledged(before + 10);
    await writer.kill();
    expect(await store.locked()).toBe(false);
    await store.close();
  });
});
