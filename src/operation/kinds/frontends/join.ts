import { frontendIn, hostOf, saysOtherCluster, seenTwice } from '../../nodes.ts';
import { numberIn } from '../../steps/records.ts';
import type { AfterDeadline, Context, Step } from '../../steps/step.ts';
import { countText, durationText } from '../../text.ts';
import { MINUTE_MS, usual } from '../common.ts';
import { othersOf } from './pair.ts';
import { type FrontendRole, rowOf, wasAlive } from './rows.ts';

/** An FE without --helper serves a cluster of its own within seconds; one that waits to be registered opens no port. */
const ALONE_MS = 30_000;

/** Before a follower is registered: whether its process is one of this cluster, as far as it shows. */
export const waiting: Step = {
  ...usual,
  key: 'waiting',
  title: 'see that it waits to be registered',
  waitsFor: `nothing answers on its http_port for ${durationText(ALONE_MS)}: started without --helper it would serve a cluster of its own`,
  onClose: 'undone',
  outsideWindow: false,
  looks: (context) => {
    const place = httpOf(context);
    return place === undefined ? [] : [{ fact: 'port', ...place }];
  },
  verify: (context, record) => {
    const place = httpOf(context);
    if (place === undefined) return { is: 'waiting', reason: 'the http_port of the master is not known' };
    const name = `${place.host}:${String(place.port)}`;
    const open = context.facts.portsOpen[name];
    if (open === true) {
      return {
        is: 'turn',
        end: 'failed',
        reason: `${name} answers before it is registered: it serves another cluster`,
      };
    }
    const sinceMs = context.now - record.startedAt;
    if (open === undefined || sinceMs < ALONE_MS) return { is: 'waiting', reason: `whether ${name} stays silent` };
    return { is: 'done', detail: `nothing answers on ${name}` };
  },
};

export function join(role: FrontendRole): Step {
  return {
    ...usual,
    key: 'join',
    title: 'wait until it has joined and caught up',
    waitsFor:
      'SHOW FRONTENDS shows Join and Alive, and its journal has passed the position that the master had when it came alive',
    // Until a second follower is there their number is even.
    deadline: role === 'FOLLOWER' ? 15 * MINUTE_MS : 30 * MINUTE_MS,
    verify: (context, record) => {
      const row = rowOf(context);
      const { topology } = context.facts;
      if (row === undefined || !topology.known) return { is: 'waiting', reason: 'the row was missing in one look' };
      if (!wasAlive(context) && seenTwice(context, (look) => saysOtherCluster(frontendIn(look, context)))) {
        return { is: 'turn', end: 'failed', reason: `${row.address} is a cluster of its own: ${row.errorMessage}` };
      }
      if (!row.alive && /clock delta/i.test(row.errorMessage)) {
        const reason = `the clock of ${row.host} is off by more than FEs bear (5 s): ${row.errorMessage}`;
        return { is: 'turn', end: 'failed', reason };
      }
      if (!row.joined || !row.alive) {
        const why = row.errorMessage === '' ? '' : `: ${row.errorMessage}`;
        return {
          is: 'waiting',
          reason: `${row.address} ${row.joined ? 'is not alive yet' : 'has not joined yet'}${why}`,
        };
      }
      const target = numberIn(record.data, 'journalTarget');
      const master = topology.value.frontends.find((frontend) => frontend.isMaster);
      if (target === undefined) {
        if (master === undefined) return { is: 'waiting', reason: 'no master is shown' };
        return { is: 'note', data: { wasAlive: true, journalTarget: master.replayedJournalId } };
      }
      const behind = target - row.replayedJournalId;
      if (behind <= 0) return { is: 'done', detail: `joined, alive, journal at ${countText(row.replayedJournalId)}` };
      return { is: 'waiting', reason: `${row.address} is ${countText(behind)} journal entries behind` };
    },
  };
}

export function httpPort(afterDeadline: AfterDeadline): Step {
  return {
    ...usual,
    key: 'http-port',
    title: 'check its http_port',
    waitsFor: 'it answers on the http_port of the others',
    afterDeadline,
    looks: (context) => {
      const row = rowOf(context);
      return row === undefined ? [] : [{ fact: 'port', host: row.host, port: row.httpPort }];
    },
    verify: (context) => {
      const row = rowOf(context);
      if (row === undefined) return { is: 'waiting', reason: 'the row was missing in one look' };
      const name = `${row.host}:${String(row.httpPort)}`;
      if (context.facts.portsOpen[name] === true) return { is: 'done', detail: `${name} answers` };
      return { is: 'waiting', reason: `nothing answers on ${name}: its http_port must be that of the other FEs` };
    },
  };
}

/** The last step of each of a pair: whatever befalls the other first takes this one out again, too. */
export const wholePair: Step = {
  ...usual,
  key: 'pair',
  title: 'wait for the other of its pair',
  waitsFor: 'both have come alive, so that the number of followers is odd again',
  deadline: 'operations.deadline',
  verify: (context) => {
    const missing = othersOf(context).find((other) => !wasAlive(other));
    return missing === undefined
      ? { is: 'done', detail: 'the number of followers is odd' }
      : { is: 'waiting', reason: 'the other follower has not come yet: their number is even until then' };
  },
};

function httpOf(context: Context): { readonly host: string; readonly port: number } | undefined {
  const host = hostOf(context);
  const { topology } = context.facts;
  if (host === undefined || !topology.known) return undefined;
  const port = topology.value.frontends.find(({ address }) => address === topology.value.master)?.httpPort;
  return port === undefined || port <= 0 ? undefined : { host, port };
}
