import { describe, expect, it } from 'vitest';
import { evaluationLines } from '../../../src/app/daemon/evaluation-lines.ts';
import { capturedLog } from '../../support/captured-log.ts';
import { clusterPolicy, HOUR, MINUTE, NOW } from '../../support/decision-input.ts';
import { decisionRecord } from '../../support/decision-record.ts';

const POLICY = clusterPolicy();

function logging() {
  const log = capturedLog();
  const lines = evaluationLines(log, 'analytics');
  const evaluate = (at: number, nodes = 6): void => {
    lines.recorded({ ...decisionRecord({ nodes, policy: { mode: 'observe' } }), at }, POLICY);
  };
  return { log, lines, evaluate };
}

describe('an evaluation', () => {
  it('is one line with the answer first and the names of the record', () => {
    const { log, evaluate } = logging();
    evaluate(NOW);
    expect(log.lines).toEqual([
      {
        level: 'info',
        message: 'analytics   be/default stays at 6: mode-observe',
        fields: {
          cluster: 'analytics',
          group: 'backend/default',
          decision: 'hold',
          reasons: expect.arrayContaining(['mode-observe']) as unknown,
          current: 6,
          desired: 6,
          durationMs: 12,
          recordId: '01M0000000000000000000000A',
        },
      },
    ]);
  });

  it('that changes nothing is silent, one that does is said', () => {
    const { log, evaluate } = logging();
    evaluate(NOW);
    for (let minute = 1; minute < 30; minute += 1) evaluate(NOW + minute * MINUTE);
    expect(log.said()).toHaveLength(1);
    evaluate(NOW + 30 * MINUTE, 5);
    expect(log.said().at(-1)).toBe('info analytics   be/default stays at 5: mode-observe');
    expect(log.said()).toHaveLength(2);
  });

  it('is summed up each hour while nothing changes', () => {
    const { log, evaluate } = logging();
    for (let minute = 0; minute <= 150; minute += 1) evaluate(NOW + minute * MINUTE);
    expect(log.said()).toHaveLength(3);
    const summaries = log.lines.filter(({ level, fields }) => level === 'info' && 'evaluations' in fields);
    expect(summaries.map(({ fields }) => [fields['evaluations'], fields['failures']])).toEqual([
      [60, 0],
      [60, 0],
    ]);
    expect(summaries[0]?.message).toMatch(
      /^analytics {3}unchanged for an hour, 60 evaluations {3}backend\/default 6: mode-observe/,
    );
  });

  it('is summed up an hour after the last change, not after the last summary', () => {
    const { log, evaluate } = logging();
    evaluate(NOW);
    evaluate(NOW + 50 * MINUTE, 5);
    evaluate(NOW + 70 * MINUTE, 5);
    expect(log.said()).toHaveLength(2);
    evaluate(NOW + 50 * MINUTE + HOUR, 5);
    expect(log.said()).toHaveLength(3);
  });
});

describe('an evaluation that breaks off', () => {
  it('is said once while it breaks off in the same way, again each hour, and when it works again', () => {
    const { log, lines, evaluate } = logging();
    evaluate(NOW);
    for (let minute = 1; minute <= 61; minute += 1) lines.failed(new Error('disk is gone'), NOW + minute * MINUTE);
    expect(log.said().slice(1)).toEqual(['error evaluation broke off', 'error evaluation broke off']);
    expect(log.lines.at(-1)?.fields['failures']).toBe(60);
    lines.failed(new Error('another'), NOW + 62 * MINUTE);
    expect(log.said()).toHaveLength(4);
    evaluate(NOW + 63 * MINUTE);
    expect(log.said().slice(4)).toEqual(['info evaluations go on again']);
  });
});
