import { describe, expect, test } from 'vitest';
import { isAtLeast, readVersion } from '../../../src/doris/version.ts';

describe('versions', () => {
  test.each([
    ['doris-2.1.7-rc03-443e87e203', '2.1.7'],
    ['doris-3.0.2-rc02-9f1b1e2d3c', '3.0.2'],
    ['doris-4.0.1', '4.0.1'],
    ['doris-0.0.0-trunk-d61813f873', 'doris-0.0.0-trunk-d61813f873'],
    ['doris-0.0.0-677147005f', 'doris-0.0.0-677147005f'],
    ['selectdb-3.0.4', 'selectdb-3.0.4'],
    ['', ''],
  ])('%s reads as %s', (text, version) => {
    expect(readVersion(text)).toBe(version);
  });

  test.each([
    ['2.1.5', true],
    ['2.1.4', false],
    ['2.2.0', true],
    ['2.0.15', false],
    ['3.0.0', true],
    ['doris-0.0.0-trunk-d61813f873', undefined],
  ])('%s is at least 2.1.5: %s', (version, expected) => {
    expect(isAtLeast(version, [2, 1, 5])).toBe(expected);
  });
});
