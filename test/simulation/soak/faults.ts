import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import { ProvisionerError } from '../../../src/provisioner/errors.ts';
import type { Between } from '../support/channel.ts';
import type { PlannedFault, StatementsOf } from './planned-fault.ts';

type Of<Kind extends PlannedFault['kind']> = Extract<PlannedFault, { readonly kind: Kind }>;

/** The faults that last now, as what lies between us and the world asks for them. */
export interface Weather {
  begin(fault: PlannedFault): void;
  end(fault: PlannedFault): void;
  readonly lasting: () => readonly PlannedFault[];
  readonly between: Omit<Between, 'sent'>;
  /** The same hosts, whose scripts may answer late, not at all, or no. */
  provisioner(provisioner: Provisioner, clock: Clock, patienceMs: () => number): Provisioner;
}

export function weather(hostOf: (symbol: string) => string | undefined): Weather {
  let faults: readonly PlannedFault[] = [];
  /** Replies that a fault still takes. */
  const toLose = new Map<PlannedFault, number>();
  const of = <Kind extends PlannedFault['kind']>(kind: Kind): readonly Of<Kind>[] =>
    faults.length === 0 ? [] : faults.filter((fault): fault is Of<Kind> => fault.kind === kind);

  return {
    begin(fault) {
      faults = [...faults, fault];
      if (fault.kind === 'lost-replies') toLose.set(fault, fault.count);
    },
    end(fault) {
      faults = faults.filter((each) => each !== fault);
      toLose.delete(fault);
    },
    lasting: () => faults,
    between: {
      isReachable: (host) => !of('unreachable').some((fault) => fault.host === '$all' || hostOf(fault.host) === host),
      replyDelayMs(_text, changes) {
        for (const fault of of('lost-replies')) {
          const left = toLose.get(fault) ?? 0;
          if (left === 0 || !concerns(fault.of, changes)) continue;
          toLose.set(fault, left - 1);
          return Infinity;
        }
        return of('slow-replies').reduce(
          (longest, fault) => (concerns(fault.of, changes) ? Math.max(longest, fault.delayMs) : longest),
          0,
        );
      },
    },
    provisioner(provisioner, clock, patienceMs) {
      const through = async <T>(work: () => Promise<T>): Promise<T> => {
        const [fault] = of('host-scripts');
        if (fault === undefined) return await work();
        const late = (): never => {
          throw new ProvisionerError('provisioner-timeout', 'no answer in time');
        };
        switch (fault.manner) {
          case 'fail':
            throw new ProvisionerError('provisioner-failed', 'the script failed: exit 1');
          case 'try-again':
            throw new ProvisionerError('provisioner-try-again', 'the script says try again: exit 75');
          case 'lost':
            await work();
            await clock.sleep(patienceMs());
            return late();
          case 'late': {
            const answer = await work();
            await clock.sleep(Math.min(fault.delayMs, patienceMs()));
            return fault.delayMs >= patienceMs() ? late() : answer;
          }
        }
      };
      return {
        ...provisioner,
        list: () => through(() => provisioner.list()),
        acquire: (request) => through(() => provisioner.acquire(request)),
        reset: (request) => through(() => provisioner.reset(request)),
        start: (request) => through(() => provisioner.start(request)),
        stop: (request) => through(() => provisioner.stop(request)),
        release: (request) => through(() => provisioner.release(request)),
      };
    },
  };
}

function concerns(of: StatementsOf, changes: boolean): boolean {
  return of === 'all' || (of === 'changes') === changes;
}
