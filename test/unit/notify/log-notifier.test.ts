import { describe, expect, it } from 'vitest';
import { logNotifier } from '../../../src/notify/log-notifier.ts';
import { capturedLog } from '../../support/captured-log.ts';

const notice = (event: string) => ({
  at: 0,
  cluster: 'analytics',
  event,
  title: 'remove-backend 10.0.0.29:9050 stands still',
  lines: ['why    tablets find no target'],
});

describe('a notice', () => {
  it('is a warning with its title as the message and its lines', () => {
    const log = capturedLog();
    logNotifier(log).notify(notice('operation-stalled'));
    expect(log.lines).toEqual([
      {
        level: 'warn',
        message: 'remove-backend 10.0.0.29:9050 stands still',
        fields: { cluster: 'analytics', event: 'operation-stalled', lines: ['why    tablets find no target'] },
      },
    ]);
  });

  it.each(['operation-succeeded', 'operation-failed', 'operation-cancelled', 'foreign-change', 'node-reappeared'])(
    'of %s is not said twice: the log has a line of it already',
    (event) => {
      const log = capturedLog();
      logNotifier(log).notify(notice(event));
      expect(log.said()).toEqual([]);
    },
  );
});
