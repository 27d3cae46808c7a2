import type { Operation } from '../../../src/domain/operation.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { SimulatedCluster } from '../../../src/simulator/cluster.ts';
import { FaultError, parseFault } from '../../../src/simulator/faults/fault.ts';
import type { DiscreteClock } from '../../../src/time/discrete-clock.ts';
import type { Outage } from '../support/load.ts';
import type { WorldEvent } from './events.ts';
import type { Weather } from './faults.ts';
import type { Order, PlannedFault } from './planned-fault.ts';
import type { SoakProcess } from './process.ts';
import type { SoakStore } from './store.ts';
import { substitute } from './symbols.ts';
import type { Symbols } from './symbols.ts';

/** What a fault may lay hands on. */
export interface Stage {
  readonly truth: Clock;
  readonly clock: DiscreteClock;
  readonly cluster: SimulatedCluster;
  readonly clusterName: string;
  readonly store: SoakStore;
  readonly sky: Weather;
  readonly outages: Outage[];
  readonly symbols: () => Symbols;
  readonly openOperation: () => Operation | undefined;
  readonly process: () => SoakProcess | undefined;
  readonly start: () => Promise<void>;
  readonly kill: () => void;
  readonly stop: () => Promise<void>;
  readonly happened: (event: WorldEvent) => void;
}

/** Undefined: it cannot be now. Otherwise it has begun, and this ends it. */
type Begun = (() => Promise<void> | void) | undefined;

/** A fault from its beginning to its end. */
export async function carryOut(fault: PlannedFault, stage: Stage): Promise<void> {
  const tell = (state: 'begun' | 'ended' | 'skipped'): void => {
    stage.happened({ is: 'fault', atMs: stage.truth.now(), fault, state });
  };
  const end = await begin(fault, stage);
  if (end === undefined) {
    tell('skipped');
    return;
  }
  stage.sky.begin(fault);
  tell('begun');
  await stage.truth.sleep(fault.forMs);
  stage.sky.end(fault);
  await end();
  tell('ended');
}

const nothing = (): void => undefined;

async function begin(fault: PlannedFault, stage: Stage): Promise<Begun> {
  const { cluster, truth, clock, store, sky } = stage;
  switch (fault.kind) {
    case 'crash':
      stage.process()?.life.endAt(fault.nth, fault.when, fault.at);
      // Nothing may have been asked of a port meanwhile.
      return async () => {
        stage.kill();
        await stage.start();
      };
    case 'kill':
      stage.kill();
      return stage.start;
    case 'stop':
      await stage.stop();
      return stage.start;
    case 'model':
      return injected(fault, stage);
    case 'backend-down':
    case 'frontend-down': {
      const host = stage.symbols().host(fault.host);
      if (host === undefined) return undefined;
      const isBackend = fault.kind === 'backend-down';
      if (isBackend) cluster.killBackend(host, truth.now());
      else cluster.killFrontend(host, truth.now());
      return () => {
        if (isBackend) cluster.startBackend(host, truth.now());
        else cluster.startFrontend(host, undefined, truth.now());
      };
    }
    case 'prometheus': {
      const startMs = truth.now();
      stage.outages.push({ startMs, endMs: startMs + fault.forMs, manner: fault.manner });
      return nothing;
    }
    case 'clock':
      clock.setWall(clock.now() + fault.byMs);
      return () => {
        clock.setWall(clock.now() - fault.byMs);
      };
    case 'store-full':
      store.setFull(true);
      return () => {
        store.setFull(sky.lasting().some(({ kind }) => kind === 'store-full'));
      };
    case 'by-hand': {
      // Whom a symbol means is kept for the end.
      const both = substitute({ begin: fault.begin, end: fault.end }, stage.symbols().address);
      if (both === undefined || !(await byHand(both.begin, stage))) return undefined;
      return async () => {
        await byHand(both.end, stage);
      };
    }
    case 'order':
      return ordered(fault.order, stage);
    case 'unreachable':
    case 'slow-replies':
    case 'lost-replies':
    case 'host-scripts':
      return nothing;
  }
}

function injected({ begin, end }: Extract<PlannedFault, { readonly kind: 'model' }>, stage: Stage): Begun {
  const { host } = stage.symbols();
  // The host that a symbol means is kept for the end.
  const both = substitute({ begin, end: end ?? null }, host);
  if (both === undefined) return undefined;
  const inject = (fault: unknown): void => {
    stage.cluster.inject(parseFault(fault), stage.truth.now());
  };
  inject(both.begin);
  return () => {
    if (both.end === null) return;
    try {
      inject(both.end);
    } catch (error) {
      // The backend left meanwhile, and what was wrong with it left with it.
      if (!(error instanceof FaultError)) throw error;
    }
  };
}

let connections = 1_000_000;

/** What is refused a person reads and leaves so. Resolves to whether it could be typed at all. */
async function byHand(statements: readonly string[], stage: Stage): Promise<boolean> {
  const { cluster, truth } = stage;
  const master = cluster.frontends().find(({ isMaster }) => isMaster);
  if (master === undefined) return false;
  for (const text of statements) {
    connections += 1;
    const session = cluster.openSession(master.host, 'root', '127.0.0.1', connections, truth.now());
    const answer = cluster.execute(session, text, truth.now());
    cluster.closeSession(session);
    stage.happened({
      is: 'statement',
      atMs: truth.now(),
      by: 'hand',
      text,
      frontendHost: master.host,
      changes: true,
      outcome: answer.kind,
      windowOpen: true,
      change: undefined,
      intents: [],
    });
  }
  return true;
}

async function ordered(order: Order, stage: Stage): Promise<Begun> {
  const { store, clock, clusterName: cluster } = stage;
  const { control } = store;
  const by = 'someone';
  const open = stage.openOperation();
  if (store.isFull()) return undefined;
  switch (order) {
    case 'approve': {
      if (open === undefined) return undefined;
      const taken = await control.approve(open.id, { at: clock.now(), by, reason: 'looks right' });
      return taken ? nothing : undefined;
    }
    case 'cancel':
      if (open === undefined) return undefined;
      await control.requestCancel(open.id, { at: clock.now(), by, reason: 'by hand' });
      return nothing;
    case 'resume':
      await control.resume(cluster, { direction: 'both', at: clock.now(), by });
      return nothing;
    case 'pause': {
      const until = clock.now() + 86_400_000;
      await control.pause({ cluster, direction: 'both', since: clock.now(), until, by, reason: 'by hand' });
      return nothing;
    }
  }
}
