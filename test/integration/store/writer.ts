import { setTimeout } from 'node:timers/promises';
import { openStore } from '../../../src/store/store.ts';
import { operation, record, step } from '../../contract/store/make.ts';

/** Writes for ever, with short breaks, and says after each write that the store acknowledged which one it was. */
const [, , path = ''] = process.argv;
const store = await openStore(path, { lock: true });
await store.journal.begin(operation());
process.stdout.write('begun\n');
for (let index = 0; ; index += 1) {
  const key = String(index).padStart(6, '0');
  await store.journal.writeStep(operation().id, step(key, { attempts: index }));
  process.stdout.write(`step ${key}\n`);
  await store.records.append(record(key, index));
  process.stdout.write(`record ${key}\n`);
  await setTimeout(1);
}
