import type { Log } from '../domain/ports/log.ts';
import type { Notifier } from '../domain/ports/notifier.ts';

/** The log has a line of its own for these, written where they happen. */
const SAID_ALREADY: readonly string[] = [
  'operation-succeeded',
  'operation-failed',
  'operation-cancelled',
  'foreign-change',
  'node-reappeared',
];

/** Notices go to the log until a channel is configured that carries them further. */
export function logNotifier(log: Log): Notifier {
  return {
    notify: ({ at: _at, title, ...fields }) => {
      if (SAID_ALREADY.includes(fields.event)) log.debug(title, fields);
      else log.warn(title, fields);
    },
  };
}
