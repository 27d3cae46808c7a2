import type { Operation, StepRecord } from '../../../../src/domain/operation.ts';
import type { Topology } from '../../../../src/domain/topology.ts';
import { memoryJournal } from './memory-journal.ts';
import type { MemoryJournal } from './memory-journal.ts';
import { CodedTestError, START } from './world.ts';
import type { World } from './world.ts';

export function recordOf({ steps }: Operation, key: string): StepRecord | undefined {
  return steps.find((step) => step.key === key);
}

export function verbsOf(w: World): readonly string[] {
  return w.verbs.map(({ verb, host }) => `${verb} ${host}`);
}

/** A journal whose next write, once it is armed, kills the process that asks for it; it is started again so much later. */
export function killedOnce(w: World, downMs = 0): { readonly journal: MemoryJournal; arm(): void } {
  let armed = false;
  let killed = false;
  const journal = memoryJournal(() => {
    if (!armed || killed) return 'no';
    killed = true;
    w.advance(downMs);
    return 'before';
  });
  return {
    journal,
    arm() {
      armed = true;
    },
  };
}

/** The world with a cluster that cannot be read while `isBlind`. */
export function blinded(w: World, isBlind: () => boolean): World {
  const topology = async (): Promise<Topology> => {
    if (isBlind()) throw new CodedTestError('doris-no-master', 'no frontend is master');
    return await w.reader.topology();
  };
  return { ...w, reader: { ...w.reader, topology } };
}

/** The world whose next look, once it is armed, does not show a node. */
export function missingOnce(w: World, node: string): { readonly world: World; arm(): void } {
  let armed = false;
  const topology = async (): Promise<Topology> => {
    const seen = await w.reader.topology();
    if (!armed) return seen;
    armed = false;
    const others = <T extends { readonly address: string }>(rows: readonly T[]): readonly T[] =>
      rows.filter(({ address }) => address !== node);
    return { ...seen, backends: others(seen.backends), frontends: others(seen.frontends) };
  };
  return {
    world: { ...w, reader: { ...w.reader, topology } },
    arm() {
      armed = true;
    },
  };
}

/** The world by a wall clock that is set as told; what passes is measured all the same. */
export function setClock(w: World, offsetMs: () => number): World {
  const now = (): number => w.clock.now() + offsetMs();
  const clock = { ...w.clock, now, monotonicMs: () => w.clock.now() - START };
  const topology = async (): Promise<Topology> => ({ ...(await w.reader.topology()), at: now() });
  return { ...w, clock, reader: { ...w.reader, topology } };
}

/** The first statement of a kind is carried out so much later than anybody waits for it. */
export function late(w: World, kind: string, ms: number): { readonly world: World; settle(): void } {
  const apply = w.writer.apply.bind(w.writer);
  let due: { readonly at: number; readonly run: () => void } | undefined;
  let wasLate = false;
  const pump = (): void => {
    if (due === undefined || w.clock.now() < due.at) return;
    const { run } = due;
    due = undefined;
    run();
  };
  const writer: World['writer'] = {
    async apply(...args) {
      pump();
      const [change] = args;
      if (change.kind === kind && !wasLate) {
        wasLate = true;
        due = { at: w.clock.now() + ms, run: () => void apply(...args) };
        throw new CodedTestError('doris-outcome-unknown', 'no answer');
      }
      // As the real writer: what is so already is not sent.
      const row = w.backends().find(({ address }) => 'node' in change && change.node === address);
      if (change.kind === 'cancel-decommission' && row?.decommissioned === false) return 'already';
      return await apply(...args);
    },
  };
  const clock: World['clock'] = {
    ...w.clock,
    async sleep(forMs, signal) {
      await w.clock.sleep(forMs, signal);
      pump();
    },
  };
  return {
    world: { ...w, writer, clock },
    settle() {
      w.advance(ms);
      pump();
    },
  };
}
