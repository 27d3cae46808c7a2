import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { majorityOf } from '../../../src/decision/ratio/quorum.ts';
import type { NodeAddress } from '../../../src/domain/node.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { containing } from './support/expected.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { CodedTestError, START, world } from './support/world.ts';
import type { World } from './support/world.ts';

const A = '10.0.1.1:9010';
const B = '10.0.1.2:9010';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WINDOW_ENDS = START + 3.5 * HOUR_MS;

const followers = (w: World) => w.frontends().filter(({ role }) => role === 'FOLLOWER');
const addresses = (w: World) => followers(w).map(({ address }) => address);
const dies = (w: World, node: NodeAddress): void => {
  w.running.delete(node.slice(0, node.lastIndexOf(':')));
  w.changeFrontend(node, { alive: false });
};
const pairOf = (w: World, count = 2) => testOperation(w, 'add-follower', { count });
const leaving = (w: World, ...nodes: readonly NodeAddress[]) => testOperation(w, 'remove-follower', { nodes });
const verbsOf = (w: World) => w.verbs.map(({ verb, host }) => `${verb} ${host}`);

describe('add-follower', { timeout: 60_000 }, () => {
  it.each([1, 3])('%i and two: both wait to be registered, then one after the other', async (before) => {
    const w = world({ followers: before });
    const alive: number[] = [];
    w.knobs.onApply = () => {
      alive.push(followers(w).filter((each) => each.alive).length);
      return 'ok';
    };
    const { operation } = await carryOut(w, pairOf(w));
    expect(operation).toMatchObject({ state: 'succeeded', reason: `added ${A}, ${B}` });
    expect(statements(w)).toEqual([`add-frontend ${A}`, `add-frontend ${B}`]);
    expect(verbsOf(w).slice(0, 6).toSorted()).toEqual(
      ['acquire', 'reset', 'start'].flatMap((verb) => [`${verb} 10.0.1.1`, `${verb} 10.0.1.2`]),
    );
    // The first is alive when the second is added.
    expect(alive).toEqual([before, before + 1]);
    expect(addresses(w)).toHaveLength(before + 2);
  });

  it('the half that was left of a pair comes alone', async () => {
    const w = world({ followers: 4 });
    const { operation } = await carryOut(w, pairOf(w, 1));
    expect(operation.state).toBe('succeeded');
    expect(addresses(w)).toHaveLength(5);
  });

  it('one that serves a cluster of its own is found before it is registered', async () => {
    const w = world();
    w.knobs.startsOwnCluster = true;
    const { operation } = await carryOut(w, pairOf(w));
    expect(operation).toMatchObject({ state: 'failed', reason: containing('10.0.1.1:8030 answers before it is reg') });
    expect(statements(w)).toEqual([]);
    expect(verbsOf(w).slice(-3)).toEqual(['release 10.0.1.2', 'stop 10.0.1.1', 'release 10.0.1.1']);
  });

  it.each([
    { says: 'a second host', free: ['10.0.1.1'], reason: 'take a host from the provisioner' },
    { says: 'any host', free: [], reason: 'take a host from the provisioner' },
  ])('without $says nothing is registered, and what was taken is given back', async ({ free, reason }) => {
    const w = world();
    w.knobs.freeHosts = [...free];
    const { operation } = await carryOut(w, pairOf(w));
    expect(operation).toMatchObject({ state: 'failed', reason: containing(reason) });
    expect(statements(w)).toEqual([]);
    expect(w.verbs.filter(({ verb }) => verb === 'acquire')).toHaveLength(free.length);
    expect(w.verbs.filter(({ verb }) => verb === 'release')).toHaveLength(free.length);
  });

  it('when the second never comes the first is taken out again, the dead one before it', async () => {
    const w = world();
    const { operation } = await carryOut(w, pairOf(w), {
      onChange: when('1.register', 'intent', () => {
        w.running.delete('10.0.1.2');
      }),
    });
    expect(operation).toMatchObject({ state: 'failed', reason: containing(`${B} has not joined yet`) });
    expect(statements(w)).toEqual([
      `add-frontend ${A}`,
      `add-frontend ${B}`,
      `drop-frontend ${B}`,
      `drop-frontend ${A}`,
    ]);
    expect(addresses(w)).toEqual(['fe1:9010', 'fe2:9010', 'fe3:9010']);
    expect(verbsOf(w).filter((verb) => /stop|release/.test(verb))).toEqual([
      'stop 10.0.1.2',
      'release 10.0.1.2',
      'stop 10.0.1.1',
      'release 10.0.1.1',
    ]);
    expect(w.verbs.filter(({ verb, registered }) => verb === 'stop' && registered)).toEqual([]);
  });

  it('a dropped one whose port stays open is not given back', async () => {
    const w = world();
    w.knobs.closesPorts = false;
    const { operation } = await carryOut(w, pairOf(w), {
      onChange: when('1.register', 'intent', () => {
        w.running.delete('10.0.1.2');
      }),
    });
    expect(operation).toMatchObject({ state: 'failed', reason: containing(`${A} and 10.0.1.1:9030 still answer`) });
    expect(verbsOf(w).filter((verb) => verb.startsWith('release'))).toEqual(['release 10.0.1.2']);
  });

  it('a cancel between the two takes the first out again', async () => {
    const w = world();
    const journal = memoryJournal();
    const { operation } = await carryOut(w, pairOf(w), {
      journal,
      onChange: when('0.join', 'done', () => {
        journal.requestCancel('not now', START);
      }),
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: containing('cancelled by olga: not now') });
    expect(statements(w)).toEqual([`add-frontend ${A}`, `drop-frontend ${A}`]);
    expect(addresses(w)).toHaveLength(3);
  });

  it('a cancel after both came alive is too late', async () => {
    const w = world();
    const journal = memoryJournal();
    const { operation } = await carryOut(w, pairOf(w), {
      journal,
      onChange: when('1.join', 'done', () => {
        journal.requestCancel('not now', START);
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(addresses(w)).toHaveLength(5);
  });

  it('the window closes between the two: the second comes in the next one', async () => {
    const w = world();
    const { operation } = await carryOut(w, pairOf(w), {
      onChange: when('0.routine-loads', 'done', () => {
        w.advance(WINDOW_ENDS + MINUTE_MS - w.clock.now());
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(w.sent.filter(({ windowOpen }) => !windowOpen)).toEqual([]);
    expect((w.sent.at(-1)?.at ?? 0) - START).toBeGreaterThanOrEqual(23.5 * HOUR_MS);
    expect(addresses(w)).toHaveLength(5);
  });

  /** A window that closes between an intent and its statement; `then`: what the process does right after it. */
  const closesBefore = (w: World, intent: string, then: 'goes on' | 'is killed') => {
    let armed = false;
    let closed = false;
    const journal = memoryJournal(() => {
      if (!armed || closed) return 'no';
      closed = true;
      w.advance(WINDOW_ENDS + 30_000 - w.clock.now());
      return then === 'is killed' ? 'after' : 'no';
    });
    const writeStep = journal.writeStep.bind(journal);
    journal.writeStep = async (id, step) => {
      if (step.key === intent && step.state === 'intent') armed = true;
      await writeStep(id, step);
    };
    return journal;
  };

  it.each(['goes on', 'is killed'] as const)(
    'the window closes after the second was written down and before it is sent, and the process %s: it comes in the next one',
    async (then) => {
      const w = world();
      const { operation } = await carryOut(w, pairOf(w), {
        journal: closesBefore(w, '1.register', then),
        onChange: when('0.routine-loads', 'done', () => {
          w.advance(WINDOW_ENDS - 5000 - w.clock.now());
        }),
      });
      expect(operation).toMatchObject({ state: 'succeeded', reason: `added ${A}, ${B}` });
      expect(w.sent.filter(({ windowOpen }) => !windowOpen)).toEqual([]);
      expect(operation.waitedForWindowMs).toBeGreaterThan(19 * HOUR_MS);
      expect(addresses(w)).toHaveLength(5);
    },
  );

  it('the second is refused until the window closes: it has its 2 min anew in the next one', async () => {
    const w = world();
    let refused = 0;
    const mended = WINDOW_ENDS + 20 * HOUR_MS + MINUTE_MS;
    w.knobs.onApply = (change) => {
      if (change.kind === 'add-frontend' && change.node === B && w.clock.now() < mended) {
        refused += 1;
        throw new CodedTestError('doris-try-again', 'Try again');
      }
      return 'ok';
    };
    const { operation } = await carryOut(w, pairOf(w), {
      onChange: when('0.routine-loads', 'done', () => {
        w.advance(WINDOW_ENDS - 30_000 - w.clock.now());
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(refused).toBeGreaterThan(5);
    expect(addresses(w)).toHaveLength(5);
  });

  it.each(['goes on', 'is killed'] as const)(
    'the window closes after the first was written down and before it is sent, and the process %s: the pair is undone',
    async (then) => {
      const w = world();
      const { operation } = await carryOut(w, pairOf(w), { journal: closesBefore(w, '0.register', then) });
      expect(operation).toMatchObject({ state: 'cancelled', reason: containing('the window closed') });
      expect(w.clock.now() - WINDOW_ENDS).toBeLessThan(10 * MINUTE_MS);
      expect(statements(w)).toEqual([]);
      expect(verbsOf(w).filter((verb) => verb.startsWith('release'))).toHaveLength(2);
    },
  );

  it('where the window is nearly over no first one is added', async () => {
    const w = world();
    const { operation } = await carryOut(w, pairOf(w), {
      onChange: when('1.waiting', 'intent', () => {
        w.advance(WINDOW_ENDS - 15 * MINUTE_MS - w.clock.now());
      }),
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: containing('of the window are left') });
    expect(statements(w)).toEqual([]);
  });

  it('a window that has closed before the first undoes it', async () => {
    const w = world();
    const { operation } = await carryOut(w, pairOf(w), {
      onChange: when('1.waiting', 'intent', () => {
        w.advance(WINDOW_ENDS + MINUTE_MS - w.clock.now());
      }),
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: containing('the window closed') });
    expect(statements(w)).toEqual([]);
    expect(verbsOf(w).filter((verb) => verb.startsWith('release'))).toHaveLength(2);
  });

  it('a follower that dies between the two keeps the second away; the first stays, since the rest needs it, and is named', async () => {
    const w = world();
    const { operation } = await carryOut(w, pairOf(w), {
      onChange: when('0.routine-loads', 'done', () => {
        dies(w, 'fe3:9010');
      }),
    });
    expect(operation.state).toBe('failed');
    expect(operation.reason).toContain('follower fe3:9010 is not alive');
    expect(operation.reason).toContain(`${A} stays until the next window, with an even number of followers`);
    expect(statements(w)).toEqual([`add-frontend ${A}`]);
    expect(verbsOf(w).filter((verb) => verb.startsWith('stop'))).toEqual(['stop 10.0.1.2']);
  });

  it.each(['lost', 'refused'] as const)(
    'an ADD that was %s because a follower died is not sent again while that one is dead',
    async (how) => {
      const w = world();
      w.knobs.onApply = (change) => {
        if (change.kind !== 'add-frontend' || !w.running.has('fe3')) return 'ok';
        dies(w, 'fe3:9010');
        if (how === 'refused') throw new CodedTestError('doris-statement-failed', 'Try again');
        return 'lost-before';
      };
      const { operation } = await carryOut(w, pairOf(w));
      expect(operation).toMatchObject({ state: 'failed', reason: containing('follower fe3:9010 is not alive') });
      expect(addresses(w)).toEqual(['fe1:9010', 'fe2:9010', 'fe3:9010']);
      expect(verbsOf(w).filter((verb) => verb.startsWith('release'))).toHaveLength(2);
    },
  );

  it.each([
    { says: 'names another master', named: 'fe2:9010', reason: 'fe3:9010 names fe2:9010 as master, not fe1:9010' },
    {
      says: 'cannot be asked',
      named: undefined,
      reason: 'not every FE tells its master: fe3:9010: connection refused',
    },
  ])('no second one comes while an FE $says', async ({ named, reason }) => {
    const w = world();
    w.knobs.namesMaster = { 'fe3:9010': named };
    const { operation } = await carryOut(w, pairOf(w));
    expect(operation).toMatchObject({ state: 'failed', reason: containing(reason) });
    expect(statements(w)).toEqual([`add-frontend ${A}`, `drop-frontend ${A}`]);
  });

  it('one whose clock is off is dropped at once', async () => {
    const w = world();
    w.knobs.startsProcesses = false;
    const { operation } = await carryOut(w, pairOf(w), {
      onChange: when('0.register', 'done', () => {
        w.changeFrontend(A, { errorMessage: 'Clock delta: 28667 ms exceeds max permissible delta: 5000 ms' });
      }),
    });
    expect(operation).toMatchObject({ state: 'failed', reason: containing('the clock of 10.0.1.1 is off') });
    expect(w.clock.now() - START).toBeLessThan(5 * MINUTE_MS);
  });

  it('an FE that says "Try again" is asked again, more often than one that refuses', async () => {
    const w = world();
    let asked = 0;
    const writer: World['writer'] = {
      async apply(change, options) {
        asked += 1;
        if (asked <= 6) throw new CodedTestError('doris-try-again', 'frontend name already exists fe_1. Try again');
        return await w.writer.apply(change, options);
      },
    };
    const { operation } = await carryOut({ ...w, writer }, pairOf(w));
    expect(operation.state).toBe('succeeded');
    expect(asked).toBe(8);
  });

  it('routine loads that are paused since are told of once for each, and stop nothing', async () => {
    const w = world();
    const { operation, notices } = await carryOut(w, pairOf(w), {
      onChange: when('0.register', 'done', () => {
        w.knobs.pausedLoads = 2;
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(notices.map(({ event, title }) => `${event}: ${title}`)).toEqual([
      'loads-paused: 2 more routine loads are paused than before add-follower',
      `operation-succeeded: add-follower of follower/follower 5 -> 7: succeeded`,
    ]);
  });

  it('outside windows it comes where scaleOut is anytime', async () => {
    const w = world();
    w.advance(WINDOW_ENDS + HOUR_MS - START);
    const policy = testPolicy({ windows: { scaleOut: 'anytime' } });
    const { operation } = await carryOut(w, pairOf(w), { policy });
    expect(operation.state).toBe('succeeded');
    expect(addresses(w)).toHaveLength(5);
  });
});

describe('remove-follower', { timeout: 60_000 }, () => {
  it('both are quiet, then both are dropped, then their hosts are seen to', async () => {
    const w = world({ followers: 5 });
    const { operation } = await carryOut(w, leaving(w, 'fe5:9010', 'fe4:9010'));
    expect(operation).toMatchObject({ state: 'succeeded', reason: 'removed fe4:9010, fe5:9010' });
    expect(statements(w)).toEqual(['drop-frontend fe5:9010', 'drop-frontend fe4:9010']);
    const [first, second] = w.sent;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(10_000);
    expect(verbsOf(w)).toEqual(
      ['fe5', 'fe4'].flatMap((host) => ['stop', 'reset', 'release'].map((verb) => `${verb} ${host}`)),
    );
    expect(w.verbs.filter(({ registered }) => registered)).toEqual([]);
    expect(addresses(w)).toEqual(['fe1:9010', 'fe2:9010', 'fe3:9010']);
  });

  it('a dead one goes, although nobody can ask for its queries', async () => {
    const w = world({ followers: 5 });
    w.knobs.frontendQueries = 0;
    dies(w, 'fe2:9010');
    const { operation } = await carryOut(w, leaving(w, 'fe2:9010', 'fe5:9010'));
    expect(operation.state).toBe('succeeded');
    expect(addresses(w)).toEqual(['fe1:9010', 'fe3:9010', 'fe4:9010']);
  });

  it.each([
    ['the master', ['fe1:9010', 'fe5:9010'], undefined, 'fe1:9010 is the master'],
    ['a pair with the master in it', ['fe5:9010', 'fe1:9010'], undefined, 'fe1:9010 is the master'],
    ['a pair while one that stays is dead', ['fe5:9010', 'fe4:9010'], 'fe2:9010', 'the quorum would not be safe'],
    ['an observer', ['ob1:9010', 'fe5:9010'], undefined, 'ob1:9010 is OBSERVER, not FOLLOWER'],
    ['one that is gone', ['fe9:9010', 'fe5:9010'], undefined, 'was dropped by someone else'],
  ] as const)('does not touch %s, nor the other', async (_says, nodes, dead, reason) => {
    const w = world({ followers: 5, observers: 1 });
    if (dead !== undefined) dies(w, dead);
    const { operation } = await carryOut(w, leaving(w, ...nodes));
    expect(operation).toMatchObject({ state: 'cancelled', reason: containing(reason) });
    expect(statements(w)).toEqual([]);
    expect(w.verbs).toEqual([]);
  });

  it('the second stays when a follower dies after the first was dropped; the first is brought to its end', async () => {
    const w = world({ followers: 5 });
    const { operation } = await carryOut(w, leaving(w, 'fe5:9010', 'fe4:9010'), {
      onChange: when('0.drop', 'done', () => {
        dies(w, 'fe3:9010');
      }),
    });
    expect(operation.state).toBe('cancelled');
    expect(operation.reason).toContain('the quorum would not be safe');
    expect(operation.reason).toContain('1 of 2 removed');
    expect(statements(w)).toEqual(['drop-frontend fe5:9010']);
    expect(verbsOf(w)).toEqual(['stop fe5', 'reset fe5', 'release fe5']);
  });

  it('the second stays when it became the master', async () => {
    const w = world({ followers: 5 });
    const { operation } = await carryOut(w, leaving(w, 'fe5:9010', 'fe2:9010'), {
      onChange: when('0.drop', 'done', () => {
        w.failover();
      }),
    });
    expect(operation).toMatchObject({ state: 'cancelled', reason: containing('fe2:9010 is the master') });
    expect(statements(w)).toEqual(['drop-frontend fe5:9010']);
  });

  it('the window closes between the two: the host of the first is seen to, the second goes in the next one', async () => {
    const w = world({ followers: 5 });
    const { operation } = await carryOut(w, leaving(w, 'fe5:9010', 'fe4:9010'), {
      onChange: when('0.drop', 'done', () => {
        w.advance(WINDOW_ENDS + MINUTE_MS - w.clock.now());
      }),
    });
    expect(operation.state).toBe('succeeded');
    expect(w.sent.filter(({ windowOpen }) => !windowOpen)).toEqual([]);
    expect(w.sent.map(({ at }) => Math.floor((at - START) / (20 * HOUR_MS)))).toEqual([0, 1]);
    expect(verbsOf(w).slice(0, 3)).toEqual(['stop fe5', 'reset fe5', 'release fe5']);
    expect(addresses(w)).toHaveLength(3);
  });

  it('none is dropped while queries run on one of the two', async () => {
    const w = world({ followers: 5 });
    w.knobs.frontendQueries = 3;
    const { operation } = await carryOut(w, leaving(w, 'fe5:9010', 'fe4:9010'), {
      onChange: () => {
        if (w.clock.now() > START + 10 * HOUR_MS) w.knobs.frontendQueries = 0;
      },
    });
    expect(operation.state).toBe('succeeded');
    expect(w.sent.every(({ at }) => at > START + 20 * HOUR_MS)).toBe(true);
  });

  it('a dropped one that stays up, as on 2.1, is reported, and neither cleaned nor given back', async () => {
    const w = world({ followers: 5 });
    w.knobs.closesPorts = false;
    const { operation } = await carryOut(w, leaving(w, 'fe5:9010', 'fe4:9010'));
    expect(operation).toMatchObject({ state: 'failed', reason: containing('fe5:9010 and fe5:9030 still answer') });
    expect(verbsOf(w)).toEqual(['stop fe5', 'stop fe4']);
    expect(addresses(w)).toHaveLength(3);
  });

  it('without a provisioner it ends when the rows are gone, and says which processes to stop', async () => {
    const w = world({ followers: 5 });
    const { operation } = await carryOut(w, leaving(w, 'fe5:9010', 'fe4:9010'), { provisioner: false });
    expect(operation).toMatchObject({ state: 'succeeded', reason: containing('stop the process on fe4 by hand') });
    expect(operation.reason).toContain('stop the process on fe5 by hand');
  });
});

describe('whatever is lost, killed or dies', { timeout: 240_000 }, () => {
  interface Trouble {
    readonly kind: 'add-follower' | 'remove-follower';
    readonly from: 1 | 3 | 5;
    readonly crashes: readonly number[];
    readonly after: boolean;
    readonly lost: readonly number[];
    readonly lostAfter: boolean;
    /** The process on the second new host ends before it has joined. */
    readonly neverComes: boolean;
    /** Which follower dies at which statement or write; never more than one. */
    readonly death: { readonly write: number; readonly who: number } | undefined;
  }
  const trouble: fc.Arbitrary<Trouble> = fc
    .record({
      kind: fc.constantFrom('add-follower' as const, 'remove-follower' as const),
      from: fc.constantFrom(1 as const, 3 as const, 5 as const),
      crashes: fc.array(fc.nat({ max: 90 }), { maxLength: 4 }),
      after: fc.boolean(),
      lost: fc.array(fc.nat({ max: 5 }), { maxLength: 2 }),
      lostAfter: fc.boolean(),
      neverComes: fc.boolean(),
      death: fc.option(fc.record({ write: fc.nat({ max: 90 }), who: fc.integer({ min: 1, max: 4 }) }), {
        nil: undefined,
      }),
    })
    .filter(({ kind, from }) => (kind === 'add-follower' ? from < 5 : from > 1));

  it('no statement leaves fewer alive than must agree, the master stays, and only a death leaves an even number', async () => {
    await fc.assert(
      fc.asyncProperty(trouble, async ({ kind, from, crashes, after, lost, lostAfter, neverComes, death }) => {
        const w = world({ followers: from });
        let statement = -1;
        let died = false;
        w.knobs.onApply = (change) => {
          statement += 1;
          if (change.kind === 'drop-frontend') {
            const rest = followers(w).filter(({ address }) => address !== change.node);
            const row = followers(w).find(({ address }) => address === change.node);
            expect(row?.isMaster ?? false).toBe(false);
            const voters = rest.filter(({ joined, alive }) => joined || alive);
            expect(voters.filter(({ alive }) => alive).length).toBeGreaterThanOrEqual(majorityOf(voters.length));
          }
          if (change.kind === 'add-frontend') {
            expect(followers(w).every(({ alive }) => alive)).toBe(true);
          }
          return lost.includes(statement) ? (lostAfter ? 'lost-after' : 'lost-before') : 'ok';
        };
        const journal = memoryJournal((write) => (crashes.includes(write) ? (after ? 'after' : 'before') : 'no'));
        const nodes = [`fe${String(from)}:9010`, `fe${String(from - 1)}:9010`];
        const { operation } = await carryOut(w, testOperation(w, kind, { nodes, count: 2 }), {
          journal,
          onChange: (now) => {
            if (neverComes && now.steps.some(({ key, state }) => key === '1.start' && state === 'done'))
              w.running.delete('10.0.1.2');
            if (death === undefined || died || journal.writes() < death.write) return;
            const victim = followers(w).filter(({ isMaster, alive }) => !isMaster && alive)[death.who - 1];
            // Of fewer than three the death of one ends all writes: nothing can be shown then.
            if (victim === undefined || followers(w).filter(({ alive }) => alive).length < 3) return;
            died = true;
            dies(w, victim.address);
          },
        });
        expect(operation.endedAt).toBeDefined();
        expect(followers(w).filter(({ isMaster }) => isMaster)).toHaveLength(1);
        const count = followers(w).length;
        if (!died) {
          expect(count % 2).toBe(1);
          if (operation.state === 'succeeded') expect(count).toBe(kind === 'add-follower' ? from + 2 : from - 2);
          if (neverComes && kind === 'add-follower') expect(count).toBe(from);
        } else if (count % 2 === 0) {
          expect(operation.state).not.toBe('succeeded');
        }
        // No host is stopped, cleaned or given back while its row is shown.
        const touched = w.verbs.filter(({ verb }) => verb === 'stop' || verb === 'release');
        expect(touched.filter(({ registered }) => registered)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
