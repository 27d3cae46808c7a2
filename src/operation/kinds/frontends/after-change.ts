import { numberIn, recordOf } from '../../steps/records.ts';
import type { AfterDeadline, Context, Step } from '../../steps/step.ts';
import type { JsonValue } from '../../../domain/operation.ts';
import { countText } from '../../text.ts';
import { MINUTE_MS, usual } from '../common.ts';

/** After a membership change an observer may forward to an earlier master for minutes. */
export function sameMaster(options: {
  readonly afterDeadline: AfterDeadline;
  /** Also an FE that cannot be asked stands in the way. */
  readonly askAll: boolean;
}): Step {
  return {
    ...usual,
    key: 'same-master',
    title: 'see that every FE names the same master',
    waitsFor: `SHOW FRONTENDS of every alive FE shows IsMaster for the one that the majority names${options.askAll ? '' : '; one that cannot be asked is named in the step'}`,
    deadline: 5 * MINUTE_MS,
    afterDeadline: options.afterDeadline,
    looks: () => [{ fact: 'masters' }],
    verify: (context) => {
      const { masters, topology } = context.facts;
      if (!topology.known || !masters.known) {
        return { is: 'waiting', reason: `the FEs could not be asked${masters.known ? '' : `: ${masters.reason}`}` };
      }
      const { master } = topology.value;
      const others = masters.value.filter((view) => view.master !== undefined && view.master !== master);
      if (others.length > 0) {
        const named = others.map((view) => `${view.frontend} names ${view.master ?? 'none'}`).join(', ');
        return { is: 'waiting', reason: `${named} as master, not ${master}` };
      }
      const silent = masters.value.filter((view) => view.master === undefined);
      const problems = silent.map((view) => `${view.frontend}: ${view.problem}`).join('; ');
      if (silent.length === 0) return { is: 'done', detail: `every FE names ${master}` };
      if (options.askAll) return { is: 'waiting', reason: `not every FE tells its master: ${problems}` };
      return { is: 'done', detail: `every FE that answers names ${master}; not asked: ${problems}` };
    },
  };
}

/** Kept with the statement: what `routine-loads` compares with. */
export function rememberLoads({ facts }: Context): Readonly<Record<string, JsonValue>> {
  return facts.pausedLoads.known ? { pausedLoads: facts.pausedLoads.value } : {};
}

/** Loads that were paused by a change of the FEs' group are never resumed by themselves (apache/doris#37071). */
export function routineLoads(changedBy: 'register' | 'drop'): Step {
  return {
    ...usual,
    key: 'routine-loads',
    title: 'compare the paused routine loads with those before',
    waitsFor: `the master's metrics show no more of them than before the statement; more are reported`,
    deadline: MINUTE_MS,
    afterDeadline: 'skip',
    looks: () => [{ fact: 'pausedLoads' }],
    verify: (context, record) => {
      const before = numberIn(recordOf(context.operation, context.index, changedBy)?.data ?? {}, 'pausedLoads');
      if (before === undefined) return { is: 'done', detail: 'not compared: they could not be read before' };
      const { pausedLoads } = context.facts;
      if (!pausedLoads.known) return { is: 'waiting', reason: `they cannot be read: ${pausedLoads.reason}` };
      const more = pausedLoads.value - before;
      if (more <= 0) return { is: 'done', detail: `${countText(pausedLoads.value)} paused, no more than before` };
      const detail = `${countText(pausedLoads.value)} paused, ${countText(before)} before`;
      if (record.data['reported'] === true) return { is: 'done', detail };
      return {
        is: 'note',
        data: { reported: true },
        detail,
        notice: {
          event: 'loads-paused',
          title: `${countText(more)} more routine ${more === 1 ? 'load is' : 'loads are'} paused than before ${context.operation.kind}`,
          lines: [
            'why    loads that a change of the frontends pauses are not resumed by Doris',
            'you    SHOW ROUTINE LOAD in each database, then: RESUME ROUTINE LOAD FOR ...',
          ],
        },
      };
    },
  };
}
