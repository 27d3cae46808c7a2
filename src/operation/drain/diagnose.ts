import type { EpochMs } from '../../domain/instant.ts';
import type { OnStall } from '../../domain/policy.ts';
import { STALL_CAUSES, type StallCause } from '../../domain/stall.ts';
import type { Context } from '../steps/step.ts';
import { comingText, countText } from '../text.ts';
import { CAUSES } from './causes.ts';
import { SIGNS } from './signs.ts';
import { type Sign, type StallView, stallView } from './stall-view.ts';

const TABLES_NAMED = 3;

export interface Diagnosis {
  readonly code: StallCause;
  /** Nothing else shows itself so. */
  readonly sure: boolean;
  /** Why nothing moves, with the names and numbers that the FE gives. */
  readonly cause: string;
  /** What a person can do. */
  readonly mend: string;
  /** The statement that shows it. */
  readonly look: string;
  /** When it ends by itself, where that can be told. */
  readonly endsAt: EpochMs | undefined;
}

/** Why it stands still: the first sure sign of the ladder, else its first sign; and which tables are left on it. */
export function diagnose(context: Context): Diagnosis {
  const view = stallView(context);
  const [code, sign] = view === undefined ? NOTHING : signOf(view);
  const row = CAUSES[code];
  const endsAt = sign.endsInMs === undefined ? undefined : Math.round(context.now + sign.endsInMs);
  const ends = endsAt === undefined ? '' : `; gone ${comingText(endsAt, context.policy.windows.timezone, context.now)}`;
  return {
    code,
    sure: sign.sure,
    cause: `${row.title}: ${sign.why}${ends}${view === undefined ? '' : leftText(view)}`,
    mend: sign.mend ?? row.mend,
    look: row.look,
    endsAt,
  };
}

/** What onStall may do about the cause; what it may not do is waiting. */
export function remedyOf({ code }: Diagnosis, wanted: OnStall): OnStall {
  return CAUSES[code].onStall.includes(wanted) ? wanted : 'wait';
}

const NOTHING: readonly [StallCause, Sign] = ['unknown', { sure: false, why: 'the cluster could not be read' }];

/** The cause of a view, with what was seen of it. */
export function signOf(view: StallView): readonly [StallCause, Sign] {
  const found = STALL_CAUSES.flatMap((code) => {
    const sign = SIGNS[code](view);
    return sign === undefined ? [] : [[code, sign] as const];
  });
  return found.find(([, { sure }]) => sure) ?? found[0] ?? NOTHING;
}

function leftText({ tables }: StallView): string {
  if (tables.length === 0) return '';
  const named = tables.slice(0, TABLES_NAMED).map(({ table }) => table);
  const more = tables.length - named.length;
  return `; left on it: ${named.join(', ')}${more > 0 ? ` and ${countText(more)} more tables` : ''}`;
}
