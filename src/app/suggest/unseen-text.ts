import type { SuggestedCluster } from './policy-file.ts';

/** Windows are of the whole cluster; undefined where none are suggested, or by all of its groups. */
export function unseenText({ name, unseen, suggestion }: SuggestedCluster): string | undefined {
  if (unseen.length === 0 || suggestion.idle.windows.length === 0) return undefined;
  const seen = suggestion.groups.map(({ group }) => `be/${group.group}`).join(', ');
  const others = unseen.map((group) => `be/${group}`).join(', ');
  return `${name}: the suggested windows are by the load of ${seen} alone, and the whole cluster has them: ${others} may be busy then`;
}
