import type { DecisionRecord } from '../../domain/record.ts';
import { instantText } from './instants.ts';

/** One cluster of `plan --json`: stable. */
export function planBody(record: DecisionRecord) {
  return {
    name: record.cluster,
    mode: record.mode,
    groups: record.groups.map((group) => ({
      group: group.group,
      role: group.role,
      current: group.current ?? null,
      raw: group.raw ?? null,
      recommended: group.recommended ?? null,
      desired: group.desired ?? null,
      action: group.action,
      reasons: group.reasons,
      chain: group.chain.map((link) => ({ ...link, code: link.code ?? null })),
      wouldChangeIf: group.wouldChangeIf.map(({ code, detail, at }) => ({
        code: code ?? null,
        detail,
        at: instantText(at),
      })),
    })),
    steps: record.steps.map((step) => ({ ...step, estimatedMs: step.estimatedMs ?? null })),
    calendar: record.calendar.map((entry) => ({ ...entry, at: instantText(entry.at) })),
  };
}
