import type { Effect } from '../steps/effect.ts';
import { backendIn, frontendIn, hostOf, isGone, isRegistered, nodeOf, registeredOn, seenTwice } from '../nodes.ts';
import { isBegun, recordOf } from '../steps/records.ts';
import { restoredVerdict, settingsVerdict, speedKeys } from '../steps/settings.ts';
import type { Context, Step, Verdict } from '../steps/step.ts';

export const MINUTE_MS = 60_000;

/** What most steps have in common; each table says what differs. */
export const usual = {
  deadline: 2 * MINUTE_MS,
  afterDeadline: 'turn',
  retryEveryMs: 10_000,
  attempts: 3,
  undo: undefined,
  onClose: 'goes-on',
  outsideWindow: true,
} as const;

/** Names the host's reservation: the same for every verb of one target. */
export function keyOf(context: Context): string {
  return `${context.operation.id}.${String(context.index)}`;
}

export function roleOf(context: Context): 'backend' | 'frontend' {
  return context.operation.role === 'backend' ? 'backend' : 'frontend';
}

export function hostCall(context: Context, verb: 'reset' | 'stop' | 'release'): Effect | undefined {
  const host = hostOf(context);
  if (host === undefined) return undefined;
  return {
    by: 'provisioner',
    call: { verb, host, node: nodeOf(context), role: roleOf(context), key: keyOf(context) },
  };
}

/** A provisioner's answer ends such a step; without one it is asked again, which its key makes harmless. */
export function unanswered(reason: string): Step['verify'] {
  return () => ({ is: 'absent', reason });
}

export const speed: Step = {
  ...usual,
  key: 'speed',
  title: 'set the speed of migration',
  waitsFor: 'ADMIN SHOW FRONTEND CONFIG shows the slots of `migration`; the values found are in the journal',
  afterDeadline: 'skip',
  undo: 'the values found are put back at the end, if the present ones are still ours',
  skip: (context) =>
    speedKeys(context).length === 0 ? 'migration names no speed for it: it stays as it is' : undefined,
  verify: (context) => {
    const verdict = settingsVerdict(context, speedKeys(context));
    return verdict.is === 'failed' ? { is: 'done', detail: verdict.detail } : verdict;
  },
};

export const restore: Step = {
  ...usual,
  key: 'restore',
  title: 'put the FE settings back',
  waitsFor: 'every setting that still has our value shows the one found before',
  afterDeadline: 'keep-trying',
  skip: (context) =>
    recordOf(context.operation, context.index, 'settings') === undefined ? 'no setting was changed' : undefined,
  verify: (context) => restoredVerdict(context),
};

const withoutProvisioner = (context: Context): string | undefined => {
  if (context.facts.provisioner !== undefined) return undefined;
  return `no provisioner: stop the process on ${hostOf(context) ?? 'its host'} by hand`;
};

/** `undo-` steps of an addition and the last steps of a removal differ only in what must have happened before. */
export function stopStep(prefix: '' | 'undo-', onlyIf: (context: Context) => string | undefined): Step {
  return {
    ...usual,
    key: `${prefix}stop`,
    title: 'stop its process with --grace',
    waitsFor: 'the provisioner answered',
    deadline: 15 * MINUTE_MS,
    afterDeadline: 'give-up',
    retryEveryMs: 30_000,
    skip: (context) => withoutProvisioner(context) ?? onlyIf(context),
    effect: (context) => hostCall(context, 'stop'),
    verify: (context) => {
      const again = prefix === '' ? registeredAgain(context) : undefined;
      if (again !== undefined) return { is: 'failed', detail: again };
      return { is: 'absent', reason: 'the provisioner has not answered' };
    },
  };
}

/** In two looks it would be gone, and the target would have turned before. */
export const missingInOneLook = { end: undefined, reason: 'the row was missing in one look' } as const;

/** Gone in two looks. What one look does not show is waited for: to drop it again might take out what came in its place. */
export function rowGone(context: Context): Verdict {
  if (isGone(context)) return { is: 'done', detail: 'the row is gone' };
  const { topology } = context.facts;
  const row =
    topology.known && (context.operation.role === 'backend' ? backendIn : frontendIn)(topology.value, context);
  if (row === undefined) return { is: 'waiting', reason: missingInOneLook.reason };
  return { is: 'absent', reason: 'the row is still there' };
}

/** A removed node that is back, in two looks, was registered by something else: its process is not ours to stop any more. */
export function registeredAgain(context: Context): string | undefined {
  const node = nodeOf(context);
  if (node === undefined || !seenTwice(context, (topology) => isRegistered(topology, context, node))) return undefined;
  return `${node} registered itself again: find out what starts it, and stop that first`;
}

export function releaseStep(prefix: '' | 'undo-', onlyIf: (context: Context) => string | undefined): Step {
  return {
    ...usual,
    key: `${prefix}release`,
    title: 'give the host back',
    waitsFor: 'the provisioner answered; the host is dirty until its next reset',
    deadline: 10 * MINUTE_MS,
    afterDeadline: 'give-up',
    retryEveryMs: 30_000,
    skip: (context) => withoutProvisioner(context) ?? onlyIf(context),
    effect: (context) => hostCall(context, 'release'),
    verify: unanswered('the provisioner has not answered'),
  };
}

/** An addition's host: taken, cleaned. */
export const acquire: Step = {
  ...usual,
  key: 'acquire',
  title: 'take a host from the provisioner',
  waitsFor: 'the provisioner names a host that is not registered',
  deadline: 10 * MINUTE_MS,
  retryEveryMs: 30_000,
  undo: 'the host is given back',
  onClose: 'undone',
  outsideWindow: false,
  refuse: (context) =>
    context.facts.provisioner === undefined
      ? { end: 'failed', reason: 'no provisioner gives hosts for this group' }
      : undefined,
  effect: (context) => ({ by: 'provisioner', call: acquireCall(context) }),
  remember: ({ facts }) => (facts.provisioner === undefined ? {} : { provisioner: facts.provisioner.name }),
  verify: unanswered('no host is free'),
};

export const reset: Step = {
  ...usual,
  key: 'reset',
  title: 'move old storage or metadata on it aside',
  waitsFor: 'the provisioner answered',
  deadline: 15 * MINUTE_MS,
  retryEveryMs: 30_000,
  onClose: 'undone',
  outsideWindow: false,
  refuse: (context) => {
    const taken = takenHost(context);
    return taken === undefined ? undefined : { end: 'failed', reason: taken };
  },
  effect: (context) => hostCall(context, 'reset'),
  verify: unanswered('the provisioner has not answered'),
};

/** A provisioner that names the host of a member, or one host twice, would have it cleaned under a process that serves. */
function takenHost(context: Context): string | undefined {
  const { facts, operation, index } = context;
  const host = hostOf(context);
  const node = nodeOf(context);
  if (host === undefined || node === undefined || !facts.topology.known) return undefined;
  const from = facts.provisioner?.name ?? 'the provisioner';
  const member = registeredOn(facts.topology.value, context, { host, node });
  if (member !== undefined)
    return `provisioner ${from} named ${node}, but ${member} is registered there: nothing is done to it`;
  const twice = operation.targets.some(
    (target, other) => other < index && nodeOf({ ...context, index: other, target }) === node,
  );
  return twice ? `provisioner ${from} named ${node} twice: it is used once` : undefined;
}

/** A lost answer of `acquire` may have left a host reserved: the same key names it. */
export const findHost: Step = {
  ...usual,
  key: 'undo-find-host',
  title: 'find the host that may have been reserved',
  waitsFor: 'the provisioner answered',
  deadline: 10 * MINUTE_MS,
  afterDeadline: 'give-up',
  retryEveryMs: 30_000,
  skip: (context) => {
    const record = recordOf(context.operation, context.index, 'acquire');
    if (record?.state !== 'intent') return 'the host is known, or none was asked for';
    return record.data['errorCode'] === 'none-free' ? 'none was free' : undefined;
  },
  effect: (context) => ({ by: 'provisioner', call: acquireCall(context) }),
  verify: (_context, record) =>
    record.data['errorCode'] === 'none-free'
      ? { is: 'done', detail: 'none was reserved' }
      : { is: 'absent', reason: 'the provisioner has not answered' },
};

function acquireCall(context: Context): Extract<Effect, { readonly by: 'provisioner' }>['call'] {
  const { topology } = context.facts;
  const registered = topology.known
    ? [...topology.value.backends, ...topology.value.frontends].map((node) => node.address)
    : [];
  return { verb: 'acquire', role: roleOf(context), key: keyOf(context), registered };
}

/** A host whose row is still there, or that was never ours, is neither stopped nor given back. */
export function whenUnregistered(step: 'start' | 'acquire'): (context: Context) => string | undefined {
  return (context) => {
    if (hostOf(context) === undefined) return 'no host was taken';
    if (!isBegun(context.operation, context.index, step)) return 'not begun';
    if (isBegun(context.operation, context.index, 'register') && !isGone(context)) return 'it is still registered';
    return takenHost(context);
  };
}
