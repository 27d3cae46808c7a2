import { describe, expect, it } from 'vitest';
import { policyWith, problemsOf, read } from './read.ts';
import { SHAPE } from './wrong/shape.ts';
import { SEVERAL_AT_ONCE } from './wrong/several-at-once.ts';
import { DAEMON } from './wrong/daemon.ts';
import { PROMETHEUS } from './wrong/prometheus.ts';
import { WINDOWS } from './wrong/windows.ts';
import { GROUPS } from './wrong/groups.ts';
import { FRONTENDS } from './wrong/frontends.ts';

const CASES = {
  shape: SHAPE,
  'several at once': SEVERAL_AT_ONCE,
  daemon: DAEMON,
  prometheus: PROMETHEUS,
  windows: WINDOWS,
  groups: GROUPS,
  frontends: FRONTENDS,
};

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  it.each(cases)('$name', ({ lines, problems }) => {
    const loaded = read(policyWith(lines), { SET: 'x' });
    expect(problemsOf(loaded)).toEqual(problems);
    expect(loaded.ok).toBe(problems.every((problem) => problem.startsWith('warning ')));
  });
});

it('the policy that all of these change is right as it stands', () => {
  expect(problemsOf(read(policyWith()))).toEqual([]);
});
