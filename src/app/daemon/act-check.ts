import type { Finding } from '../../domain/finding.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { findingText } from '../present/findings/finding-text.ts';

/** Asked again so often while everything is allowed, and while something is not. */
const AGAIN_MS = 300_000;
const FAILED_AGAIN_MS = 30_000;

/**
 *  not asked --look--> passed  --5 min--> asked again beside the evaluations
 *                 \--> failed  --30 s---> asked again
 *
 * Fails closed: a cluster is only observed until the first answer is there. Only a failed finding counts, warnings do not.
 */
export interface ActCheck {
  /** Why the cluster is kept in observe: the check that failed; undefined = its own mode holds. */
  reason(): string | undefined;
  /** Asks when its time has come. Waits for the first answer only: a slow answer later holds up no evaluation. */
  look(): Promise<void>;
}

export function actCheck(options: {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Never rejects. */
  readonly examine: () => Promise<readonly Finding[]>;
  /** Told when the reason has changed, the first answer included when it is a failure. */
  readonly onChange: (reason: string | undefined) => void;
}): ActCheck {
  const { clock } = options;
  let reason: string | undefined = 'not checked yet';
  let told: string | undefined;
  let answered = false;
  let asking: Promise<void> | undefined;
  let askedMs = -Infinity;

  const ask = async (): Promise<void> => {
    askedMs = clock.monotonicMs();
    const failed = (await options.examine()).find((finding) => finding.level === 'fail');
    answered = true;
    reason = failed === undefined ? undefined : findingText(failed);
    if (reason === told) return;
    told = reason;
    options.onChange(reason);
  };

  return {
    reason: () => reason,
    async look() {
      const againMs = reason === undefined ? AGAIN_MS : FAILED_AGAIN_MS;
      if (asking === undefined && clock.monotonicMs() - askedMs >= againMs) {
        asking = ask().finally(() => {
          asking = undefined;
        });
      }
      if (!answered) await asking;
    },
  };
}
