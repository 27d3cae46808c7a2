import { describe, expect, it } from 'vitest';
import { policyWords } from '../../../src/config/policy-words.ts';
import { writePolicy } from '../../../src/config/write-policy.ts';
import { problemsOf, read, RIGHT } from './read.ts';

const words = policyWords('policy.yaml', { readFile: () => RIGHT, listFolder: () => undefined });

describe('a policy that is written again', () => {
  it('is the policy that was read', () => {
    const text = writePolicy(words, [], []);
    expect(policyWords('policy.yaml', { readFile: () => text, listFolder: () => undefined })).toEqual(words);
    expect(problemsOf(read(text))).toEqual([]);
  });

  it('names secrets as they were named', () => {
    const secret = { ...words, server: { listen: '127.0.0.1:8088', token: { env: 'TOKEN' } } };
    expect(writePolicy(secret, [], [])).toContain('token: { env: TOKEN }');
  });

  it('has comments at the top, above keys and above items', () => {
    const text = writePolicy(
      words,
      [
        { path: ['clusters', 0, 'backends', 0, 'max'], lines: ['why max', 'and more'] },
        { path: ['clusters', 0, 'windows', 'allow', 0], lines: ['why nights'] },
        { path: ['clusters', 0, 'nothing'], lines: ['of nothing'] },
      ],
      ['first'],
    );
    expect(text).toMatch(/^# first\n\nversion: 1\n/);
    expect(text).toContain('        # why max\n        # and more\n        max: 9\n');
    expect(text).toContain(
      '        # why nights\n        - { name: night, days: [ mon-sun ], start: "01:00", end: "06:00" }\n',
    );
    expect(text).not.toContain('of nothing');
    expect(problemsOf(read(text))).toEqual([]);
  });

  it('breaks no line within braces', () => {
    const hosts = Array.from({ length: 20 }, (_, index) => `10.0.0.${String(index)}`);
    const many = { ...words, provisioners: { spares: { type: 'static', hosts } } };
    expect(writePolicy(many, [], [])).not.toMatch(/[{[]\s*\n/);
  });
});
