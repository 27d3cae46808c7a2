import { describe, expect, test } from 'vitest';
import { classifyServerError } from '../../../src/doris/classify-error.ts';
import type { Recording } from '../../support/doris/recordings.ts';
import { RECORDED_VERSIONS, readRecordings } from '../../support/doris/recordings.ts';

/** First words of a text -> the code that callers rely on. Everything else may be `doris-statement-failed` only. */
const EXPECTED: readonly (readonly [RegExp, string])[] = [
  [/Same backend already exists/, 'doris-backend-exists'],
  [/[Bb]ackend does not exist|Backend\[\d+\] does not exist/, 'doris-backend-unknown'],
  [/After decommission, partition/, 'doris-replication-floor'],
  [/frontend already exists/, 'doris-frontend-exists'],
  [/(frontend|FOLLOWER|OBSERVER) does not exist\[/, 'doris-frontend-unknown'],
  [/can not drop current master/, 'doris-master-drop'],
  [/quorum requirements/, 'doris-quorum'],
  [/Access denied|command denied/, 'doris-access-denied'],
  [
    /Failed to get master client|not ready|ForwardToMaster|processing forward|msg: java\.net\.ConnectException/,
    'doris-no-master',
  ],
  [/ParseException|mismatched input|extraneous input|no viable alternative|missing '/, 'doris-unsupported'],
  [
    /does not exist in database|doesn't exist|Config '.*' does not exist|Unknown table|Unsupported command/,
    'doris-unsupported',
  ],
  [/cloud mode/, 'doris-unsupported'],
];

describe.each(RECORDED_VERSIONS)('errors recorded from %s', (version) => {
  const failed = readRecordings(version).filter(
    (one): one is Recording & { error: NonNullable<Recording['error']> } => one.error !== undefined,
  );

  test('each text gets its class, and texts without one stay failed statements', () => {
    expect(failed.length).toBeGreaterThan(100);
    const seen = new Set<string>();
    for (const { error } of failed) {
      const { code, message } = classifyServerError(error, { endpoint: 'fe1:9030', change: false });
      const expected = EXPECTED.find(([text]) => text.test(error.message))?.[1];
      expect([error.message, code]).toEqual([error.message, expected ?? code]);
      if (expected === undefined)
        expect([error.message, code]).toEqual([
          error.message,
          expect.stringMatching(/^doris-(statement-failed|access-denied)$/),
        ]);
      expect(message).not.toMatch(/errCode = |\n/);
      seen.add(code);
    }
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'doris-backend-exists',
        'doris-quorum',
        'doris-master-drop',
        'doris-access-denied',
        'doris-no-master',
      ]),
    );
  });

  test('a change that was passed on to a lost master has an unknown outcome', () => {
    const forwarded = failed.filter(({ error }) => /ForwardToMasterException|processing forward/.test(error.message));
    expect(forwarded.length).toBeGreaterThan(0);
    for (const { error } of forwarded) {
      expect(classifyServerError(error, { endpoint: 'fe1:9030', change: true }).code).toBe('doris-outcome-unknown');
    }
  });
});

// Not among the recordings: texts of the FE's source.
test.each(['frontend name already exists fe_3a0f3452_c8f6. Try again', 'Failed to acquire env lock. Try again'])(
  'the FE that is busy is asked again: %s',
  (text) => {
    const error = { errno: 1105, message: `errCode = 2, detailMessage = ${text}` };
    expect(classifyServerError(error, { endpoint: 'fe1:9030', change: true }).code).toBe('doris-try-again');
  },
);
