import type { ClusterState } from '../model/state.ts';
import type { HostScriptTrouble } from '../model/trouble.ts';

/** What befalls a host script that is called now; each call uses the oldest fault of its verb up. */
export function takeHostScriptTrouble({ faults }: ClusterState, verb: string): HostScriptTrouble | undefined {
  const { hostScripts } = faults;
  const trouble = hostScripts.find((each) => each.verb === verb || each.verb === '*');
  if (trouble === undefined) return undefined;
  trouble.left -= 1;
  if (trouble.left === 0) hostScripts.splice(hostScripts.indexOf(trouble), 1);
  return trouble;
}
