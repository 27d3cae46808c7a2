import type { LoadedPolicy } from '../../../src/config/load-policy.ts';
import { loadPolicy } from '../../../src/config/load-policy.ts';
import { formatProblem } from '../../../src/config/problem.ts';

/** Tue 2026-11-24 22:00 in Asia/Shanghai. */
export const NOW = Temporal.Instant.from('2026-11-24T14:00:00Z').epochMilliseconds;

/** Loads texts as if they were files; with several the path is their folder. */
export function read(
  files: string | Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): LoadedPolicy {
  const texts = typeof files === 'string' ? { 'policy.yaml': files } : files;
  const folder = typeof files !== 'string';
  return loadPolicy(folder ? 'conf' : 'policy.yaml', {
    env,
    at: NOW,
    listFolder: () => (folder ? Object.keys(texts) : undefined),
    readFile: (path) => {
      const text = texts[path.replace(/^conf\//, '')];
      if (text === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
      return text;
    },
  });
}

/** Errors and warnings as they are printed; warnings are marked. */
export function problemsOf(loaded: LoadedPolicy): readonly string[] {
  const errors = loaded.ok ? [] : loaded.errors.map(formatProblem);
  return [...errors, ...loaded.warnings.map((problem) => `warning ${formatProblem(problem)}`)];
}

/** A policy that is right, with lines of it replaced: the keys are the first words of lines. */
export function policyWith(replacements: Readonly<Record<string, string>> = {}): string {
  const left = new Set(Object.keys(replacements));
  const lines = RIGHT.split('\n').map((line) => {
    const key = Object.keys(replacements).find((start) => line.trimStart().startsWith(start));
    if (key === undefined) return line;
    left.delete(key);
    return replacements[key] ?? '';
  });
  if (left.size > 0) throw new Error(`no such line: ${[...left].join(', ')}`);
  return lines.join('\n');
}

export const RIGHT = `version: 1
store: sqlite:./data/a.db
server: { listen: "127.0.0.1:8088" }
provisioners:
  spares: { type: static, hosts: ["10.0.0.21:9050"] }
clusters:
  - name: analytics
    endpoints: ["fe1:9030"]
    user: autoscaler
    prometheus:
      url: http://prometheus:9090
    windows:
      timezone: Asia/Shanghai
      allow:
        - { name: night, days: [mon-sun], start: "01:00", end: "06:00" }
      deny: []
    backends:
      - min: 3
        max: 9
        signals:
          - { signal: be_cpu, target: 60% }
        schedule: []
    frontend: { followers: 3 }
`;
