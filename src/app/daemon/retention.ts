import type { EpochMs } from '../../domain/instant.ts';
import type { LoadStore } from '../../domain/ports/load-store.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { RecordSink } from '../../domain/ports/record-sink.ts';

const DAY_MS = 86_400_000;
/**
 * Decisions may be asked after for so long: each takes 10 to 25 KB, at an interval of 30 s up to 1 GB for each cluster.
 * Those that changed something are kept for good.
 */
const KEEP_RECORDS_MS = 14 * DAY_MS;
/** Longer than any history of a forecast. */
const KEEP_SLOTS_MS = 400 * DAY_MS;

/** The daily job that keeps the store from growing for ever. */
export async function retention(
  store: { readonly records: RecordSink; readonly loads: LoadStore },
  log: Log,
  now: EpochMs,
): Promise<void> {
  const records = await store.records.retain(now - KEEP_RECORDS_MS);
  const slots = await store.loads.retain(now - KEEP_SLOTS_MS);
  log.info('retention: what is too old was deleted', { records, slots });
}
