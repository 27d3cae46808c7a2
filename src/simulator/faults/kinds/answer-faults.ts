import { z } from 'zod';
import { count, isOn } from './fields.ts';

/** What may happen to what FEs and host scripts answer, and to what the master's memory holds. */
export const ANSWER_FAULTS = [
  /** SHOW FRONTENDS answers so much later, as with a host whose name takes its time to resolve. 0: at once. */
  z.strictObject({ kind: z.literal('slow-show-frontends'), delayMs: count }),
  /**
   * The next `statements` whose text begins with `text` (any case; '': all) are carried out at once, and then the reply comes
   * `delayMs` later (`late`), never (`never`), or the connection breaks instead of a reply (`lost`). `statements: 0` ends it.
   */
  z.strictObject({
    kind: z.literal('troubled-replies'),
    text: z.string(),
    reply: z.enum(['late', 'never', 'lost']),
    delayMs: count.default(0),
    statements: count,
  }),
  /**
   * The next `calls` of a verb of the provisioner ('*': any) answer late, never or with a failure; `isDone` tells whether the host
   * does what was asked all the same. `calls: 0` ends it.
   */
  z.strictObject({
    kind: z.literal('host-script'),
    verb: z.enum(['acquire', 'reset', 'start', 'stop', 'release', 'list', '*']),
    answer: z.enum(['late', 'never', 'fails']),
    delayMs: count.default(0),
    isDone: isOn,
    calls: count,
  }),
  /** Somebody set this on the master (on all FEs with `everywhere`). null: back to the default. */
  z.strictObject({
    kind: z.literal('frontend-config'),
    key: z.string().min(1),
    value: z.string().nullable(),
    everywhere: isOn.default(false),
  }),
] as const;
