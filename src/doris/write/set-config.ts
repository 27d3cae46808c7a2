import type { ClusterChange } from '../../domain/ports/cluster-writer.ts';
import { DorisOutcomeUnknown, DorisStatementFailed, DorisUnsupported } from '../errors.ts';
import type { MasterSession } from '../master/master.ts';
import { readConfig } from '../read/configs.ts';
import { isAtLeast } from '../version.ts';
import { setConfigStatement } from './statements.ts';
import type { WriteDeadlines } from './deadlines.ts';

/**
 * ADMIN SET, in the ALL form where the version has it (2.0.11, 2.1.5; a value set without it is lost with the master), and
 * the value read back. Values live in memory only. `allowed` throws where it must not be sent any more.
 */
export async function setConfig(
  master: MasterSession,
  change: Extract<ClusterChange, { readonly kind: 'set-config' }>,
  { deadlines, allowed }: { readonly deadlines: WriteDeadlines; readonly allowed: () => void },
): Promise<'done' | 'already'> {
  const { key, value } = change;
  const one = setConfigStatement(key, value, { all: false });
  const { session } = master;
  const found = await readConfig(session, key, deadlines.readMs);
  if (found === undefined) throw new DorisUnsupported(`this version has no FE config key ${key}`);
  if (found === value) return 'already';
  allowed();

  if (!hasAllForm(master) || !(await trySetAll(master, change, deadlines)))
    await session.execute(one, { deadlineMs: deadlines.changeMs });
  if ((await readBack(master, key, deadlines)) === value) return 'done';
  // Some versions pass a master-only key over in the ALL form.
  await session.execute(one, { deadlineMs: deadlines.changeMs });
  const now = await readBack(master, key, deadlines);
  if (now !== value) throw new DorisStatementFailed(`${key} was set to ${value} and still reads ${now ?? 'nothing'}`);
  return 'done';
}

async function trySetAll(
  master: MasterSession,
  change: { readonly key: string; readonly value: string },
  deadlines: WriteDeadlines,
): Promise<boolean> {
  try {
    await master.session.execute(setConfigStatement(change.key, change.value, { all: true }), {
      deadlineMs: deadlines.changeMs,
    });
    return true;
  } catch (error) {
    if (error instanceof DorisUnsupported) return false;
    throw error;
  }
}

function hasAllForm({ master, list }: MasterSession): boolean {
  const version = master.version ?? '';
  const numbered =
    isAtLeast(version, [2, 1, 0]) === true ? isAtLeast(version, [2, 1, 5]) : isAtLeast(version, [2, 0, 11]);
  return numbered ?? list.hasLiveSince;
}

/** A read after a change that fails leaves the change unproven. */
async function readBack(master: MasterSession, key: string, deadlines: WriteDeadlines): Promise<string | undefined> {
  try {
    return await readConfig(master.session, key, deadlines.readMs);
  } catch (error) {
    throw new DorisOutcomeUnknown(
      `${key} was set and could not be read back: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
