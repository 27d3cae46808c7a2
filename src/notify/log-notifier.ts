import type { Log } from '../domain/ports/log.ts';
import type { Notifier } from '../domain/ports/notifier.ts';

/** Notices go to the log until a channel is configured that carries them further. */
export function logNotifier(log: Log): Notifier {
  return {
    notify: ({ at: _at, title, ...fields }) => {
      log.warn(title, fields);
    },
  };
}
