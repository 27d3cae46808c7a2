import { describe, expect, it } from 'vitest';
import { begunKeys, knownOrphans } from '../../../src/controller/orphans/known-orphans.ts';
import { orphanWatch, type OrphanWatch } from '../../../src/controller/orphans/orphan-watch.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import {
  backend,
  clusterPolicy,
  groupPolicy,
  HOUR,
  hosts,
  MINUTE,
  NOW,
  observation,
} from '../../support/decision-input.ts';
import { ended, inMemory, type InMemory } from './support/ports.ts';

const policy = clusterPolicy({ backends: [groupPolicy({ provisioner: 'spares' })] });

/** Their processes were started and could not be stopped again. */
function leaked(...hostNames: readonly string[]): Operation {
  return ended({
    id: 'op-1',
    kind: 'add-backend',
    state: 'failed',
    createdAt: NOW - 2 * HOUR,
    endedAt: NOW - HOUR,
    targets: hostNames.map(() => ({ node: undefined, backendId: undefined, bytes: undefined, tablets: undefined })),
    steps: hostNames
      .flatMap((host, index) => [
        [`${String(index)}.acquire`, 'done', { host, node: `${host}:9050` }] as const,
        [`${String(index)}.undo-stop`, 'failed', {}] as const,
      ])
      .map(([key, state, data]) => ({
        key,
        state,
        attempts: 1,
        startedAt: NOW - HOUR,
        endedAt: NOW - HOUR,
        detail: '',
        data,
      })),
  });
}

const LEAKED = leaked('10.0.1.7');

function listed(holders: Readonly<Record<string, string | undefined>>): Observation['hosts'] {
  const each = Object.entries(holders).map(([host, heldBy]) => ({
    host,
    address: `${host}:9050`,
    state: 'dirty' as const,
    ...(heldBy === undefined ? {} : { heldBy }),
  }));
  return { spares: { known: true, value: { provisioner: 'spares', hosts: each } } };
}

interface Room {
  readonly world: InMemory;
  readonly watch: OrphanWatch;
  /** What the provisioner was asked, in its order. */
  readonly calls: string[];
  /** The loop that looks was stopped. */
  readonly left: { is: boolean };
  look(mayMend?: boolean, inventory?: Observation['hosts']): Promise<void>;
}

/** `fails`: the verb that is not carried out, with this code. */
function room(fails?: string, code = 'provisioner-failed'): Room {
  const world = inMemory();
  const calls: string[] = [];
  const left = { is: false };
  const spares = world.ports.provisioners.get('spares');
  if (spares === undefined) throw new Error('no provisioner');
  const asked =
    (verb: string): Provisioner['stop'] =>
    async ({ host, key }) => {
      calls.push(`${verb} ${host} ${key}`);
      if (verb === fails) throw Object.assign(new Error('exit 1'), { code });
    };
  const provisioner: Provisioner = { ...spares, stop: asked('stop'), release: asked('release') };
  const ports = { ...world.ports, provisioners: new Map([['spares', provisioner]]) };
  world.kept.facts.set('cluster-id', '77');
  const watch = orphanWatch(ports);
  return {
    world,
    watch,
    calls,
    left,
    look: async (mayMend = true, inventory = hosts(world.outside.members, 8)) => {
      const seen = observation(world.outside.members, policy, { at: world.clock.now(), hosts: inventory });
      await watch.look(policy, seen, () => mayMend && !left.is);
    },
  };
}

describe('the look for what was left behind', () => {
  it('stops and gives back a host that an addition took in vain, once', async () => {
    const { world, calls, look } = room();
    world.kept.operations.set('op-1', LEAKED);
    await look();
    expect(calls).toEqual(['stop 10.0.1.7 op-1.0', 'release 10.0.1.7 op-1.0']);
    expect(world.notices.map(({ event, title }) => [event, title])).toEqual([
      ['orphan-mended', '10.0.1.7 was stopped and given back'],
    ]);
    await look();
    expect(calls).toHaveLength(2);
    expect(await begunKeys(world.ports.memory, policy.name)).toEqual(new Set());
    expect(await knownOrphans(world.ports.memory, policy.name)).toEqual([]);
  });

  it.each<{ readonly says: string; readonly then: (room: Room) => void }>([
    {
      says: 'an operation was admitted: it waits for one host at most',
      then: ({ world }) => {
        const { endedAt: _ended, ...begun } = ended({ id: 'op-2', endedAt: NOW });
        world.kept.operations.set('op-2', { ...begun, state: 'pending', endedAt: undefined });
      },
    },
    {
      says: 'its loop was stopped, as for a policy that only observes',
      then: ({ left }) => {
        left.is = true;
      },
    },
  ])('begins with no other host once $says', async ({ then }) => {
    const each = room();
    each.world.kept.operations.set('op-1', leaked('10.0.1.7', '10.0.1.8'));
    const { calls } = each;
    const { push } = calls;
    calls.push = (...lines) => {
      then(each);
      return push.apply(calls, lines);
    };
    await each.look();
    expect([...calls]).toEqual(['stop 10.0.1.7 op-1.0', 'release 10.0.1.7 op-1.0']);
    expect(await knownOrphans(each.world.ports.memory, policy.name)).toMatchObject([{ subject: '10.0.1.8' }]);
  });

  it('only reports it, once, while the cluster is observed', async () => {
    const { world, calls, look } = room();
    world.kept.operations.set('op-1', LEAKED);
    await look(false);
    await look(false);
    expect(calls).toEqual([]);
    expect(world.notices.map(({ event }) => event)).toEqual(['orphan-found']);
    expect(await knownOrphans(world.ports.memory, policy.name)).toMatchObject([
      { code: 'host-held', subject: '10.0.1.7' },
    ]);
  });

  it('does nothing without the lease', async () => {
    const { world, calls, look } = room();
    world.kept.operations.set('op-1', LEAKED);
    world.outside.leads = false;
    await look();
    expect(calls).toEqual([]);
  });

  it.each(['stop', 'release'])('says what failed when %s fails, and tries again at the next look', async (verb) => {
    const { world, calls, look } = room(verb);
    world.kept.operations.set('op-1', LEAKED);
    await look();
    const once = calls.length;
    expect(calls.at(-1)).toBe(`${verb} 10.0.1.7 op-1.0`);
    const [orphan] = await knownOrphans(world.ports.memory, policy.name);
    expect(orphan?.what).toContain('exit 1');
    await look();
    expect(calls).toHaveLength(2 * once);
    expect(world.notices.map(({ event }) => event)).toEqual(['orphan-found']);
  });

  describe('killed while it was stopped and given back', () => {
    const begun = async (heldBy: string | undefined): Promise<Room> => {
      const again = room();
      again.world.kept.operations.set('op-1', LEAKED);
      again.world.kept.facts.set('orphans/begun', 'op-1.0');
      await again.look(true, listed({ '10.0.1.7': heldBy }));
      return again;
    };

    it('it goes on while the provisioner holds the host for that very key', async () => {
      const { calls } = await begun('op-1.0');
      expect(calls).toEqual(['stop 10.0.1.7 op-1.0', 'release 10.0.1.7 op-1.0']);
    });

    it.each([undefined, 'another-cluster.0'])('held for %s: the host may be anybody’s by now', async (heldBy) => {
      const { world, calls } = await begun(heldBy);
      expect(calls).toEqual([]);
      expect(world.notices.map(({ event }) => event)).toEqual(['orphan-found']);
    });

    it('the host of another key that is given back meanwhile takes nothing of it away', async () => {
      const { world, calls, look } = room();
      world.kept.operations.set('op-1', leaked('10.0.1.7', '10.0.1.8'));
      world.kept.facts.set('orphans/begun', 'op-1.0');
      await look(true, listed({ '10.0.1.7': 'another-cluster.0', '10.0.1.8': 'op-1.1' }));
      await look(true, listed({ '10.0.1.7': 'another-cluster.0', '10.0.1.8': undefined }));
      expect(calls).toEqual(['stop 10.0.1.8 op-1.1', 'release 10.0.1.8 op-1.1']);
      expect(await begunKeys(world.ports.memory, policy.name)).toEqual(new Set(['op-1.0']));
    });

    it('nothing is touched when what is begun cannot be written down', async () => {
      const { world, calls, look } = room();
      world.kept.operations.set('op-1', LEAKED);
      const { setFact } = world.ports.memory;
      Object.assign(world.ports.memory, {
        setFact: async (cluster: string, name: string, value: string | undefined) => {
          if (name === 'orphans/begun') throw new Error('disk full');
          await setFact(cluster, name, value);
        },
      });
      await expect(look()).rejects.toThrow('disk full');
      expect(calls).toEqual([]);
    });
  });

  describe.each(['stop', 'release'])('an answer to %s', (verb) => {
    it.each<{ code: string; again: boolean }>([
      { code: 'provisioner-timeout', again: false },
      { code: 'provisioner-bad-answer', again: false },
      { code: 'of nothing we know', again: false },
      { code: 'provisioner-try-again', again: true },
      { code: 'provisioner-failed', again: true },
    ])('$code: asked again while another key of ours holds the host: $again', async ({ code, again }) => {
      const { world, calls, look } = room(verb, code);
      world.kept.operations.set('op-1', LEAKED);
      world.kept.operations.set('op-0', { ...leaked(), id: 'op-0' });
      await look(true, listed({ '10.0.1.7': 'op-1.0' }));
      const once = calls.length;
      expect(calls.at(-1)).toBe(`${verb} 10.0.1.7 op-1.0`);
      await look(true, listed({ '10.0.1.7': 'op-0.0' }));
      expect(calls).toHaveLength(again ? 2 * once : once);
    });

    it.each(['provisioner-timeout', 'provisioner-failed'])(
      '%s: never asked again once the key of another cluster holds the host',
      async (code) => {
        const { world, calls, look } = room(verb, code);
        world.kept.operations.set('op-1', LEAKED);
        await look(true, listed({ '10.0.1.7': 'op-1.0' }));
        const once = calls.length;
        await look(true, listed({ '10.0.1.7': 'another-cluster.0' }));
        expect(calls).toHaveLength(once);
      },
    );

    it('provisioner-timeout: asked again while the host is held for that very key', async () => {
      const { world, calls, look } = room(verb, 'provisioner-timeout');
      world.kept.operations.set('op-1', LEAKED);
      await look(true, listed({ '10.0.1.7': 'op-1.0' }));
      const once = calls.length;
      await look(true, listed({ '10.0.1.7': 'op-1.0' }));
      expect(calls).toHaveLength(2 * once);
    });

    it('provisioner-try-again says nothing of a try before it that was not answered', async () => {
      const { world, calls, look } = room(verb, 'provisioner-try-again');
      world.kept.operations.set('op-1', LEAKED);
      world.kept.facts.set('orphans/begun', '["op-1.0"]');
      await look(true, listed({ '10.0.1.7': 'op-1.0' }));
      const once = calls.length;
      await look(true, listed({ '10.0.1.7': 'another-cluster.0' }));
      expect(once).toBeGreaterThan(0);
      expect(calls).toHaveLength(once);
    });
  });

  it('touches no host that the cluster shows right before', async () => {
    const { world, calls, look } = room();
    world.kept.operations.set('op-1', LEAKED);
    const before = world.outside.members;
    const late = { ...world.outside };
    world.outside.topology = async () => ({
      ...(await late.topology()),
      backends: [...before, backend(9, { host: '10.0.1.7', address: '10.0.1.7:9050' })],
    });
    await look();
    expect(calls).toEqual([]);
  });

  it.each<{ says: string; spoil: (room: Room) => void }>([
    { says: 'another cluster answers', spoil: ({ world }) => world.kept.facts.set('cluster-id', '78') },
    { says: 'the cluster is not known yet', spoil: ({ world }) => world.kept.facts.delete('cluster-id') },
  ])('says and does nothing while $says, and is due again at once', async ({ spoil }) => {
    const each = room();
    each.world.kept.operations.set('op-1', LEAKED);
    spoil(each);
    await each.look();
    expect(each.calls).toEqual([]);
    expect(each.world.notices).toEqual([]);
    expect(each.watch.isDue(NOW)).toBe(true);
  });

  it('is due after five minutes where the provisioner did not tell its hosts', async () => {
    const { watch, look } = room();
    await look(true, { spares: { known: false, reason: 'no answer in time' } });
    expect(watch.isDue(NOW + 4 * MINUTE)).toBe(false);
    expect(watch.isDue(NOW + 5 * MINUTE)).toBe(true);
    await look();
    expect(watch.isDue(NOW + 5 * MINUTE)).toBe(false);
  });

  it('is due at the start, an hour later, after an operation, and when the clock was set back', async () => {
    const { watch, look } = room();
    expect(watch.isDue(NOW)).toBe(true);
    await look();
    expect(watch.isDue(NOW + HOUR - MINUTE)).toBe(false);
    expect(watch.isDue(NOW + HOUR)).toBe(true);
    expect(watch.isDue(NOW - MINUTE)).toBe(true);
    watch.hurry();
    expect(watch.isDue(NOW)).toBe(true);
  });
});
