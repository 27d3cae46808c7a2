import type { SqlAnswer, SqlSession } from '../cluster.ts';
import type { ClusterState, FrontendState } from '../model/state.ts';
import { accessDenied, isAllowed, userOf } from './access/needs.ts';
import { OK, StatementRefused } from './answer/errors.ts';
import { BadNumber } from './backends/targets.ts';
import { findStatement } from './catalogue.ts';
import { dropped, masterFor } from './forwarding.ts';
import { isKilled, noteStatement } from './session.ts';
import type { Execution, Statement } from './statement.ts';
import type { Captures } from './text/form.ts';
import { splitStatements } from './text/tokens.ts';
import { write } from './writes.ts';

/** One statement, or several split by ';' of which the last answer goes out and the first error ends the rest. */
export function executeSql(state: ClusterState, session: SqlSession, text: string): SqlAnswer {
  const frontend = state.frontends.find(({ host }) => host === session.frontendHost);
  if (frontend === undefined || isKilled(session)) return { kind: 'close' };
  if (frontend.ownCluster !== undefined && frontend.process === 'own-cluster') {
    return executeSql(frontend.ownCluster, session, text);
  }
  return runAll({ state, session, frontend }, splitStatements(text));
}

/** Whose statement it is, and which FE was asked. */
interface Asked {
  readonly state: ClusterState;
  readonly session: SqlSession;
  readonly frontend: FrontendState;
}

function runAll(asked: Asked, statements: readonly string[]): SqlAnswer {
  let answer: SqlAnswer = OK;
  for (const [index, text] of statements.entries()) {
    answer = run(asked, text);
    const error = answer.kind === 'error' ? answer.message : undefined;
    noteStatement(asked.session, { atMs: asked.state.nowMs, text, outcome: answer.kind, error });
    if (answer.kind === 'error' || answer.kind === 'close') return answer;
    const rest = statements.slice(index + 1);
    if (answer.kind === 'pending' && rest.length > 0) return after(answer, () => runAll(asked, rest));
  }
  return answer;
}

/** Waits for an answer and then goes on, itself perhaps with a wait. */
function after(first: Extract<SqlAnswer, { readonly kind: 'pending' }>, next: () => SqlAnswer): SqlAnswer {
  let rest: SqlAnswer | undefined;
  return {
    kind: 'pending',
    poll: (atMs) => {
      if (rest === undefined) {
        const answer = first.poll(atMs);
        if (answer === undefined || answer.kind === 'error' || answer.kind === 'close') return answer;
        rest = next();
      }
      return rest.kind === 'pending' ? rest.poll(atMs) : rest;
    },
  };
}

function run(asked: Asked, text: string): SqlAnswer {
  const { state, frontend } = asked;
  if (frontend.row === undefined || frontend.process === 'unknown') return dropped(state);
  const found = findStatement(state.profile.version, text);
  if ('kind' in found) return found;
  try {
    return perform(asked, text, found);
  } catch (error) {
    if (error instanceof StatementRefused) return error.answer;
    if (error instanceof BadNumber) return error.refusal(state.profile.version).answer;
    throw error;
  }
}

function perform(
  { state, session, frontend: own }: Asked,
  text: string,
  { statement, captures }: { readonly statement: Statement; readonly captures: Captures },
): SqlAnswer {
  const { version } = state.profile;
  const frontend = isForwarded(session, statement) ? masterFor(state, own) : own;
  if ('kind' in frontend) return frontend;
  const need = statement.needs?.(version);
  if (need !== undefined && !isAllowed(userOf(state, session.user), need)) return accessDenied(version, need.named);
  const execution: Execution = { state, version, session, frontend, text };
  if (statement.kind === 'read') return statement.run(execution, captures);
  const effect = statement.plan(execution, captures);
  return effect === undefined ? OK : write(execution, effect);
}

function isForwarded(session: SqlSession, statement: Statement): boolean {
  if (statement.kind === 'write') return true;
  return statement.by === 'master' && session.variables.get('forward_to_master') !== 'false';
}
