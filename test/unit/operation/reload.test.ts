import { describe, expect, it } from 'vitest';
import { runOperation } from '../../../src/controller/run-operation.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import { oneCallPerKey } from '../../../src/provisioner/one-call-per-key.ts';
import type { CallsUnderWay } from '../../../src/provisioner/one-call-per-key.ts';
import { testOperation, when } from './support/carry-out.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { CodedTestError, world } from './support/world.ts';
import type { World } from './support/world.ts';

describe('a policy that is edited while the program of a provisioner is at work', () => {
  it('has no second one work on the same host beside it, and the operation goes on once it has ended', async () => {
    const w = world();
    const journal = memoryJournal();
    const operation = testOperation(w, 'add-backend');
    await journal.begin(operation);
    let atWork = 0;
    const seen: string[] = [];
    let endFirst: (() => void) | undefined;
    const program: Provisioner = {
      ...w.provisioner,
      async reset(request) {
        atWork += 1;
        seen.push(`reset, ${String(atWork)} at work`);
        if (endFirst === undefined) await new Promise<void>((resolve) => (endFirst = resolve));
        await w.provisioner.reset(request);
        atWork -= 1;
      },
      async start(request) {
        seen.push(`start, ${String(atWork)} others at work`);
        await w.provisioner.start(request);
      },
    };
    const underWay: CallsUnderWay = new Map();
    const loop = async (signal: AbortSignal, then: () => void) =>
      await runOperation({
        operation: (await journal.find(operation.id)) ?? operation,
        policy: () => testPolicy({ windows: { always: true } }),
        ports: {
          ...w,
          provisioner: oneCallPerKey(program, { underWay, waitMs: 60_000 }),
          journal,
          lease: { holds: () => true },
          notifier: { notify: () => undefined },
          log: { debug() {}, info() {}, warn() {}, error() {} },
        },
        needAgain: () => undefined,
        onChange: when('0.reset', 'intent', () => setTimeout(then, 5)),
        signal,
      });

    const reload = new AbortController();
    const left = await loop(reload.signal, () => {
      reload.abort();
    });
    expect(left.steps.find(({ key }) => key === '0.reset')?.state).toBe('intent');
    const ended = await loop(new AbortController().signal, () => setTimeout(() => endFirst?.(), 20));
    expect(seen).toEqual(['reset, 1 at work', 'start, 0 others at work']);
    expect(ended.state).toBe('succeeded');
  });
});

describe('a loop that was left while a statement of it had no answer', () => {
  it('writes nothing into the journal of the next one and sends nothing more, whenever its answer comes', async () => {
    const w = world();
    const journal = memoryJournal();
    const operation = testOperation(w, 'add-backend', { count: 2 });
    await journal.begin(operation);
    let cutOff: (() => void) | undefined;
    const hanging: World['writer'] = {
      async apply(change, options) {
        if (change.kind !== 'add-backend') return await w.writer.apply(change, options);
        if (cutOff !== undefined) throw new Error('sent by a loop that was left');
        await new Promise<void>((resolve) => (cutOff = resolve));
        throw new CodedTestError('doris-outcome-unknown', 'the connection was closed');
      },
    };
    const loop = async (writer: World['writer'], signal: AbortSignal, then: () => void) =>
      await runOperation({
        operation: (await journal.find(operation.id)) ?? operation,
        policy: () => testPolicy({ windows: { always: true } }),
        ports: {
          ...w,
          writer,
          journal,
          lease: { holds: () => true },
          notifier: { notify: () => undefined },
          log: { debug() {}, info() {}, warn() {}, error() {} },
        },
        needAgain: () => undefined,
        onChange: when('1.register', 'intent', () => setTimeout(then, 5)),
        signal,
      });

    const reload = new AbortController();
    const left = await loop(hanging, reload.signal, () => {
      reload.abort();
    });
    expect(left.steps.filter(({ key, state }) => key.endsWith('.register') && state === 'intent')).toHaveLength(2);
    const ended = await loop(w.writer, new AbortController().signal, () => undefined);
    expect(ended.state).toBe('succeeded');
    const written = await journal.find(operation.id);
    cutOff?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await journal.find(operation.id)).toEqual(written);
    expect(w.backends()).toHaveLength(7);
  });
});

describe('a run that broke off since the journal could not be written', () => {
  it('writes nothing into it any more once the next run has taken the operation up', async () => {
    const w = world();
    const kept = memoryJournal();
    const operation = testOperation(w, 'add-backend', { count: 2 });
    await kept.begin(operation);
    const calls = new Set<string>();
    let endLate: (() => void) | undefined;
    const slow: Provisioner = {
      ...w.provisioner,
      async reset(request) {
        const isFirst = !calls.has(request.key);
        calls.add(request.key);
        if (request.key.endsWith('.0') || !isFirst) return await w.provisioner.reset(request);
        await new Promise<void>((resolve) => (endLate = resolve));
        throw new CodedTestError('provisioner-try-again', 'cut off');
      },
    };
    let isFull = true;
    const full: typeof kept = {
      ...kept,
      async writeStep(id, step) {
        if (isFull && step.key === '0.reset' && step.state === 'done') throw new Error('the disk is full');
        await kept.writeStep(id, step);
      },
    };
    const run = async () =>
      await runOperation({
        operation: (await kept.find(operation.id)) ?? operation,
        policy: () => testPolicy({ windows: { always: true } }),
        ports: {
          ...w,
          provisioner: slow,
          journal: full,
          lease: { holds: () => true },
          notifier: { notify: () => undefined },
          log: { debug() {}, info() {}, warn() {}, error() {} },
        },
        needAgain: () => undefined,
        onChange: () => undefined,
        signal: new AbortController().signal,
      });

    await expect(run()).rejects.toThrow('the disk is full');
    isFull = false;
    expect((await run()).state).toBe('succeeded');
    const written = await kept.find(operation.id);
    endLate?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await kept.find(operation.id)).toEqual(written);
  });
});
