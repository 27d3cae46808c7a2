import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoadedPolicy } from '../../../src/config/load-policy.ts';
import { problemsOf, read, RIGHT } from './read.ts';

/** A policy, or errors that each have a place. */
function isJudged(loaded: LoadedPolicy): void {
  if (loaded.ok) expect(loaded.policy.clusters.length).toBeGreaterThan(0);
  else expect(loaded.errors.length).toBeGreaterThan(0);
  for (const problem of [...(loaded.ok ? [] : loaded.errors), ...loaded.warnings]) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.column).toBeGreaterThanOrEqual(1);
    expect(problem.message).not.toBe('');
  }
}

const SCRAPS = [
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '\n',
  '  ',
  '&a',
  '*a',
  '<<: *a',
  '!!binary x',
  '|',
  '>',
  '"',
  "'",
  '#',
  '~',
  'null',
  '.nan',
  '-1',
  '1e99',
  '24:00',
  '2026-02-30',
  '? ',
  '---\n',
  '%YAML',
  '\t',
  '\u0000',
  '🜚',
];

/** The right policy with a part taken out and something put in its place. */
const damaged = fc
  .tuple(fc.nat(RIGHT.length), fc.nat(40), fc.oneof(fc.constantFrom(...SCRAPS), fc.string({ maxLength: 12 })))
  .map(([at, length, scrap]) => RIGHT.slice(0, at) + scrap + RIGHT.slice(at + length));

/** Any value at any key of the right policy. */
const VALUES = [
  '',
  '~',
  '[]',
  '{}',
  '0',
  '-1',
  '1.5',
  '1e400',
  '.inf',
  'true',
  '"x"',
  '["x", 1]',
  '{ a: b }',
  '99999999999999999999',
  '"0s"',
  '101%',
  '"24:00"',
];
const swapped = fc.tuple(fc.nat(RIGHT.split('\n').length - 1), fc.constantFrom(...VALUES)).map(([row, value]) =>
  RIGHT.split('\n')
    .map((line, index) => (index === row ? line.replace(/: .*$/, `: ${value}`) : line))
    .join('\n'),
);

describe('whatever is in the file', () => {
  it('any bytes give problems with places', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        isJudged(read(Buffer.from(bytes).toString('utf8')));
      }),
      { numRuns: 300 },
    );
  });

  it('a damaged policy gives problems with places, or a policy', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        isJudged(read(text));
      }),
      { numRuns: 300 },
    );
  });

  it('any value at any key gives problems with places, or a policy', () => {
    fc.assert(
      fc.property(swapped, (text) => {
        isJudged(read(text));
      }),
      { numRuns: 300 },
    );
  });

  it('brackets without end do not end the process', () => {
    isJudged(read('['.repeat(100_000)));
    isJudged(read(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`));
    isJudged(read(`a: ${'['.repeat(100)}${']'.repeat(100)}`));
  });

  it('a plain secret is never repeated', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,30}$/), (secret) => {
        const text = RIGHT.replace('user: autoscaler', `user: autoscaler\n    password: ${secret}x`);
        const problems = problemsOf(read(text));
        expect(problems).toHaveLength(1);
        expect(problems.join('\n')).not.toContain(secret);
      }),
      { numRuns: 50 },
    );
  });
});
