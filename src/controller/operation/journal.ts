import type { EpochMs } from '../../domain/instant.ts';
import { BY_THE_POLICY } from '../../domain/operation.ts';
import type { Operation, OperationState, StepRecord } from '../../domain/operation.ts';
import type { Journal } from '../../domain/ports/journal.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Notifier } from '../../domain/ports/notifier.ts';
import type { Wait } from '../../operation/steps/action.ts';
import { setBack, withoutAway } from '../../operation/steps/away.ts';
import { rebase } from '../../operation/steps/rebase.ts';
import { recordOf, WHOLE, withRecord } from '../../operation/steps/records.ts';
import { durationText } from '../../operation/text.ts';

/** Progress and reasons that change all the time are written down this often. */
const UPDATE_EVERY_MS = 10_000;
/** A deadline stands still while a window is waited for: a restart must not forget for how long. */
const WAITED_MS = 60_000;

/** The operation in memory and on disk; every change of it goes to disk first. */
export interface OperationJournal {
  current(): Operation;
  /** The newest form of a record. */
  recordOf(record: StepRecord): StepRecord;
  ignoresWindows(): boolean;
  /** Takes over what people ordered since the last look. */
  readOrders(): Promise<void>;
  /** The policy wants nothing changed any more: as if a person had cancelled it. Once. */
  withdraw(now: EpochMs): Promise<void>;
  /** What begins is the reason until something is waited for: a call of the provisioner may last minutes. */
  write(record: StepRecord, now: EpochMs): Promise<void>;
  wait(wait: Wait, waitedForWindowMs: number, now: EpochMs): Promise<void>;
  /** Taken up by this process: the time in which none saw to it counts for no deadline of a step, and nothing is of the future. */
  takeUp(now: EpochMs): Promise<void>;
  /** The wall clock has jumped: what is in hand is told in the clock of now. */
  rebase(jumpMs: number, now: EpochMs): Promise<void>;
  end(end: { readonly state: OperationState; readonly reason: string }, now: EpochMs): Promise<void>;
}

export function operationJournal(
  operation: Operation,
  ports: { readonly journal: Journal; readonly log: Log; readonly notifier: Notifier },
  onChange: (operation: Operation) => void,
): OperationJournal {
  const { journal, log } = ports;
  let current = operation;
  /** What a process that starts now would read. */
  let stored = operation;
  let updatedAt = 0;

  const readOrders = async (): Promise<void> => {
    const { cancelRequested } = (await journal.find(current.id)) ?? {};
    if (cancelRequested !== undefined && current.cancelRequested === undefined) {
      current = { ...current, cancelRequested };
    }
  };
  const update = async (changed: Operation, now: EpochMs): Promise<void> => {
    await readOrders();
    current = { ...changed, cancelRequested: current.cancelRequested ?? changed.cancelRequested };
    await journal.update(current);
    stored = current;
    updatedAt = now;
    onChange(current);
  };

  return {
    current: () => current,
    recordOf: (record) => current.steps.find((each) => each.key === record.key) ?? record,
    ignoresWindows: () => recordOf(current, WHOLE, 'admission')?.data['window'] === 'emergency',
    readOrders,
    async withdraw(now) {
      if (current.cancelRequested !== undefined) return;
      const cancelRequested = { at: now, by: BY_THE_POLICY, reason: 'mode: observe, nothing is changed any more' };
      await update({ ...current, cancelRequested }, now);
    },
    async write(record, now) {
      const before = current.steps.find((each) => each.key === record.key);
      const begins = record.state === 'intent' && (before?.state !== 'intent' || before.attempts !== record.attempts);
      if (record.key !== 'all.window' && (begins || current.state !== 'running')) {
        const reason = begins ? record.detail : current.reason;
        const startedAt = current.startedAt ?? (begins ? now : undefined);
        await update({ ...current, state: 'running', startedAt, reason }, now);
      }
      await journal.writeStep(current.id, record);
      current = withRecord(current, record);
      onChange(current);
      if (before?.state === record.state && before.attempts === record.attempts && before.detail === record.detail)
        return;
      log.info(`${current.kind} ${record.key}: ${record.detail}`, {
        cluster: current.cluster,
        operation: current.id,
        step: record.key,
        state: record.state,
        attempts: record.attempts,
      });
    },
    async wait(wait, waitedForWindowMs, now) {
      const begun = current.state !== 'pending' || current.steps.length > 0;
      const state: OperationState = wait.forWindow ? 'paused' : begun ? 'running' : current.state;
      const changed: Operation = {
        ...current,
        state,
        reason: wait.reason,
        progress: wait.progress ?? current.progress,
        waitedForWindowMs,
      };
      const moved = state !== current.state;
      if (moved || (tellsMore(changed, stored) && now - updatedAt >= UPDATE_EVERY_MS)) {
        if (moved) log.info(wait.reason, { cluster: current.cluster, operation: current.id, state });
        await update(changed, now);
        return;
      }
      const told = tellsMore(changed, current);
      current = changed;
      if (told) onChange(current);
    },
    async takeUp(now) {
      const moved = setBack(current, now);
      if (moved === current) {
        current = withoutAway(current, now);
        return;
      }
      log.warn('the wall clock is behind the journal', { cluster: current.cluster, operation: current.id });
      // The operation last: after a crash in between nothing is moved twice.
      for (const record of moved.steps) if (record.state === 'intent') await journal.writeStep(current.id, record);
      await update(moved, now);
    },
    async rebase(jumpMs, now) {
      const moved = rebase(current, jumpMs);
      log.warn('the wall clock has jumped', { cluster: current.cluster, operation: current.id, jumpMs });
      await update(moved, now);
      for (const record of moved.steps) if (record.state === 'intent') await journal.writeStep(current.id, record);
    },
    async end(end, now) {
      await update({ ...current, state: end.state, reason: end.reason, endedAt: now }, now);
      const fields = {
        cluster: current.cluster,
        operation: current.id,
        kind: current.kind,
        state: end.state,
        reason: end.reason,
      };
      if (end.state === 'succeeded') log.info('operation succeeded', fields);
      else log.warn(`operation ${end.state}`, fields);
      const tookMs = now - (current.startedAt ?? now);
      ports.notifier.notify({
        at: now,
        cluster: current.cluster,
        event: `operation-${end.state}`,
        title: `${current.kind} of ${current.role}/${current.group} ${String(current.from)} -> ${String(current.to)}: ${end.state}`,
        lines: [`why    ${end.reason}`, `took   ${durationText(tookMs)}`],
      });
    },
  };
}

function tellsMore(changed: Operation, before: Operation): boolean {
  return (
    changed.reason !== before.reason ||
    changed.progress?.text !== before.progress?.text ||
    changed.waitedForWindowMs - before.waitedForWindowMs >= WAITED_MS
  );
}
