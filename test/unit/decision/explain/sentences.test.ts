import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import { explainLines, planLines } from '../../../../src/decision/explain/plan-lines.ts';
import { sentencesOf } from '../../../../src/decision/explain/sentences.ts';
import { loadText } from '../../../../src/decision/explain/text.ts';
import { GUARD_CODES } from '../../../../src/domain/codes.ts';
import { DAY, HEAP, HOUR, input, MINUTE, NOW, QUERIES, reading } from '../../../support/decision-input.ts';

function said(given: Parameters<typeof input>[0]) {
  const all = input(given);
  const decision = decide(all);
  const record = {
    at: all.at,
    cluster: 'analytics',
    mode: all.policy.mode,
    groups: decision.groups,
    calendar: decision.calendar,
  };
  const [group] = decision.groups;
  if (group === undefined) throw new Error('no group was decided');
  return { record, group, policy: all.policy, lines: sentencesOf(record, group, all.policy) };
}

describe('sentences', () => {
  it('a hold outside windows: the answer, when the next one opens, what comes then', () => {
    expect(said({ at: NOW + 6 * HOUR, need: 4.4 }).lines).toEqual([
      'analytics   be/default stays at 6: outside-window',
      '  The next window (night) opens Wed 01:00 (in 17 h).',
      '  Then 6 -> 5: 4.4 nodes until Wed 01:00: queries peaked Tue 07:55 (8 days of history; no forecast yet: 8 of 9 days).',
    ]);
  });

  it('a limit that is exceeded is said in the unit of its signal', () => {
    const exceeded = reading(HEAP, { value: 0.913 });
    const signals = [{ role: 'backend' as const, group: 'default', readings: [reading(QUERIES), exceeded] }];
    const { lines } = said({ need: 4.4, group: { signals: [QUERIES, HEAP] }, observation: { signals } });
    expect(lines.join('\n')).toMatch(/fe_heap is 91 %, its limit is \d+ %/);
  });

  it.each([
    ['be_cpu', 0.618, undefined, '62 %'],
    ['be_memory', 0.0299, 'level', '3 %'],
    ['mine', 0.5, 'utilisation', '50 %'],
    ['fe_query_p99', 850, 'level', '850 ms'],
    ['fe_connections', 1234, 'level', '1,234'],
    ['queries', 2400.4, 'total', '2,400'],
  ] as const)('%s %d is said as %s %s', (signal, value, measure, text) => {
    expect(loadText(value, signal, measure)).toBe(text);
  });

  it('a hold for stale metrics says once how old and what is allowed', () => {
    const signals = [
      {
        role: 'backend' as const,
        group: 'default',
        readings: [
          reading(QUERIES, {
            quality: 'stale',
            ageMs: 6 * MINUTE,
            reason: 'the newest sample of be5:8040 is 6 min old (maxAge 90 s)',
          }),
        ],
      },
    ];
    const { lines } = said({ need: 4.4, observation: { signals } });
    expect(lines[0]).toBe('analytics   be/default stays at 6: metrics-stale');
    expect(lines[1]).toBe('  queries is stale: the newest sample of be5:8040 is 6 min old (maxAge 90 s).');
  });

  it('a change says what is needed, what limits it, what goes and what is left', () => {
    const { lines } = said({ nodes: 9, need: 6.4 });
    expect(lines[0]).toBe('analytics   be/default 9 -> 8: scale-in');
    expect(lines.join('\n')).toMatch(/needed {6}6.4 nodes until Wed 01:00/);
    expect(lines.join('\n')).toContain('limited by  step.in: 1 at a time (wanted 7)');
    expect(lines.join('\n')).toContain(
      'removes     10.0.0.1:9050: 10.0 GiB in 1,000 tablets, the least to move; about 8 min at 20 MiB/s',
    );
  });

  it('a group that needs nothing says what would change that, in nodes and in the signal', () => {
    const { lines, group } = said({ need: 5.4 });
    expect(lines[0]).toBe('analytics   be/default stays at 6: within-bounds');
    expect(group.wouldChangeIf.map((each) => each.detail).join('; ')).toMatch(
      /more than 6 nodes \(600\): then a scale-out/,
    );
    expect(group.wouldChangeIf.map((each) => each.detail).join('; ')).toMatch(
      /at most 4.5 nodes \(454.5\): then a scale-in/,
    );
  });

  it('an unknown cluster has no number', () => {
    const { lines } = said({ observation: { topology: { known: false, reason: 'no master' } } });
    expect(lines).toEqual(['analytics   be/default: topology-unknown', '  No master.']);
  });

  it('nothing is said twice', () => {
    for (const need of [3.5, 5.4, 8.2]) {
      for (const at of [NOW, NOW + 6 * HOUR]) {
        const { lines } = said({ need, at });
        expect(new Set(lines).size).toBe(lines.length);
      }
    }
  });

  it('the plan begins with where the cluster stands and ends with the coming windows', () => {
    const { record, policy } = said({ nodes: 6, need: 3.5 });
    const lines = planLines(record, policy);
    expect(lines[0]).toBe('analytics   Tue 02:00 UTC   act   window night, 3 h left');
    expect(lines.at(-1)).toBe('next   Wed 01:00   5 -> 4   3.5 nodes needed (8 days of history)');
  });

  it.each([
    { says: 'one group of backends needs no name in the calendar', others: [], name: '' },
    {
      says: 'of two groups it names the one that changes, also where the other does not',
      others: ['reports'],
      name: '   be/default',
    },
  ])('$says', ({ others, name }) => {
    const { record, group, policy } = said({ nodes: 6, need: 3.5 });
    const groups = [group, ...others.map((other) => ({ ...group, group: other }))];
    expect(planLines({ ...record, groups }, policy).at(-1)).toBe(
      `next   Wed 01:00${name}   5 -> 4   3.5 nodes needed (8 days of history)`,
    );
  });

  it('the calendar names backends and followers where both change', () => {
    const { record, policy } = said({ nodes: 6, need: 3.5 });
    const entry = {
      role: 'follower' as const,
      group: 'follower',
      at: NOW + DAY,
      from: 3,
      to: 5,
      reason: 'followers: 5',
    };
    expect(planLines({ ...record, calendar: [...record.calendar, entry] }, policy).slice(-2)).toEqual([
      'next   Wed 01:00   be/default   5 -> 4   3.5 nodes needed (8 days of history)',
      '       Wed 02:00   fe/follower   3 -> 5   followers: 5',
    ]);
  });

  it('an explanation names every guard once', () => {
    const { record, policy } = said({});
    const text = explainLines(record, policy);
    for (const code of GUARD_CODES) expect(text.filter((line) => line.includes(` ${code} `)).length).toBe(1);
  });
});

describe('the nearest condition that would change the answer', () => {
  it('is the guard that lets go first, and the last one says what comes then', () => {
    const { group } = said({ need: 4.4, at: NOW + 6 * HOUR, groupMemory: { lastInEndedAt: NOW + 6 * HOUR } });
    expect(group.wouldChangeIf.map((each) => each.code)).toEqual(['cooldown', 'outside-window']);
    expect(group.wouldChangeIf[1]?.detail).toMatch(/then 6 -> 5$/);
  });

  it('without a known time it stands last', () => {
    const { group } = said({ need: 4.4, at: NOW + 6 * HOUR, policy: { mode: 'observe' } });
    expect(group.wouldChangeIf.map((each) => each.code)).toEqual(['outside-window', 'mode-observe']);
  });

  it.each<{ says: string; given: Parameters<typeof input>[0]; detail: RegExp; atMs: number | undefined }>([
    {
      says: 'the end of the stabilization time',
      given: { need: 3.5, groupMemory: { recentNeeds: [{ at: NOW - 4 * MINUTE, nodes: 5.6 }] } },
      detail: /nothing asks for more than 4 nodes until Tue 02:06: then a scale-in/,
      atMs: NOW + 6 * MINUTE,
    },
    {
      says: 'tablets that come to rest',
      given: { need: 3.5, observation: { tabletsInMigration: { known: true, value: 12 } } },
      detail: /no tablet is on the move any more/,
      atMs: undefined,
    },
    {
      says: 'a higher max',
      given: { need: 9, nodes: 6, group: { max: 6 } },
      detail: /max is raised: 9 nodes would be needed/,
      atMs: undefined,
    },
    {
      says: 'the end of a schedule',
      given: {
        need: 3.5,
        group: {
          schedule: [
            {
              name: 'month-end',
              when: { form: 'range', fromMs: NOW - DAY, untilMs: NOW + DAY },
              min: 6,
              max: undefined,
            },
          ],
        },
      },
      detail: /month-end ends Wed 02:00: then a scale-in/,
      atMs: NOW + DAY,
    },
    {
      says: 'another policy where it allows one number only',
      given: { need: 6, nodes: 6, group: { min: 6, max: 6 } },
      detail: /the policy allows another number than 6 to 6/,
      atMs: undefined,
    },
  ])('is $says', ({ given, detail, atMs }) => {
    const { group } = said(given);
    const found = group.wouldChangeIf.find((each) => detail.test(each.detail));
    expect(found, JSON.stringify(group.wouldChangeIf)).toBeDefined();
    expect(found?.at).toBe(atMs);
  });

  it('is the number of backends for observers', () => {
    const { policy, observation, ...rest } = input({ need: 5.4 });
    const frontend = {
      backendsPerFrontend: { min: 10, max: 20 },
      followers: 3 as const,
      observers: { min: 0, max: 2, managed: [] },
      provisioner: undefined,
    };
    const observers = decide({ ...rest, observation, policy: { ...policy, frontend } }).groups[1];
    expect(observers?.wouldChangeIf.map((each) => each.detail)).toEqual([
      'there are more than 60 BEs: then another observer (6 BEs now)',
    ]);
  });
});
