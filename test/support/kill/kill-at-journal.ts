import { DatabaseSync, StatementSync } from 'node:sqlite';
import { parsePoint, type KillPoint } from './point.ts';

/**
 * Ends this process with SIGKILL at one write of the journal, exactly:
 * `before` a step's effect: its first line is committed, nothing has been done yet;
 * `after` it: what it does was done and answered, and the line that says so is not written;
 * `write` n: directly after the n-th transaction of the journal in this process.
 */
export function killAtJournal(text: string): void {
  const point = parsePoint(text);
  const texts = new WeakMap<StatementSync, string>();
  const { prepare } = DatabaseSync.prototype;
  const { run } = StatementSync.prototype;
  let writes = 0;
  let touched = false;
  let armed = false;

  DatabaseSync.prototype.prepare = function (...given) {
    const statement = prepare.apply(this, given);
    texts.set(statement, given[0]);
    return statement;
  };
  StatementSync.prototype.run = function (...values) {
    const sql = texts.get(this) ?? '';
    const line = stepOf(sql, values);
    if (line !== undefined && point.is === 'step' && line.key.endsWith(`.${point.step}`)) {
      if (point.when === 'after' && line.settled) endNow();
      armed = point.when === 'before';
    }
    touched ||= /^(insert into|update) "(steps|operations)"/.test(sql);
    const result: unknown = Reflect.apply(run, this, values);
    if (sql === 'commit' && touched) {
      touched = false;
      writes += 1;
      if (armed || isLast(point, writes)) endNow();
    }
    return result as ReturnType<typeof run>;
  };
}

function isLast(point: KillPoint, writes: number): boolean {
  return point.is === 'write' && point.nth === writes;
}

interface Line {
  readonly key: string;
  /** An answer or an outcome, no bare intent. */
  readonly settled: boolean;
}

function stepOf(sql: string, values: readonly unknown[]): Line | undefined {
  if (!/^(insert into|update) "steps"/.test(sql)) return undefined;
  const body = values.find((value): value is string => typeof value === 'string' && value.startsWith('{'));
  if (body === undefined) return undefined;
  const { key, state, data } = JSON.parse(body) as { key: string; state: string; data: Record<string, unknown> };
  return { key, settled: state !== 'intent' || data['answeredAt'] !== undefined };
}

function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}
