import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/domain/operation.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { late } from './support/interrupted.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { DROP_FLAG, world } from './support/world.ts';
import type { World } from './support/world.ts';

const HDD = 'schedule_slot_num_per_hdd_path';
const SSD = 'schedule_slot_num_per_ssd_path';

function removal(w: World): Operation {
  return testOperation(w, 'remove-backend', { nodes: ['10.0.0.5:9050'] });
}

/** From the first statement that puts a value back on, the FE shows for a while what it showed before. */
function showsLate(w: World, forMs: number): World {
  const isBack = (key: string, value: string): boolean =>
    (key === HDD && value === '4') || (key === SSD && value === '8');
  let until = 0;
  let shown: Readonly<Record<string, string>> = {};
  return {
    ...w,
    writer: {
      async apply(change, order) {
        if (until === 0 && change.kind === 'set-config' && isBack(change.key, change.value)) {
          shown = { ...w.configs };
          until = w.clock.now() + forMs;
        }
        return await w.writer.apply(change, order);
      },
    },
    reader: {
      ...w.reader,
      async configs(keys) {
        const found = await w.reader.configs(keys);
        return w.clock.now() < until ? { ...found, [HDD]: shown[HDD] ?? '', [SSD]: shown[SSD] ?? '' } : found;
      },
    },
  };
}

describe('FE settings that are put back', { timeout: 60_000 }, () => {
  it('are each asked for once in 10 s, also where the FE shows none of several yet', async () => {
    const w = world();
    const { operation } = await carryOut(showsLate(w, 5000), removal(w));
    expect(operation.state).toBe('succeeded');
    const speeds = statements(w).filter((text) => text.startsWith('schedule_'));
    expect(speeds).toEqual([`${HDD} = 8`, `${SSD} = 16`, `${HDD} = 4`, `${SSD} = 8`]);
  });

  it('are not thought to be back while a statement whose reply was lost may still set one', async () => {
    const w = world();
    const journal = memoryJournal();
    const { world: slow, settle } = late(w, 'set-config', 14_000);
    const { operation } = await carryOut(slow, removal(w), {
      journal,
      onChange: when('all.settings', 'intent', () => {
        journal.requestCancel('not now', w.clock.now());
      }),
    });
    settle();
    expect(operation.state).toBe('cancelled');
    expect(w.configs).toMatchObject({ [HDD]: '4', [SSD]: '8' });
  });

  it('stay as someone else set them, also with the next master, where they outlive the one before', async () => {
    const w = world({ tablets: 200 });
    w.knobs.tabletsPerSecond = 1;
    const start = w.clock.now();
    const changes = when('0.drain', 'intent', () => {
      w.configs[HDD] = '12';
    });
    const { operation } = await carryOut(w, removal(w), {
      onChange(each) {
        changes(each);
        if (w.frontends()[0]?.isMaster !== true || w.clock.now() < start + 60_000) return;
        const kept = { ...w.configs };
        w.failover();
        Object.assign(w.configs, kept);
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(w.frontends()[0]?.isMaster).toBe(false);
    expect(statements(w).filter((text) => text.startsWith(HDD))).toEqual([`${HDD} = 8`]);
    expect(w.configs).toMatchObject({ [HDD]: '12', [SSD]: '8' });
  });

  it('are so for the drop flag, found as false, before the host is seen to: others drain backends, too', async () => {
    const w = world();
    w.configs[DROP_FLAG] = 'false';
    const theirs = '10.0.0.4:9050';
    const stop: World['provisioner']['stop'] = async (request) => {
      await w.clock.sleep(60_000);
      await w.provisioner.stop(request);
    };
    const { operation } = await carryOut({ ...w, provisioner: { ...w.provisioner, stop } }, removal(w), {
      onChange: when('0.let-drop', 'done', () => {
        w.change(theirs, { decommissioned: true, tablets: 0 });
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(w.backends().map(({ address }) => address)).toContain(theirs);
    expect(w.configs[DROP_FLAG]).toBe('false');
  });
});
