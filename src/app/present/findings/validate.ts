import type { LoadedPolicy } from '../../../config/load-policy.ts';

/** `validate --json`: stable. */
export function validateBody(loaded: LoadedPolicy) {
  return {
    ok: loaded.ok,
    errors: loaded.ok ? [] : loaded.errors,
    warnings: loaded.warnings,
    clusters: loaded.ok ? loaded.policy.clusters.map(({ name }) => ({ name })) : [],
  };
}
