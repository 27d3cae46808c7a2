import type { Provisioner } from '../domain/ports/provisioner.ts';
import { ProvisionerError } from './errors.ts';

/** The call that is under way for each key. One map for the whole process, since calls outlive the loop that made them. */
export type CallsUnderWay = Map<string, { readonly question: string; readonly answer: Promise<unknown> }>;

/**
 * The same provisioner with one call at a time for each key, whoever makes it: a loop that was stopped for a reload leaves its
 * call under way. The same question again shares its answer; another one waits until it has ended, `waitMs` at most, and
 * rejects with provisioner-try-again, so that the caller looks anew before it asks for it.
 */
export function oneCallPerKey(
  provisioner: Provisioner,
  { underWay, waitMs }: { readonly underWay: CallsUnderWay; readonly waitMs: number },
): Provisioner {
  const alone = async <R extends { readonly key: string }, T>(
    verb: string,
    request: R,
    ask: (request: R) => Promise<T>,
  ): Promise<T> => {
    const { key } = request;
    const question = JSON.stringify([provisioner.name, verb, request]);
    const before = underWay.get(key);
    if (before === undefined) {
      const answer = ask(request).finally(() => underWay.delete(key));
      underWay.set(key, { question, answer });
      return await answer;
    }
    const isOver = await endsWithin(before.answer, waitMs);
    if (isOver && before.question === question) return (await before.answer) as T;
    throw new ProvisionerError(
      'provisioner-try-again',
      `provisioner ${provisioner.name}: ${verb}: a call for ${key} was still under way; nothing was done`,
    );
  };
  return {
    ...provisioner,
    list: () => provisioner.list(),
    acquire: (request) => alone('acquire', request, (each) => provisioner.acquire(each)),
    reset: (request) => alone('reset', request, (each) => provisioner.reset(each)),
    start: (request) => alone('start', request, (each) => provisioner.start(each)),
    stop: (request) => alone('stop', request, (each) => provisioner.stop(each)),
    release: (request) => alone('release', request, (each) => provisioner.release(each)),
  };
}

async function endsWithin(work: Promise<unknown>, waitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, waitMs);
  });
  const over = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([over, late]);
  } finally {
    clearTimeout(timer);
  }
}
