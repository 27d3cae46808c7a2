import { afterDeadline } from '../deadline.ts';
import { DorisError, DorisUnreachable } from '../errors.ts';

/** From what tells most about the cluster to what tells least. */
const TELLING = [
  'doris-wrong-cluster',
  'doris-access-denied',
  'doris-no-majority',
  'doris-no-master',
  'doris-bad-answer',
  'doris-statement-failed',
  'doris-timeout',
];

/**
 * The first attempt that succeeds. The next starts as soon as one fails, or beside it after `patienceMs`: a slow answer is
 * not a dead cluster, and a dead endpoint must not hold up the rest. Answers that come too late go to `discard`.
 */
export function firstAnswer<T>(
  attempts: readonly (() => Promise<T>)[],
  options: { readonly patienceMs: number; readonly discard: (late: T) => void },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const errors: unknown[] = [];
    let next = 0;
    let answered = false;

    const start = (): void => {
      const attempt = answered ? undefined : attempts[next];
      if (attempt === undefined) return;
      next += 1;
      let passedOn = false;
      const passOn = (): void => {
        if (passedOn) return;
        passedOn = true;
        settled();
        start();
      };
      const settled = afterDeadline(options.patienceMs, passOn);
      attempt().then(
        (value) => {
          settled();
          if (answered) {
            options.discard(value);
            return;
          }
          answered = true;
          resolve(value);
        },
        (error: unknown) => {
          errors.push(error);
          passOn();
          if (!answered && errors.length === attempts.length) reject(mostTelling(errors));
        },
      );
    };

    if (attempts.length === 0) reject(new DorisUnreachable('there is no endpoint to ask'));
    start();
  });
}

/** One error for all attempts: the most telling one, or that none of the endpoints can be reached. */
function mostTelling(errors: readonly unknown[]): Error {
  const own = errors.find((error) => error instanceof Error && !(error instanceof DorisError));
  if (own instanceof Error) return own;
  const doris = errors.filter((error) => error instanceof DorisError);
  const ranked = TELLING.map((code) => doris.find((error) => error.code === code)).find((error) => error !== undefined);
  const [only, second] = doris;
  if (only !== undefined && second === undefined) return only;
  if (ranked !== undefined) return ranked;
  return new DorisUnreachable(`no endpoint answers: ${doris.map((error) => error.message).join('; ')}`, {
    cause: new AggregateError(doris),
  });
}
