import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadSlot } from '../../../src/domain/demand.ts';
import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { Pause } from '../../../src/domain/memory.ts';
import type { Member } from '../../../src/domain/ports/cluster-memory.ts';
import type { Store } from '../../../src/store/store.ts';
import { operation, record, step, T0 } from './make.ts';

export interface StoreUnderTest {
  readonly store: () => Store;
  /** Closes it and opens it again: what follows sees only what is durable. */
  reopen(): Promise<void>;
  dispose(): Promise<void>;
}

const GROUP = { role: 'backend', group: 'default' } as const;

/** What every store must do, whatever it keeps its rows in. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => {
      await under.dispose();
    });

    describe('journal', () => {
      const journal = () => under.store().journal;

      it('an operation that was begun is open, also after a restart, exactly as it was written', async () => {
        const begun = operation({ steps: [step('0.decommission')] });
        await journal().begin(begun);
        await under.reopen();
        expect(await journal().open('analytics')).toEqual(begun);
        expect(await journal().find(begun.id)).toEqual(begun);
        expect(await journal().open('other')).toBeUndefined();
        expect(await journal().find('nobody')).toBeUndefined();
      });

      it('a cluster has at most one open operation, clusters do not hinder each other', async () => {
        await journal().begin(operation());
        await expect(journal().begin(operation({ id: 'second' }))).rejects.toThrow('still open');
        expect(await journal().find('second')).toBeUndefined();
        await journal().begin(operation({ id: 'third', cluster: 'other' }));
        expect((await journal().open('other'))?.id).toBe('third');
      });

      it('of two that begin at once one is open', async () => {
        const begun = await Promise.allSettled(['a', 'b', 'c'].map((id) => journal().begin(operation({ id }))));
        expect(begun.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
        expect(await journal().list({ limit: 9 })).toHaveLength(1);
      });

      it('an id is begun once, also after it ended', async () => {
        await journal().begin(operation());
        await journal().update(operation({ state: 'succeeded', endedAt: T0 + 1 }));
        await expect(journal().begin(operation())).rejects.toThrow();
        expect(await journal().open('analytics')).toBeUndefined();
      });

      it('an operation that ended makes room for the next', async () => {
        await journal().begin(operation());
        await journal().update(operation({ state: 'succeeded', startedAt: T0, endedAt: T0 + 5_000 }));
        expect(await journal().open('analytics')).toBeUndefined();
        await journal().begin(operation({ id: 'next', createdAt: T0 + 6_000 }));
        expect((await journal().list({ limit: 9 })).map(({ id }) => id)).toEqual(['next', operation().id]);
      });

      it('update replaces the fields of the operation and leaves its steps alone', async () => {
        await journal().begin(operation());
        await journal().writeStep(operation().id, step('0.speed'));
        const progress = {
          ratio: 0.64,
          tabletsRemaining: 1_118,
          bytesRemaining: undefined,
          estimatedEndAt: T0 + 1,
          text: '1,118 of 3,104 tablets left',
        };
        await journal().update(operation({ state: 'running', progress, steps: [] }));
        await under.reopen();
        expect(await journal().open('analytics')).toEqual(
          operation({ state: 'running', progress, steps: [step('0.speed')] }),
        );
      });

      it('steps keep the order of their first writing, and each key stands once', async () => {
        await journal().begin(operation());
        for (const key of ['0.speed', '0.decommission', '0.watch'])
          await journal().writeStep(operation().id, step(key));
        const done = step('0.speed', { state: 'done', endedAt: T0 + 9, detail: 'set' });
        await journal().writeStep(operation().id, done);
        await under.reopen();
        expect((await journal().open('analytics'))?.steps).toEqual([done, step('0.decommission'), step('0.watch')]);
      });

      it('what was never begun can be neither updated nor given a step', async () => {
        await expect(journal().update(operation())).rejects.toThrow('never begun');
        await expect(journal().writeStep('nobody', step('0.speed'))).rejects.toThrow('never begun');
      });

      it('list is newest first, of one cluster or all, ended after an instant, up to a limit', async () => {
        for (const [index, cluster] of ['a', 'b', 'a'].entries()) {
          const at = T0 + index * 1_000;
          const one = operation({ id: `op-${String(index)}`, cluster, createdAt: at });
          await journal().begin(one);
          if (index < 2) await journal().update({ ...one, state: 'failed', endedAt: at + 500 });
        }
        const ids = async (request: Parameters<Store['journal']['list']>[0]) =>
          (await journal().list(request)).map(({ id }) => id);
        expect(await ids({ limit: 9 })).toEqual(['op-2', 'op-1', 'op-0']);
        expect(await ids({ limit: 2 })).toEqual(['op-2', 'op-1']);
        expect(await ids({ cluster: 'a', limit: 9 })).toEqual(['op-2', 'op-0']);
        expect(await ids({ endedAfter: T0 + 500, limit: 9 })).toEqual(['op-1']);
      });
    });

    describe('control', () => {
      const control = () => under.store().control;
      const pause = (parts: Partial<Pause> = {}): Pause => ({
        cluster: 'analytics',
        direction: 'both',
        since: T0,
        until: undefined,
        reason: 'month-end',
        by: 'ann',
        ...parts,
      });
      const directions = async (at: number) =>
        (await control().pauses('analytics', at)).map(({ direction }) => direction);

      it('a pause holds until its end, or until it is resumed', async () => {
        await control().pause(pause({ direction: 'in', until: T0 + 1_000 }));
        await control().pause(pause({ direction: 'out', since: T0 + 1 }));
        await under.reopen();
        expect(await control().pauses('analytics', T0 + 999)).toEqual([
          pause({ direction: 'in', until: T0 + 1_000 }),
          pause({ direction: 'out', since: T0 + 1 }),
        ]);
        expect(await directions(T0 + 1_000)).toEqual(['out']);
        expect(await control().pauses('other', T0)).toEqual([]);
      });

      it('a second pause of a direction replaces the first', async () => {
        await control().pause(pause({ until: T0 + 1_000 }));
        await control().pause(pause({ reason: 'longer', until: T0 + 9_000 }));
        expect(await control().pauses('analytics', T0)).toEqual([pause({ reason: 'longer', until: T0 + 9_000 })]);
      });

      it.each([
        ['both of both', ['both'], 'both', true, []],
        ['in of both leaves out paused', ['both'], 'in', true, ['out']],
        ['out of both leaves in paused', ['both'], 'out', true, ['in']],
        ['in of in', ['in'], 'in', true, []],
        ['in of out changes nothing', ['out'], 'in', false, ['out']],
        ['both of in and out', ['in', 'out'], 'both', true, []],
        ['in of in and both leaves out', ['in', 'both'], 'in', true, ['out']],
        ['of nothing', [], 'both', false, []],
      ] as const)('resume %s', async (_, paused, resumed, changed, left) => {
        for (const direction of paused) await control().pause(pause({ direction }));
        expect(await control().resume('analytics', { direction: resumed, at: T0, by: 'ann' })).toBe(changed);
        expect(await directions(T0)).toEqual(left);
      });

      it('a pause that ran out is nothing to resume', async () => {
        await control().pause(pause({ until: T0 + 1 }));
        expect(await control().resume('analytics', { direction: 'both', at: T0 + 1, by: 'ann' })).toBe(false);
      });

      it('a cancel stands on the open operation, whatever the daemon writes meanwhile', async () => {
        const request = { at: T0, by: 'ann', reason: 'not tonight' };
        await under.store().journal.begin(operation());
        expect(await control().requestCancel(operation().id, request)).toBe(true);
        await under.store().journal.update(operation({ state: 'running' }));
        await under.reopen();
        expect((await under.store().journal.open('analytics'))?.cancelRequested).toEqual(request);
      });

      it('a cancel that the evaluation asks for stands as well', async () => {
        const request = { at: T0, by: 'evaluation', reason: 'needed again' };
        await under.store().journal.begin(operation());
        await under.store().journal.update(operation({ cancelRequested: request }));
        expect((await under.store().journal.open('analytics'))?.cancelRequested).toEqual(request);
      });

      it('what is unknown, ended or asked for already is not cancelled', async () => {
        const request = { at: T0, by: 'ann', reason: 'not tonight' };
        expect(await control().requestCancel(operation().id, request)).toBe(false);
        await under.store().journal.begin(operation());
        expect(await control().requestCancel(operation().id, request)).toBe(true);
        expect(await control().requestCancel(operation().id, { ...request, by: 'bob' })).toBe(false);
        await under.store().journal.update(operation({ state: 'cancelled', endedAt: T0 }));
        expect(await control().requestCancel(operation().id, request)).toBe(false);
        expect((await under.store().journal.find(operation().id))?.cancelRequested?.by).toBe('ann');
      });
    });

    describe('proposals', () => {
      const journal = () => under.store().journal;
      const control = () => under.store().control;
      const expiresAt = T0 + 9_000;
      const approval = { planHash: 'abc', expiresAt, given: undefined };
      const proposal = operation({ state: 'proposed', approval });
      const yes = { at: T0 + 1_000, by: 'ann', reason: 'fine' };

      it('a proposal is open, and keeps its yes whatever the daemon writes meanwhile', async () => {
        await journal().begin(proposal);
        expect(await control().approve(proposal.id, yes)).toBe(true);
        await journal().update({ ...proposal, reason: 'waits' });
        await under.reopen();
        expect(await journal().open('analytics')).toEqual({
          ...proposal,
          reason: 'waits',
          approval: { ...approval, given: yes },
        });
      });

      it('begins under its own id in one write with its steps, once; no other takes its place', async () => {
        await journal().begin(proposal);
        await control().approve(proposal.id, yes);
        await expect(journal().begin(operation({ id: 'other' }))).rejects.toThrow('still open');
        const begun = operation({ approval: { ...approval, given: yes }, steps: [step('all.admission')] });
        await journal().begin(begun);
        await under.reopen();
        expect(await journal().open('analytics')).toEqual(begun);
        await expect(journal().begin(begun)).rejects.toThrow('still open');
      });

      it('one that ended makes room for the next and takes no yes', async () => {
        await journal().begin(proposal);
        await journal().update({ ...proposal, state: 'cancelled', endedAt: T0 });
        expect(await control().approve(proposal.id, yes)).toBe(false);
        await journal().begin(operation({ id: 'next', state: 'proposed', approval }));
        expect((await journal().open('analytics'))?.id).toBe('next');
      });

      it.each([
        ['is unknown', undefined, yes],
        ['runs', operation({ approval }), yes],
        ['was admitted without asking', operation(), yes],
        ['is out of time', proposal, { ...yes, at: expiresAt }],
      ] as const)('what %s takes no yes', async (_case, stored, given) => {
        if (stored !== undefined) await journal().begin(stored);
        expect(await control().approve(proposal.id, given)).toBe(false);
        expect((await journal().find(proposal.id))?.approval?.given).toBeUndefined();
      });

      it('the first answer counts; a no may follow a yes, never a yes a no', async () => {
        await journal().begin(proposal);
        expect(await control().approve(proposal.id, yes)).toBe(true);
        expect(await control().approve(proposal.id, { ...yes, by: 'bob' })).toBe(false);
        expect(await control().requestCancel(proposal.id, { ...yes, by: 'eve' })).toBe(true);
        expect(await journal().open('analytics')).toMatchObject({
          approval: { given: { by: 'ann' } },
          cancelRequested: { by: 'eve' },
        });
        await journal().update({ ...proposal, state: 'cancelled', endedAt: T0 });
        const next = operation({ id: 'next', state: 'proposed', approval });
        await journal().begin(next);
        expect(await control().requestCancel('next', yes)).toBe(true);
        expect(await control().approve('next', yes)).toBe(false);
      });

      it('of answers that come at once one counts', async () => {
        await journal().begin(proposal);
        const answers = ['ann', 'bob', 'eve'].map((by) => control().approve(proposal.id, { ...yes, by }));
        expect((await Promise.all(answers)).toSorted()).toEqual([false, false, true]);
      });
    });

    describe('orders', () => {
      const orders = () => under.store().orders;
      const pause: Pause = {
        cluster: 'analytics',
        direction: 'both',
        since: T0,
        until: undefined,
        reason: 'x',
        by: 'ann',
      };
      const order = { key: 'k', fingerprint: 'pause', at: T0 };
      const pauses = async () => await under.store().control.pauses('analytics', T0);

      it('are whole: what breaks off leaves nothing', async () => {
        const broken = orders().place(async ({ control, memory }) => {
          await control.pause(pause);
          await memory.setFact('analytics', 'a', '1');
          throw new Error('broken off');
        });
        await expect(broken).rejects.toThrow('broken off');
        expect(await pauses()).toEqual([]);
        expect(await under.store().memory.fact('analytics', 'a')).toBeUndefined();
      });

      it('see what they wrote, and the journal', async () => {
        await under.store().journal.begin(operation());
        const seen = await orders().place(async ({ control, journal, memory }) => {
          await control.pause(pause);
          await memory.setFact('analytics', 'a', '1');
          const open = await journal.open('analytics');
          return [(await control.pauses('analytics', T0)).length, await memory.fact('analytics', 'a'), open?.id];
        });
        expect(seen).toEqual([1, '1', operation().id]);
      });

      it('are placed once for a key: a repetition gets the first answer and changes nothing, also after a restart', async () => {
        const first = await orders().placeOnce(order, async ({ control }) => {
          await control.pause(pause);
          return { ok: true, until: null };
        });
        expect(first).toEqual({ answer: { ok: true, until: null }, repeated: false });
        await under.store().control.resume('analytics', { direction: 'both', at: T0, by: 'ann' });
        await under.reopen();
        const again = await orders().placeOnce(order, () => Promise.reject(new Error('not placed twice')));
        expect(again).toEqual({ answer: { ok: true, until: null }, repeated: true });
        expect(await pauses()).toEqual([]);
      });

      it('under a key of another order are not placed', async () => {
        await orders().placeOnce(order, async () => 1);
        const other = { ...order, fingerprint: 'resume' };
        expect(await orders().placeOnce(other, () => Promise.reject(new Error('not placed')))).toBeUndefined();
      });

      it('that broke off keep no answer: the next try is placed', async () => {
        await expect(orders().placeOnce(order, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
        expect(await orders().placeOnce(order, async () => 2)).toEqual({ answer: 2, repeated: false });
      });

      it('of one key that come at once are placed once', async () => {
        let placed = 0;
        const answers = await Promise.all(
          [1, 2, 3].map(() =>
            orders().placeOnce(order, async ({ control }) => {
              placed += 1;
              await control.pause(pause);
              return placed;
            }),
          ),
        );
        expect(answers.map((each) => each?.answer)).toEqual([1, 1, 1]);
        expect(placed).toBe(1);
      });

      it('keep their answers for a week', async () => {
        const week = 7 * 86_400_000;
        await orders().placeOnce(order, async () => 1);
        await orders().placeOnce({ ...order, key: 'b', at: T0 + week }, async () => 2);
        expect((await orders().placeOnce({ ...order, at: T0 + week }, async () => 3))?.answer).toBe(1);
        await orders().placeOnce({ ...order, key: 'c', at: T0 + week + 1 }, async () => 4);
        expect((await orders().placeOnce(order, async () => 5))?.answer).toBe(5);
      });
    });

    describe('records', () => {
      const records = () => under.store().records;

      it('are found by id, the latest, and the newest at or before an instant', async () => {
        for (const [id, at] of [
          ['a', T0],
          ['b', T0 + 1_000],
          ['c', T0 + 1_000],
        ] as const) {
          await records().append(record(id, at));
        }
        await records().append(record('z', T0 + 5_000, { cluster: 'other' }));
        await under.reopen();
        expect(await records().find('b')).toEqual(record('b', T0 + 1_000));
        expect((await records().latest('analytics'))?.id).toBe('c');
        expect((await records().at('analytics', T0 + 999))?.id).toBe('a');
        expect((await records().at('analytics', T0 + 1_000))?.id).toBe('c');
        expect(await records().at('analytics', T0 - 1)).toBeUndefined();
        expect(await records().find('nobody')).toBeUndefined();
        expect(await records().latest('nobody')).toBeUndefined();
      });

      it('are listed newest first, page by page, each once', async () => {
        const ids = ['a', 'b', 'c', 'd', 'e'];
        await Promise.all(ids.map((id, index) => records().append(record(id, T0 + Math.floor(index / 2)))));
        const pages: string[] = [];
        let page = await records().list({ cluster: 'analytics', limit: 2 });
        while (page.length > 0) {
          pages.push(page.map(({ id }) => id).join(''));
          page = await records().list({ cluster: 'analytics', before: page.at(-1)?.id ?? '', limit: 2 });
        }
        expect(pages).toEqual(['ed', 'cb', 'a']);
        expect(await records().list({ cluster: 'analytics', before: 'nobody', limit: 2 })).toEqual([]);
      });

      it('an id that is there already is refused alone, not those written with it', async () => {
        await records().append(record('a', T0));
        const written = await Promise.allSettled(['b', 'a', 'c'].map((id) => records().append(record(id, T0 + 1))));
        expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect((await records().list({ cluster: 'analytics', limit: 9 })).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
      });

      it('retain deletes what is older, but not what admitted an operation', async () => {
        await records().append(record('old', T0 - 1));
        await records().append(record('admitted', T0 - 1, { operationId: 'op' }));
        await records().append(record('young', T0));
        expect(await records().retain(T0)).toBe(1);
        expect((await records().list({ cluster: 'analytics', limit: 9 })).map(({ id }) => id)).toEqual([
          'young',
          'admitted',
        ]);
        expect(await records().retain(T0)).toBe(0);
      });
    });

    describe('loads', () => {
      const loads = () => under.store().loads;
      const slot = (index: number, parts: Partial<LoadSlot> = {}): LoadSlot => ({
        signal: 'be_cpu',
        slotStartMs: T0 + index * SLOT_MS,
        load: 4.5,
        samples: 5,
        nodes: 9,
        migrating: false,
        ...parts,
      });
      const all = { from: 0, until: T0 * 2 };

      it('are kept by cluster, group and signal, oldest first', async () => {
        await loads().merge('analytics', GROUP, [slot(2), slot(0), slot(1, { signal: 'qps', load: 812 })]);
        await loads().merge('analytics', { role: 'backend', group: 'etl' }, [slot(7)]);
        await loads().merge('other', GROUP, [slot(8)]);
        await under.reopen();
        expect(await loads().read('analytics', GROUP, all)).toEqual({
          ...GROUP,
          signals: { be_cpu: [slot(0), slot(2)], qps: [slot(1, { signal: 'qps', load: 812 })] },
        });
      });

      it('a range holds its start and not its end', async () => {
        await loads().merge('analytics', GROUP, [slot(0), slot(1), slot(2)]);
        const range = { from: T0 + SLOT_MS, until: T0 + 2 * SLOT_MS };
        expect((await loads().read('analytics', GROUP, range)).signals).toEqual({ be_cpu: [slot(1)] });
      });

      it('the higher load of a slot wins with its nodes, and migrating stays once set', async () => {
        await loads().merge('analytics', GROUP, [slot(0, { load: 4, nodes: 9, samples: 5 })]);
        await loads().merge('analytics', GROUP, [slot(0, { load: 6, nodes: 8, samples: 2, migrating: true })]);
        await loads().merge('analytics', GROUP, [slot(0, { load: 5, nodes: 7, samples: 3 })]);
        expect((await loads().read('analytics', GROUP, all)).signals['be_cpu']).toEqual([
          slot(0, { load: 6, nodes: 8, samples: 5, migrating: true }),
        ]);
      });

      it('what is no number is left out, not kept as 0', async () => {
        await loads().merge('analytics', GROUP, [slot(0, { load: Number.NaN }), slot(1), slot(2, { load: Infinity })]);
        expect((await loads().read('analytics', GROUP, all)).signals).toEqual({ be_cpu: [slot(1)] });
      });

      it('months of slots fit into one merge', async () => {
        const slots = Array.from({ length: 5_000 }, (_, index) => slot(index));
        await loads().merge('analytics', GROUP, slots);
        expect((await loads().read('analytics', GROUP, all)).signals['be_cpu']).toHaveLength(5_000);
      });

      it('any order and grouping of merges ends in the same history', async () => {
        const slots = fc.array(
          fc.record({
            index: fc.integer({ min: 0, max: 4 }),
            load: fc.integer({ min: 0, max: 9 }),
            migrating: fc.boolean(),
          }),
          { minLength: 1, maxLength: 12 },
        );
        let run = 0;
        await fc.assert(
          fc.asyncProperty(slots, fc.integer({ min: 0, max: 12 }), async (parts, split) => {
            run += 1;
            const given = parts.map(({ index, load, migrating }) => slot(index, { load, migrating }));
            const name = (order: string) => `${order}-${String(run)}`;
            await loads().merge(name('once'), GROUP, given);
            for (const piece of [given.slice(split), given.slice(0, split)]) {
              await loads().merge(name('split'), GROUP, piece.toReversed());
            }
            expect(await loads().read(name('split'), GROUP, all)).toEqual(await loads().read(name('once'), GROUP, all));
          }),
          { numRuns: 25 },
        );
      });

      it('retain deletes what began before', async () => {
        await loads().merge('analytics', GROUP, [slot(0), slot(1)]);
        expect(await loads().retain(T0 + SLOT_MS)).toBe(1);
        expect((await loads().read('analytics', GROUP, all)).signals).toEqual({ be_cpu: [slot(1)] });
      });
    });

    describe('memory', () => {
      const memory = () => under.store().memory;
      const member = (node: string, parts: Partial<Member> = {}): Member => ({
        node,
        role: 'backend',
        group: 'default',
        host: '10.0.0.29',
        httpPort: 8040,
        firstSeenAt: T0,
        lastSeenAt: T0,
        missedAt: undefined,
        goneAt: undefined,
        lastStartTime: undefined,
        restartSeenAt: undefined,
        ...parts,
      });

      it('the cluster id, once learnt, is there after a restart', async () => {
        expect(await memory().clusterId('analytics')).toBeUndefined();
        await memory().learnClusterId('analytics', '1234567');
        await under.reopen();
        expect(await memory().clusterId('analytics')).toBe('1234567');
        expect(await memory().clusterId('other')).toBeUndefined();
      });

      it('members that are saved replace themselves and leave the others', async () => {
        await memory().saveMembers('analytics', [member('a:9050'), member('b:9050')]);
        await memory().saveMembers('analytics', [member('b:9050', { missedAt: T0 + 1 }), member('c:9050')]);
        await under.reopen();
        expect(await memory().members('analytics')).toEqual([
          member('a:9050'),
          member('b:9050', { missedAt: T0 + 1 }),
          member('c:9050'),
        ]);
        expect(await memory().members('other')).toEqual([]);
      });

      it('foreign changes are there since an instant, each once', async () => {
        const change = (node: string, at: number) => ({ ...GROUP, at, node, change: 'removed' as const });
        for (const one of [change('a:9050', T0), change('b:9050', T0 + 1), change('b:9050', T0 + 1)]) {
          await memory().addForeignChange('analytics', one);
        }
        expect(await memory().foreignChanges('analytics', T0)).toEqual([
          change('a:9050', T0),
          change('b:9050', T0 + 1),
        ]);
        expect(await memory().foreignChanges('analytics', T0 + 1)).toEqual([change('b:9050', T0 + 1)]);
        expect(await memory().foreignChanges('other', 0)).toEqual([]);
      });

      it('facts are set, replaced and forgotten by name', async () => {
        await memory().setFact('analytics', 'backend/default/baseline', '9');
        await memory().setFact('analytics', 'backend/default/baseline', '8');
        await memory().setFact('analytics', 'backend/default/rests', '1');
        await memory().setFact('analytics', 'backend/default/rests', undefined);
        await under.reopen();
        expect(await memory().fact('analytics', 'backend/default/baseline')).toBe('8');
        expect(await memory().fact('analytics', 'backend/default/rests')).toBeUndefined();
      });
    });

    describe('everything at once', () => {
      it('writes and reads that overlap do not disturb each other', async () => {
        const { journal, records, loads, memory, control } = under.store();
        await journal.begin(operation());
        const refused = journal.begin(operation({ id: 'second' })).catch(() => 'refused');
        await Promise.all([
          ...Array.from({ length: 30 }, (_, index) => records.append(record(`r${String(index)}`, T0 + index))),
          ...Array.from({ length: 10 }, (_, index) => journal.writeStep(operation().id, step(`0.${String(index)}`))),
          loads.merge('analytics', GROUP, [
            { signal: 'be_cpu', slotStartMs: T0, load: 1, samples: 1, nodes: 1, migrating: false },
          ]),
          memory.setFact('analytics', 'x', '1'),
          control.requestCancel(operation().id, { at: T0, by: 'ann', reason: 'r' }),
          journal.open('analytics'),
        ]);
        expect(await refused).toBe('refused');
        await under.reopen();
        expect((await under.store().journal.open('analytics'))?.steps).toHaveLength(10);
        expect(await under.store().records.list({ cluster: 'analytics', limit: 99 })).toHaveLength(30);
        expect(await under.store().check()).toBe(true);
      });

      it('a closed store is not writable and leads nothing', async () => {
        const store = under.store();
        expect(store.lease.holds('analytics')).toBe(true);
        await store.close();
        await store.close();
        expect(store.lease.holds('analytics')).toBe(false);
        expect(await store.check()).toBe(false);
      });
    });
  });
}
