import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/config/load-policy.ts';
import { NOW, policyWith, problemsOf, read, RIGHT } from './read.ts';

describe('YAML', () => {
  it.each([
    ['an empty file', '', ['policy.yaml:1:1: the file is empty; write at least version, store and clusters']],
    [
      'comments only',
      '# nothing\n',
      ['policy.yaml:1:1: the file is empty; write at least version, store and clusters'],
    ],
    ['a list', '- 1\n', ['policy.yaml:1:1: this is no map; write keys such as version: 1']],
    [
      'a key twice',
      policyWith({ 'store:': 'store: sqlite:a\nstore: sqlite:b' }),
      ['policy.yaml:3:1: this key stands here already; keep one of the two'],
    ],
    [
      'text that is no YAML, said once',
      policyWith({ 'user:': '    user: [a' }),
      [
        'policy.yaml:10:5: this is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; quote text that holds brackets, commas or ": "',
      ],
    ],
    [
      'an alias without an anchor',
      policyWith({ 'user:': '    user: *nobody' }),
      ['policy.yaml:9:11: clusters[0].user: no anchor &nobody stands before this alias'],
    ],
    [
      'an alias that contains itself',
      policyWith({ 'schedule:': '        schedule: &s [*s]' }),
      ['policy.yaml:22:23: clusters[0].backends[0].schedule[0]: this alias contains itself'],
    ],
    [
      'a key that is a map',
      policyWith({ 'server:': 'server: { { a: 1 }: 2 }' }),
      ['policy.yaml:3:11: server: this key is no plain word; write a name'],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(read(text))).toEqual(problems);
  });

  it('reports a fault inside an anchor where it is written, not where it is used', () => {
    const text = policyWith({
      '- { signal: be_cpu': '          - &cpu { signal: be_cpu, target: 130% }',
      'schedule:': '      - { group: adhoc, min: 1, max: 2, signals: [*cpu] }',
    });
    expect(problemsOf(read(text))).toEqual([
      'policy.yaml:21:44: clusters[0].backends[0].signals[0].target: "130%" is more than all; write at most 100%',
      'policy.yaml:21:44: clusters[0].backends[1].signals[0].target: "130%" is more than all; write at most 100%',
    ]);
  });

  it('takes over merge keys, and lets the map itself win', () => {
    const text = policyWith({
      '- min:': '      - &first\n        min: 3',
      'schedule:': '        schedule: []\n      - <<: *first\n        group: adhoc\n        max: 5',
    });
    const loaded = read(text);
    expect(problemsOf(loaded)).toEqual([]);
    expect(loaded.ok && loaded.policy.clusters[0]?.backends.map(({ group, min, max }) => [group, min, max])).toEqual([
      ['default', 3, 9],
      ['adhoc', 3, 5],
    ]);
  });

  it('keeps a key named __proto__ a key', () => {
    expect(problemsOf(read(policyWith({ 'server:': 'server: { __proto__: { listen: x } }' })))).toEqual([
      'policy.yaml:3:11: server.__proto__: this key is unknown; known here: listen, token, changeToken',
    ]);
  });

  it('does not expand aliases without end', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) =>
        `a${String(level + 1)}: &a${String(level + 1)} [${Array.from({ length: 9 }, () => `*a${String(level)}`).join(', ')}]`,
    );
    const loaded = read(`a0: &a0 [x, x, x, x, x, x, x, x, x]\n${levels.join('\n')}\n`);
    expect(problemsOf(loaded).join('\n')).toContain('more than 200000 values');
  });
});

describe('a file that cannot be read', () => {
  it('is a problem, not an exception', () => {
    const loaded = loadPolicy('none.yaml', {
      env: {},
      at: NOW,
      listFolder: () => undefined,
      readFile: () => {
        throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
      },
    });
    expect(problemsOf(loaded)).toEqual([
      'none.yaml:1:1: this cannot be read: there is no such file; name the policy with --config FILE',
    ]);
  });
});

describe('a folder', () => {
  const [head = '', clusters = ''] = RIGHT.split('clusters:\n');
  const other = clusters.replace('name: analytics', 'name: reporting');

  it('is read as one policy: clusters in the order of the names, hidden and other files left out', () => {
    const loaded = read({
      'b.yaml': `clusters:\n${other}`,
      'a.yml': head,
      'c.yaml': `provisioners: { more: { type: static, hosts: ["10.0.0.22:9050"] } }\nclusters:\n${clusters}`,
      '.hidden.yaml': 'nonsense: 1',
      'readme.md': 'no policy',
    });
    expect(problemsOf(loaded)).toEqual([]);
    expect(loaded.ok && loaded.policy.clusters.map(({ name }) => name)).toEqual(['reporting', 'analytics']);
    expect(loaded.ok && Object.keys(loaded.policy.provisioners)).toEqual(['spares', 'more']);
    expect(loaded.sources).toEqual(['conf/a.yml', 'conf/b.yaml', 'conf/c.yaml']);
  });

  it('names the file of each problem, and the other of two that clash', () => {
    const loaded = read({
      'a.yaml': head,
      'b.yaml': `store: sqlite:x\nprovisioners: { spares: { type: static, hosts: ["10.0.0.22:9050"] } }\nclusters:\n${clusters.replace('min: 3', 'min: 33')}`,
    });
    expect(problemsOf(loaded)).toEqual([
      'conf/b.yaml:1:1: store: this stands in conf/a.yaml:2 already; keep one of the two',
      'conf/b.yaml:2:17: provisioners.spares: this stands in conf/a.yaml:5 already; keep one of the two',
    ]);
    const apart = read({ 'a.yaml': head, 'b.yaml': `clusters:\n${clusters.replace('min: 3', 'min: 33')}` });
    expect(problemsOf(apart)).toEqual([
      'conf/b.yaml:13:14: clusters[0].backends[0].min: 33 is more than max (9, line 14); raise max or lower min',
    ]);
  });

  it('without a policy in it is a problem', () => {
    expect(problemsOf(read({ 'readme.md': '' }))).toEqual([
      'conf:1:1: this folder has no policy; put a file into it whose name ends in .yaml',
    ]);
  });
});

describe('the sources of a policy', () => {
  it('name the files of its secrets too, so that a new password is noticed', () => {
    const loaded = loadPolicy('policy.yaml', {
      env: {},
      at: NOW,
      listFolder: () => undefined,
      readFile: (path) =>
        path === 'policy.yaml'
          ? policyWith({ 'user:': '    user: autoscaler\n    password: { file: /run/doris }' })
          : 's3cret\n',
    });
    expect(loaded.sources).toEqual(['policy.yaml', '/run/doris']);
    expect(loaded.ok && loaded.policy.clusters[0]?.password?.reveal()).toBe('s3cret');
  });
});
