import type { Invariant } from '../soak/invariant.ts';

/** What makes an FE walk its tables and tablets. */
const DEAR =
  /^\s*(?:SHOW\s+(?:PARTITIONS|TABLETS?\s|DATA\b)|ADMIN\s+SHOW\s+REPLICA|SHOW\s+CREATE\s+TABLE|SHOW\s+PROC\s+'\/dbs\/)/i;
/** The simulated cluster has about a dozen tables, each asked at most twice by one look. */
const A_LOOK = 60;
/** Admissions, the proof before a drain and the looks of a drain that stands still, in any hour. */
const LOOKS_AN_HOUR = 20;
const HOUR = 3_600_000;

export const readsBounded: Invariant = {
  name: 'reads-bounded',
  says: 'tables and tablets are walked for a change that is wanted, and never in a loop',
  start(world) {
    let hour = -1;
    let reads = 0;
    let withoutReason = 0;
    return {
      see(event) {
        // An evaluation that died with its process tells nobody what it wanted.
        if (event.is === 'process') withoutReason = 0;
        if (event.is === 'record') {
          const wanted = event.record.steps.length > 0 || event.record.operationId !== undefined;
          const read = withoutReason;
          withoutReason = 0;
          // One that is begun and held by what it read is wanted, too.
          const tried = event.record.observation.evidence !== undefined;
          if (read > 0 && !wanted && !tried && world.openOperation() === undefined) {
            return `${String(read)} dear statements were sent by an evaluation that wants nothing`;
          }
          return undefined;
        }
        if (event.is !== 'statement' || event.by !== 'us' || event.changes || !DEAR.test(event.text)) return undefined;
        const now = Math.floor(event.atMs / HOUR);
        reads = now === hour ? reads + 1 : 1;
        hour = now;
        if (world.openOperation() === undefined) withoutReason += 1;
        if (reads <= A_LOOK * LOOKS_AN_HOUR) return undefined;
        return `${String(reads)} dear statements within an hour, the last: ${event.text}`;
      },
      end: () => undefined,
    };
  },
};
