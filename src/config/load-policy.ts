import type { EpochMs } from '../domain/instant.ts';
import type { Policy } from '../domain/policy.ts';
import { checkPolicy } from './check/check-policy.ts';
import { describeIssue } from './describe-issue.ts';
import type { Finding, Problem } from './problem.ts';
import { sortProblems } from './problem.ts';
import type { SecretUse, SecretValues } from './resolve-secrets.ts';
import { SecretBook, secretOf } from './resolve-secrets.ts';
import { revisionOf } from './revision.ts';
import type { PolicyFile } from './schema/policy-file.ts';
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
  /** `closed` reads none: the policy is right without them, and revealing one throws. Default read. */
  readonly secrets?: SecretUse;
}

export type LoadedPolicy = Verdict<{
  readonly policy: Policy;
  /** In the words of the file, defaults filled in. */
  readonly file: PolicyFile;
}>;

/** A right policy still in the words of the file: plain data, which may cross to another thread. */
export type JudgedPolicy = Verdict<{
  readonly file: PolicyFile;
  readonly revision: string;
  readonly secrets: SecretValues | undefined;
}>;

type Verdict<Right> = {
  readonly warnings: readonly Problem[];
  /** The files read, secrets included, to be watched for changes. */
  readonly sources: readonly string[];
} & (({ readonly ok: true } & Right) | { readonly ok: false; readonly errors: readonly Problem[] });

/**
 * Reads a policy from one YAML file or a folder of them. Never throws: everything that is wrong comes as problems, all
 * at once.
 */
export function loadPolicy(path: string, deps: LoadDeps): LoadedPolicy {
  return takeOver(judgePolicy(path, deps));
}

/** The costly half of loadPolicy: some 7 ms for each cluster. */
export function judgePolicy(path: string, deps: LoadDeps): JudgedPolicy {
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
  const rest = { warnings: problems('warning'), sources: [...sources, ...secretFiles] };
  return 'right' in judged ? { ok: true, ...judged.right, ...rest } : { ok: false, errors: problems('error'), ...rest };
}

/** The other half: from the words of the file to the domain's. */
export function takeOver(judged: JudgedPolicy): LoadedPolicy {
  if (!judged.ok) return judged;
  const { file, revision, secrets, ...rest } = judged;
  return { ...rest, file, policy: toPolicy(file, { revision, reveal: (secret) => secretOf(secret, secrets) }) };
}

type Judged =
  | { readonly findings: readonly Finding[] }
  | {
      readonly findings: readonly Finding[];
      readonly right: {
        readonly file: PolicyFile;
        readonly revision: string;
        readonly secrets: SecretValues | undefined;
      };
    };

function judge(sources: readonly SourceText[], deps: LoadDeps): Judged {
  const tree = readPolicyTree(sources);
  if (tree.findings.some(({ severity }) => severity === 'error')) return { findings: tree.findings };
  const locate = tree.places.locate([]);
  const shaped = policyFile.safeParse(tree.value);
  const shapeFindings = (shaped.error?.issues ?? []).flatMap((issue) => describeIssue(issue, tree.value, locate));
  const secrets = new SecretBook(deps, deps.secrets);
  const checked = checkPolicy(tree.value, { locate, secrets, at: deps.at });
  const findings = [...tree.findings, ...shapeFindings, ...checked];
  if (!shaped.success || findings.some(({ severity }) => severity === 'error')) return { findings };
  return { findings, right: { file: shaped.data, revision: revisionOf(sources), secrets: secrets.values() } };
}
