import { formatAddress } from '../address.ts';
import { DorisBadAnswer, DorisUnreachable } from '../errors.ts';
import type { HttpGet } from '../evidence/own-check.ts';
import type { MasterFinder } from '../master/master.ts';

/** The gauge as 2.1 and 4.x print it; SHOW ROUTINE LOAD would have to be asked in every database. */
const PAUSED = /^doris_fe_job\{job="load", type="ROUTINE_LOAD", state="PAUSED"\} (\d+)/m;

/** Routine loads that the master counts as paused, of all databases. Its metrics need no credentials. */
export async function readPausedRoutineLoads(access: {
  readonly finder: MasterFinder;
  readonly http: HttpGet;
  readonly deadlineMs: number;
}): Promise<number> {
  const { host, httpPort } = await access.finder.withMaster(async ({ master }) => master);
  const url = `http://${formatAddress(host, httpPort)}/metrics`;
  const answer = await access
    .http(url, { authorization: '', deadlineMs: access.deadlineMs })
    .catch((error: unknown) => {
      throw new DorisUnreachable(`${url}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    });
  const [, count] = PAUSED.exec(answer.body) ?? [];
  if (answer.status !== 200 || count === undefined) {
    throw new DorisBadAnswer(`${url} answers ${String(answer.status)} without the state PAUSED of routine loads`);
  }
  return Number(count);
}
