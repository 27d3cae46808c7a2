import { afterEach, describe, expect, it } from 'vitest';
import type { OperationKind } from '../../src/domain/operation.ts';
import type { Provisioner, ProvisionRequest } from '../../src/domain/ports/provisioner.ts';
import { ProvisionerError } from '../../src/provisioner/errors.ts';
import { HOUR, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { endsAsWanted } from './support/invariants.ts';
import { ALL_KINDS, at, stage, stepsOf } from './support/scenes.ts';
import type { Staged } from './support/scenes.ts';

const running: Staged[] = [];
afterEach(async () => {
  for (const { simulation } of running.splice(0)) await simulation.end();
});

async function staged(...given: Parameters<typeof stage>): Promise<Staged> {
  const made = await stage(...given);
  running.push(made);
  return made;
}

/** Statements of membership: none of these may be carried out twice. */
function membership({ simulation }: Staged): readonly string[] {
  return simulation
    .changes()
    .map(({ text }) => text)
    .filter((text) => /^ALTER SYSTEM (ADD|DROP|DROPP|DECOMMISSION) |^CANCEL /.test(text));
}

describe('the reply to a statement is lost, and it was carried out', { timeout: 120_000 }, () => {
  const changes: Readonly<Record<OperationKind, readonly RegExp[]>> = {
    'add-backend': [/ADD BACKEND/, /balance_slot_num_per_path" = "2"/, /balance_slot_num_per_path" = "1"/],
    'remove-backend': [
      /schedule_slot_num_per_hdd_path" = "6"/,
      /decommission" = "false"/,
      /"disable_load" = "true"/,
      /DECOMMISSION BACKEND/,
      /"disable_query" = "true"/,
      /decommission" = "true"/,
      /schedule_slot_num_per_hdd_path" = "4"/,
    ],
    'add-observer': [/ADD OBSERVER/],
    'remove-observer': [/DROP OBSERVER/],
    'add-follower': [/ADD FOLLOWER "[^"]*10:/, /ADD FOLLOWER "[^"]*11:/],
    'remove-follower': [/DROP FOLLOWER/],
  };
  const each = ALL_KINDS.flatMap((kind) => changes[kind].map((text) => ({ kind, text })));

  it.each(each)('$kind: $text', async ({ kind, text }) => {
    let lost = 0;
    const scene = await staged(kind, {
      between: {
        isReachable: () => true,
        replyDelayMs(sent, isChange) {
          if (!isChange || lost > 0 || !text.test(sent)) return 0;
          lost += 1;
          return Infinity;
        },
        sent() {},
      },
    });
    await scene.settle();
    expect(lost).toBe(1);
    await endsAsWanted(scene);
    expect(membership(scene)).toEqual([...new Set(membership(scene))]);
  });
});

describe('a host does what it is asked and answers only after the deadline', { timeout: 120_000 }, () => {
  type Verb = 'acquire' | 'reset' | 'start' | 'stop' | 'release';
  const late = (provisioner: Provisioner, verb: Verb, told: () => boolean): Provisioner => {
    const call = provisioner[verb] as (request: ProvisionRequest) => Promise<unknown>;
    return {
      ...provisioner,
      async [verb](request: ProvisionRequest) {
        const answer = await call(request);
        if (told()) throw new ProvisionerError('provisioner-timeout', 'no answer within 10 min');
        return answer;
      },
    };
  };
  const adds = ['acquire', 'reset', 'start'] as const;
  const verbs: Readonly<Record<OperationKind, readonly Verb[]>> = {
    'add-backend': adds,
    'remove-backend': ['stop', 'release'],
    'add-observer': adds,
    'remove-observer': ['stop', 'reset', 'release'],
    'add-follower': adds,
    'remove-follower': ['stop', 'reset', 'release'],
  };

  it.each(ALL_KINDS.flatMap((kind) => verbs[kind].map((verb) => ({ kind, verb }))))(
    '$kind: $verb',
    async ({ kind, verb }) => {
      let asked = 0;
      const scene = await staged(kind, {
        hosts: (provisioner) =>
          late(provisioner, verb, () => {
            asked += 1;
            return asked === 1;
          }),
      });
      await scene.settle();
      expect(asked).toBeGreaterThan(1);
      await endsAsWanted(scene);
    },
  );
});

describe('the wall clock of the daemon jumps in a step, and back after it', { timeout: 240_000 }, () => {
  const moments = ALL_KINDS.flatMap((kind) =>
    stepsOf(kind).map((step, index) => ({ kind, step, hours: index % 2 === 0 ? 3 : -3 })),
  );

  it.each(moments)('$kind, $step: by $hours h', async ({ kind, step, hours }) => {
    const jumped: number[] = [];
    const jump = (byHours: number) => () => {
      jumped.push(byHours);
      scene.simulation.jump(byHours * HOUR);
    };
    const [forth, back] = [at(step, 'before', jump(hours)), at(step, 'after', jump(-hours))];
    const scene = await staged(kind, {
      policy: { windows: windowsPolicy({ always: true }) },
      wrote(record) {
        forth(record);
        back(record);
      },
    });
    await scene.settle();
    expect(jumped).toEqual([hours, -hours]);
    await endsAsWanted(scene);
    expect(membership(scene)).toEqual([...new Set(membership(scene))]);
  });
});

describe('FE settings that an operation changed are put back', { timeout: 120_000 }, () => {
  it.each<{ says: string; kind: OperationKind; last: string; killed: boolean }>([
    { says: 'a removal, unreachable from its last step on', kind: 'remove-backend', last: 'release', killed: false },
    { says: 'an addition, unreachable from its last step on', kind: 'add-backend', last: 'capacity', killed: false },
    { says: 'a removal, killed too', kind: 'remove-backend', last: 'release', killed: true },
    { says: 'an addition, killed too', kind: 'add-backend', last: 'capacity', killed: true },
  ])('$says', async ({ kind, last, killed }) => {
    let isReachable = true;
    let deaths = 0;
    const cutOff = at(last, 'after', () => {
      isReachable = false;
      void scene.simulation.clock.sleep(2 * HOUR).then(() => {
        isReachable = true;
      });
    });
    const die = at('restore', 'before', () => {
      deaths += 1;
      scene.simulation.life().end();
    });
    const scene = await staged(kind, {
      between: { isReachable: () => isReachable, replyDelayMs: () => 0, sent() {} },
      wrote(step) {
        cutOff(step);
        if (killed) die(step);
      },
    });
    await scene.settle();
    expect(deaths).toBe(killed ? 1 : 0);
    await endsAsWanted(scene);
    const [operation] = await scene.simulation.operations();
    expect((operation?.endedAt ?? 0) - (operation?.startedAt ?? 0)).toBeGreaterThan(2 * HOUR);
  });

  it.each(['before', 'after'] as const)('killed %s the effect of restore', async (moment) => {
    for (const kind of ['add-backend', 'remove-backend'] as const) {
      let deaths = 0;
      const scene = await staged(kind, {
        wrote: at('restore', moment, () => {
          deaths += 1;
          scene.simulation.life().end();
        }),
      });
      await scene.settle();
      expect(deaths).toBe(1);
      await endsAsWanted(scene);
    }
  });
});

const NIGHT = { form: 'weekly', name: 'night', days: [1, 2, 3, 4, 5, 6, 7], startMinute: 60, endMinute: 300 } as const;

describe('Doris 2.1.0, whose ADMIN SET is lost with its master', { timeout: 120_000 }, () => {
  it('the drop flag stands at the new master within seconds while an empty backend waits for a window', async () => {
    const slow = (bytesPerSecond: number | null): void => {
      scene.simulation.cluster.inject({ kind: 'slow-clones', bytesPerSecond }, scene.simulation.clock.now());
    };
    const scene = await staged('remove-backend', {
      version: '2.1',
      policy: { windows: windowsPolicy({ allow: [{ ...NIGHT, endMinute: 120 }] }) },
      wrote: at('decommission', 'after', () => {
        slow(1024);
      }),
    });
    const { simulation } = scene;
    const { cluster, clock } = simulation;
    await simulation.advanceBy(2 * HOUR);
    slow(null);
    await simulation.advanceBy(HOUR);
    const [waiting] = await simulation.operations();
    expect(waiting?.state, waiting?.reason).toBe('paused');

    const before = cluster.frontends().find(({ isMaster }) => isMaster)?.host ?? '';
    cluster.killFrontend(before, clock.now());
    const isHeld = (): boolean =>
      cluster.frontends().some(({ isMaster, running: runs }) => isMaster && runs) &&
      simulation.settings(['drop_backend_after_decommission'])['drop_backend_after_decommission'] === 'false';
    let exposedMs = 0;
    while (!isHeld() && exposedMs < MINUTE) {
      await simulation.advanceBy(1000);
      if (cluster.frontends().some(({ isMaster, running: runs }) => isMaster && runs)) exposedMs += 1000;
    }
    expect(exposedMs).toBeLessThanOrEqual(7000);
    expect(simulation.members()).toBe(5);
  });
});
