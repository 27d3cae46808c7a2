import { setConfig } from '../model/changes.ts';
import { masterOf } from '../model/queries.ts';
import type { ClusterState } from '../model/state.ts';
import { CONFIG_DEFAULTS } from '../sql/config/defaults.ts';
import { FaultError, type FaultOf } from './fault.ts';
import type { InjectorsOf } from './injectors.ts';
import type { ANSWER_FAULTS } from './kinds/answer-faults.ts';

export const ANSWER_INJECTORS: InjectorsOf<typeof ANSWER_FAULTS> = {
  'slow-show-frontends': (state, { delayMs }) => {
    state.faults.showFrontendsDelayMs = delayMs;
  },
  'troubled-replies': ({ faults }, { text, reply, delayMs, statements }) => {
    const capitals = text.toUpperCase();
    forget(faults.replies, (each) => each.text === capitals && each.reply === reply);
    if (statements > 0) faults.replies.push({ text: capitals, reply, delayMs, left: statements });
  },
  'host-script': ({ faults }, { verb, answer, delayMs, isDone, calls }) => {
    forget(faults.hostScripts, (each) => each.verb === verb && each.answer === answer && each.isDone === isDone);
    if (calls > 0) faults.hostScripts.push({ verb, answer, delayMs, isDone, left: calls });
  },
  'frontend-config': changeConfig,
};

function forget<T>(list: T[], isMeant: (each: T) => boolean): void {
  const at = list.findIndex(isMeant);
  if (at >= 0) list.splice(at, 1);
}

/** Without a master nobody can set anything. */
function changeConfig(state: ClusterState, { key, value, everywhere }: FaultOf<'frontend-config'>): void {
  if (!CONFIG_DEFAULTS[state.profile.version].has(key)) {
    throw new FaultError(`key: an FE of ${state.profile.version} has no config "${key}"`);
  }
  const master = masterOf(state);
  if (master === undefined) return;
  setConfig(state, { frontendHost: master.host, key, value: value ?? undefined, everywhere });
}
