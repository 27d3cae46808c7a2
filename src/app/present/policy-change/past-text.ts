import type { Past } from '../../policy-change/against-history.ts';
import { differencesText } from './change-text.ts';

/** What `validate --against-history` says of the past. */
export function pastText({ inForce, reasons, groups }: Past): string {
  if (inForce === undefined) return 'the store knows no policy in force: there is nothing to compare with\n';
  const head = `against ${inForce}, the policy in force`;
  if (groups.length === 0 && reasons.length === 0) return `${head}: no group is sized otherwise\n`;
  const end =
    reasons.length === 0
      ? 'a running daemon takes it at once\n'
      : `a running daemon holds it until a person says yes:\n${reasons.map((reason) => `  ${reason}\n`).join('')}`;
  return `${head}\n${differencesText(groups)}${end}`;
}
