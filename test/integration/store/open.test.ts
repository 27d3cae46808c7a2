import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/store/store.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  path = join(folder, 'autoscaler.db');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function inStore<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function versionOf(): string {
  const row = inStore((database) => database.prepare(`SELECT value FROM meta WHERE name = 'version'`).get());
  return String(row?.['value']);
}

describe('opening a store', () => {
  it('makes the folder and the tables, once', async () => {
    path = join(folder, 'a', 'b', 'autoscaler.db');
    for (let round = 0; round < 2; round += 1) {
      const store = await openStore(path, { lock: true });
      expect(await store.check()).toBe(true);
      await store.close();
    }
    expect(versionOf()).toEqual(expect.stringMatching(/^[1-9]\d*$/));
  });

  it('writes ahead, so that readers and the writer do not wait for each other', async () => {
    await (await openStore(path, { lock: false })).close();
    expect(inStore((database) => database.prepare('PRAGMA journal_mode').get())).toEqual({ journal_mode: 'wal' });
  });

  it('in memory each is its own, with its own lock, and no file is left', async () => {
    const stores = [await openStore(':memory:', { lock: true }), await openStore(':memory:', { lock: true })];
    expect(stores.map(({ lease }) => lease.holds('analytics'))).toEqual([true, true]);
    expect(readdirSync('.').filter((name) => name.startsWith(':memory:'))).toEqual([]);
    for (const store of stores) await store.close();
  });

  it('several processes may make one new store at the same time', async () => {
    const script = `
      const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/store/store.ts'))});
      const store = await openStore(${JSON.stringify(path)}, { lock: false });
      await store.memory.setFact('analytics', 'pid', String(process.pid));
      await store.close();`;
    const codes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
        const [code] = (await once(child, 'exit')) as [number | null];
        return code;
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
  });

  it('refuses a store of a newer version and leaves it alone', async () => {
    await (await openStore(path, { lock: true })).close();
    const version = versionOf();
    inStore((database) => database.exec(`UPDATE meta SET value = '99' WHERE name = 'version'`));
    await expect(openStore(path, { lock: true })).rejects.toMatchObject({ code: 'store-newer' });
    inStore((database) => database.prepare(`UPDATE meta SET value = ? WHERE name = 'version'`).run(version));
    await (await openStore(path, { lock: true })).close();
  });

  it('refuses what is no store, and keeps no lock on it', async () => {
    await writeFile(
      path,
      'this is a text, and a long one, that is surely not a database of any kind, version or size'.repeat(20),
    );
    await expect(openStore(path, { lock: true })).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await readFile(path, 'utf8')).toContain('this is a text');
    await rm(path);
    await (await openStore(path, { lock: true })).close();
  });

  it.each([true, false])('refuses a path that is a folder, with a hint (lock: %s)', async (lock) => {
    await mkdir(path);
    await expect(openStore(path, { lock })).rejects.toMatchObject({
      code: 'store-unavailable',
      hint: expect.any(String) as unknown,
    });
  });

  it('a folder that cannot be made is said as such', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openStore(join(folder, 'file', 'autoscaler.db'), { lock: true })).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });

  it('a store whose tables cannot be written says so, and its writes are coded errors', async () => {
    const store = await openStore(path, { lock: true });
    inStore((database) => database.exec('DROP TABLE meta; DROP TABLE facts'));
    expect(await store.check()).toBe(false);
    await expect(store.memory.setFact('analytics', 'a', 'b')).rejects.toMatchObject({ code: 'store-unavailable' });
    await store.close();
  });
});
