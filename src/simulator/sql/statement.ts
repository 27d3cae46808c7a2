import type { DorisVersion, SqlAnswer, SqlSession } from '../cluster.ts';
import type { ClusterState, FrontendState } from '../model/state.ts';
import type { Need } from './access/needs.ts';
import type { Captures } from './text/form.ts';

/** What a statement may look at and change. */
export interface Execution {
  readonly state: ClusterState;
  readonly version: DorisVersion;
  readonly session: SqlSession;
  /** The FE that carries it out: the client's own, or the master for what is forwarded. */
  readonly frontend: FrontendState;
  readonly text: string;
}

interface StatementForm {
  /** See text/form.ts. */
  readonly form: string;
  /** Versions that know it; absent: all. */
  readonly from?: DorisVersion;
  readonly until?: DorisVersion;
  readonly needs?: (version: DorisVersion) => Need | undefined;
}

export interface ReadStatement extends StatementForm {
  readonly kind: 'read';
  /** local: by the client's FE; master: by the master, unless the session has forward_to_master off. */
  readonly by: 'local' | 'master';
  readonly run: (execution: Execution, captures: Captures) => SqlAnswer;
}

/** Goes to the master and into its edit log. */
export interface WriteStatement extends StatementForm {
  readonly kind: 'write';
  /** Checks everything, refuses by throwing, and gives back what is then done; undefined: nothing is to be written. */
  readonly plan: (execution: Execution, captures: Captures) => (() => void) | undefined;
}

export type Statement = ReadStatement | WriteStatement;

/** All values captured at a place of the form; empty if that place was left out. */
export function valuesOf(captures: Captures, name: string): readonly string[] {
  return captures.get(name) ?? [];
}

export function valueOf(captures: Captures, name: string): string {
  return valuesOf(captures, name)[0] ?? '';
}

export function pairsOf(captures: Captures, name: string): readonly (readonly [key: string, value: string])[] {
  const values = valuesOf(captures, name);
  const pairs: [string, string][] = [];
  for (let index = 0; index < values.length; index += 2) pairs.push([values[index] ?? '', values[index + 1] ?? '']);
  return pairs;
}
