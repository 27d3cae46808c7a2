import { mayNotLeave } from '../../../decision/ratio/quorum.ts';
import { frontendIn, isGone, isNeverAliveFrontend, nodeOf, seenTwice } from '../../nodes.ts';
import { isBegun } from '../../steps/records.ts';
import type { Context, Refusal, Step } from '../../steps/step.ts';
import { isWindowBound } from '../../steps/window-wait.ts';
import { missingInOneLook, releaseStep, rowGone, stopStep, usual, whenUnregistered } from '../common.ts';
import { mayStillRun, portsClosed, rememberPorts } from './process.ts';
import { type FrontendRole, rowOf, wasAlive } from './rows.ts';

/**
 * Takes out again what never came alive, at any time. Of a pair of followers also the one that did come alive, while a window
 * is open and the others are well: one alone would leave an even number, which bears no more failures than one less.
 */
export function undoRegister(role: FrontendRole): Step {
  return {
    ...usual,
    key: 'undo-register',
    title: role === 'FOLLOWER' ? 'ALTER SYSTEM DROP FOLLOWER' : 'ALTER SYSTEM DROP OBSERVER, never alive',
    waitsFor: 'the row is gone from SHOW FRONTENDS in two looks',
    afterDeadline: 'give-up',
    skip: (context) => {
      if (!isBegun(context.operation, context.index, 'register')) return 'it was not registered';
      return isGone(context) ? 'its row is gone' : undefined;
    },
    refuse: (context) => (isHarmless(context) ? undefined : refuseAlive(context, role)),
    remember: rememberPorts,
    effect: (context) => {
      const node = nodeOf(context);
      return node === undefined
        ? undefined
        : {
            by: 'cluster',
            change: { kind: 'drop-frontend', node, role },
            needsWindow: !isHarmless(context),
          };
    },
    verify: rowGone,
  };
}

export const undoStop = stopStep('undo-', whenUnregistered('start'));

export const undoPorts = portsClosed('undo-', whenUnregistered('start'));

export const undoRelease = releaseStep('undo-', (context) =>
  mayStillRun(context, 'undo-') ? 'its process may still run' : whenUnregistered('acquire')(context),
);

/** No heartbeat ever reached it: it has no vote and no client. */
function isHarmless(context: Context): boolean {
  const harmless = seenTwice(context, (topology) => {
    const row = frontendIn(topology, context);
    return row === undefined || isNeverAliveFrontend(row);
  });
  return harmless && !wasAlive(context);
}

function refuseAlive(context: Context, role: FrontendRole): Refusal | undefined {
  const row = rowOf(context);
  if (row === undefined) return missingInOneLook;
  const { topology, window } = context.facts;
  if (role === 'OBSERVER' || !topology.known) {
    return { end: 'failed', reason: 'it was alive: only a removal may take it out' };
  }
  const stays = `${row.address} stays until the next window, with an even number of followers`;
  if (row.isMaster) return { end: 'failed', reason: `${stays}: it is the master by now` };
  if (!window.open && isWindowBound({ direction: 'out' }, context)) {
    return { end: 'failed', reason: `${stays}: no window is open` };
  }
  const unsafe = mayNotLeave(topology.value, [row.address]);
  return unsafe === undefined ? undefined : { end: 'failed', reason: `${stays}: ${unsafe}` };
}
