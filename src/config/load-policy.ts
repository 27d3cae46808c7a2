import type { EpochMs } from '../domain/instant.ts';
import type { Policy } from '../domain/policy.ts';
import { checkPolicy } from './check/check-policy.ts';
import { describeIssue } from './describe-issue.ts';
import type { Finding, Problem } from './problem.ts';
import { sortProblems } from './problem.ts';
import { SecretBook } from './resolve-secrets.ts';
import { revisionOf } from './revision.ts';
import { policyFile } from './schema/policy-file.ts';
import { readPolicyTree } from './source/read-policy-tree.ts';
import type { SourceReader } from './source/read-sources.ts';
import { readSources } from './source/read-sources.ts';
import type { SourceText } from './source/read-yaml.ts';
import { toPolicy } from './to-policy.ts';

export interface LoadDeps extends SourceReader {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tells entries that are past from those to come. */
  readonly at: EpochMs;
}

export type LoadedPolicy =
  | {
      readonly ok: true;
      readonly policy: Policy;
      readonly warnings: readonly Problem[];
      readonly sources: readonly string[];
    }
  | {
      readonly ok: false;
      readonly errors: readonly Problem[];
      readonly warnings: readonly Problem[];
      readonly sources: readonly string[];
    };

/**
 * Reads a policy from one YAML file or a folder of them. Never throws: everything that is wrong comes as problems, all
 * at once. `sources` are the files read, secrets included, to be watched for changes.
 */
export function loadPolicy(path: string, deps: LoadDeps): LoadedPolicy {
  const read = readSources(path, deps);
  const sources = read.sources.map(({ file }) => file);
  const secretFiles = new Set<string>();
  const reader = {
    env: deps.env,
    readFile: (file: string): string => {
      secretFiles.add(file);
      return deps.readFile(file);
    },
  };
  const judged = read.findings.length > 0 ? { findings: read.findings } : judge(read.sources, { ...deps, ...reader });
  const problems = (severity: Finding['severity']): readonly Problem[] =>
    sortProblems(
      judged.findings.filter((finding) => finding.severity === severity).map((finding) => finding.problem),
      sources,
    );
  const warnings = problems('warning');
  const all = [...sources, ...secretFiles];
  if ('policy' in judged) return { ok: true, policy: judged.policy, warnings, sources: all };
  return { ok: false, errors: problems('error'), warnings, sources: all };
}

type Judged =
  | { readonly findings: readonly Finding[] }
  | { readonly findings: readonly Finding[]; readonly policy: Policy };

function judge(sources: readonly SourceText[], deps: LoadDeps): Judged {
  const tree = readPolicyTree(sources);
  if (tree.findings.some(({ severity }) => severity === 'error')) return { findings: tree.findings };
  const locate = tree.places.locate([]);
  const shaped = policyFile.safeParse(tree.value);
  const shapeFindings = (shaped.error?.issues ?? []).flatMap((issue) => describeIssue(issue, tree.value, locate));
  const secrets = new SecretBook(deps);
  const checked = checkPolicy(tree.value, { locate, secrets, at: deps.at });
  const findings = [...tree.findings, ...shapeFindings, ...checked];
  if (!shaped.success || findings.some(({ severity }) => severity === 'error')) return { findings };
  const policy = toPolicy(shaped.data, { revision: revisionOf(sources), reveal: (file) => secrets.secret(file) });
  return { findings, policy };
}
