import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../src/store/store.ts';
import { storeContract } from './store-contract.ts';

storeContract('the SQLite store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'store-'));
  const path = join(folder, 'data', 'autoscaler.db');
  let store = await openStore(path, { lock: true });
  return {
    store: () => store,
    async reopen() {
      await store.close();
      store = await openStore(path, { lock: true });
    },
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
