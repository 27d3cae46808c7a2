import { loadPolicy } from '../../config/load-policy.ts';
import type { LoadDeps, LoadedPolicy } from '../../config/load-policy.ts';

/** A policy as it is kept: in the words of its file, secrets only by the names of their places. */
export interface KeptPolicy {
  readonly revision: string;
  /** JSON. */
  readonly text: string;
}

const NAME = 'the policy that was in force';

export function keep(loaded: LoadedPolicy & { readonly ok: true }): KeptPolicy {
  return { revision: loaded.policy.revision, text: JSON.stringify(loaded.file) };
}

/** Reads a kept policy as a file of its words is read: JSON is YAML. */
export function readKept({ revision, text }: KeptPolicy, deps: LoadDeps): LoadedPolicy {
  const loaded = loadPolicy(NAME, {
    ...deps,
    listFolder: () => undefined,
    readFile: (file) => (file === NAME ? text : deps.readFile(file)),
  });
  return loaded.ok ? { ...loaded, policy: { ...loaded.policy, revision } } : loaded;
}
