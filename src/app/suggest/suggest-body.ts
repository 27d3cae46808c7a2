import { daysText, windowName } from '../../decision/suggest/suggest.ts';
import { instantText } from '../present/instants.ts';
import { highestAt, timeText, warningText, withoutEvidence } from './evidence-text.ts';
import type { SuggestedCluster } from './policy-file.ts';
import { unseenText } from './unseen-text.ts';

/** One cluster of `suggest --json`: stable. */
export function suggestBody(cluster: SuggestedCluster) {
  const { name, timezone, suggestion } = cluster;
  const { idle, groups, warnings } = suggestion;
  const unseen = unseenText(cluster);
  return {
    name,
    timezone,
    windows: idle.windows.map((window) => ({
      name: windowName(window),
      days: [daysText(window.days)],
      start: timeText(window.startMinute),
      end: timeText(window.endMinute),
      evidence: {
        belowRatio: window.belowShare,
        quietDays: window.quietDays,
        knownDays: window.knownDays,
        highestRatio: window.highestShare,
        highestAtLocal: highestAt(window),
      },
    })),
    without: withoutEvidence(idle),
    groups: groups.map(({ group, present, bounds, saving }) => ({
      group: group.group,
      min: bounds.min,
      max: bounds.max,
      evidence: {
        presentNodes: present ?? null,
        lowNodes: bounds.lowNodes,
        highestNodes: bounds.highestNodes,
      },
      signals: group.signals.flatMap(({ name: signal, purpose }) =>
        purpose.kind !== 'size'
          ? []
          : [
              purpose.form === 'target'
                ? { signal, targetRatio: purpose.targetRatio }
                : { signal, perNode: purpose.perNode },
            ],
      ),
      expected: saving ?? null,
    })),
    warnings: [
      ...warnings.map((warning) => ({
        group: warning.group,
        windows: warning.windows,
        at: instantText(warning.at),
        days: warning.days,
        ofDays: warning.ofDays,
        message: warningText(name, warning, timezone),
      })),
      // Of each group that nobody looked at, with no peak to tell of.
      ...(unseen === undefined ? [] : cluster.unseen).map((group) => ({
        group,
        windows: 'suggested' as const,
        at: null,
        days: null,
        ofDays: null,
        message: unseen,
      })),
    ],
  };
}
