import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { runOperation } from '../../../src/controller/run-operation.ts';
import type { ClusterWriter } from '../../../src/domain/ports/cluster-writer.ts';
import { openStore } from '../../../src/store/store.ts';
import { testOperation } from '../../unit/operation/support/carry-out.ts';
import { testPolicy } from '../../unit/operation/support/policy.ts';
import { world } from '../../unit/operation/support/world.ts';

/**
 * A daemon's removal of a backend over a real store whose disk may be full. Each line on stdout: `sent KIND INTENTS` with the
 * intents that another reader of the disk finds at that moment, `broke off` when the journal could not be written, `ended STATE`.
 */
const [, , path = ''] = process.argv;
const store = await openStore(path, { lock: true });
const reader = new DatabaseSync(path, { readOnly: true });
const cluster = world({ backends: 6, observers: 0, tablets: 200 });
const operation = testOperation(cluster, 'remove-backend', { nodes: ['10.0.0.5:9050'], count: 0 });
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function intentsOnDisk(): string {
  const rows = reader.prepare('SELECT body FROM steps').all() as unknown as readonly { readonly body: string }[];
  return rows
    .map(({ body }) => JSON.parse(body) as { readonly key: string; readonly state: string })
    .filter(({ state }) => state === 'intent')
    .map(({ key }) => key)
    .join(',');
}

const writer: ClusterWriter = {
  async apply(change, options) {
    say(`sent ${change.kind} ${intentsOnDisk()}`);
    return await cluster.writer.apply(change, options);
  },
};

await store.journal.begin(operation);
say('begun');
for (;;) {
  const open = await store.journal.find(operation.id);
  if (open === undefined) throw new Error('it was begun');
  try {
    const ended = await runOperation({
      operation: open,
      policy: () => testPolicy(),
      ports: {
        clock: cluster.clock,
        journal: store.journal,
        reader: cluster.reader,
        writer,
        provisioner: cluster.provisioner,
        probe: cluster.probe,
        lease: store.lease,
        notifier: { notify: () => undefined },
        log: { debug() {}, info() {}, warn() {}, error() {} },
      },
      needAgain: () => undefined,
      onChange: () => undefined,
      signal: new AbortController().signal,
    });
    say(`ended ${ended.state}`);
    break;
  } catch (error) {
    say(
      `broke off: ${error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error)}`,
    );
    await setTimeout(50);
  }
}
reader.close();
await store.close();
