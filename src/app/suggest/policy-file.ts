import type { PolicyComment } from '../../config/write-policy.ts';
import { writePolicy } from '../../config/write-policy.ts';
import type { Suggestion } from '../../decision/suggest/suggest.ts';
import { daysText, windowName } from '../../decision/suggest/suggest.ts';
import { maxEvidence, minEvidence, savingText, timeText, windowEvidence, withoutEvidence } from './evidence-text.ts';
import type { GatheredGroup } from './gather.ts';
import type { ExpectedSaving } from './saving.ts';

/** What is suggested for one cluster. */
export interface SuggestedCluster {
  readonly name: string;
  readonly timezone: string;
  /** Groups of backends whose load nobody looked at: the windows are theirs too. */
  readonly unseen: readonly string[];
  readonly suggestion: Omit<Suggestion, 'groups'> & {
    readonly groups: readonly (Suggestion['groups'][number] &
      GatheredGroup & { readonly saving: ExpectedSaving | undefined })[];
  };
}

type Words = Readonly<Record<string, unknown>>;

/** The policy that was read with what is suggested in place of its own, in observe, with the evidence as comments. */
export function suggestedFile(words: Words, clusters: readonly SuggestedCluster[], head: readonly string[]): string {
  const comments: PolicyComment[] = [];
  const changed = {
    ...words,
    clusters: listOf(words['clusters']).map((section, index) => {
      const suggested = clusters.find(({ name }) => name === section['name']);
      return suggested === undefined ? section : clusterSection(section, suggested, ['clusters', index], comments);
    }),
  };
  return writePolicy(changed, comments, head);
}

function clusterSection(
  section: Words,
  { suggestion }: SuggestedCluster,
  path: PolicyComment['path'],
  comments: PolicyComment[],
): Words {
  const { idle, groups } = suggestion;
  const windows = mapOf(section['windows']);
  const { always: _always, allow: _allow, ...rest } = windows;
  const without = withoutEvidence(idle);
  if (without.length > 0) comments.push({ path: [...path, 'windows'], lines: without });
  idle.windows.forEach((window, index) => {
    comments.push({ path: [...path, 'windows', 'allow', index], lines: [windowEvidence(window)] });
  });
  const allow = idle.windows.map((window) => ({
    name: windowName(window),
    days: [daysText(window.days)],
    start: timeText(window.startMinute),
    end: timeText(window.endMinute),
  }));
  const { timezone, ...others } = rest;
  const backends = listOf(section['backends']).map((group, index) => {
    const found = groups.find((each) => each.group.group === (group['group'] ?? 'default'));
    if (found === undefined) return group;
    const at = [...path, 'backends', index];
    comments.push(
      { path: at, lines: [savingText(found.saving)] },
      { path: [...at, 'min'], lines: [minEvidence(found.bounds, found.diskNodes)] },
      { path: [...at, 'max'], lines: [maxEvidence(found.bounds, found.present)] },
    );
    // A name first: what is said of a first key would stand beside its dash.
    return { group: found.group.group, ...group, min: found.bounds.min, max: found.bounds.max };
  });
  const { name, mode: _mode, ...more } = section;
  return {
    name,
    mode: 'observe',
    ...more,
    windows: idle.windows.length === 0 ? windows : { timezone, allow, ...others },
    backends,
  };
}

function listOf(value: unknown): readonly Words[] {
  return Array.isArray(value) ? value.map(mapOf) : [];
}

function mapOf(value: unknown): Words {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
