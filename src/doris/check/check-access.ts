import type { Finding } from '../../domain/finding.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { FrontendChannel, FrontendEndpoint } from '../../domain/ports/frontend-channel.ts';
import type { MasterFinder } from '../master/master.ts';
import type { ClusterPin } from '../master/cluster-pin.ts';
import { checkClock } from './check-clock.ts';
import { checkEndpoints } from './check-endpoints.ts';
import { checkPrivileges } from './check-privileges.ts';
import { checkVersion } from './check-version.ts';
import { failure } from './finding.ts';
import { readSchedulerOff } from '../evidence/health.ts';

export interface AccessToCheck {
  readonly endpoints: readonly FrontendEndpoint[];
  readonly channel: FrontendChannel;
  readonly finder: MasterFinder;
  readonly pin: ClusterPin;
  readonly user: string;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

/** Connections, cluster, master, version, clocks, privileges and the switches that a drain needs. Never rejects. */
export async function checkAccess(access: AccessToCheck): Promise<readonly Finding[]> {
  const endpoints = await checkEndpoints(access);
  const master = await checkAtMaster(access).catch((error: unknown) => [failure('master', error)]);
  return [...endpoints, ...master];
}

async function checkAtMaster(access: AccessToCheck): Promise<readonly Finding[]> {
  return await access.finder.withMaster(async (master) => [
    ...(await checkVersion(master, access.deadlineMs)),
    ...checkClock(master, access.clock.now()),
    ...(await checkPrivileges(master.session, access)),
    ...(await checkSwitches(master.session, access.deadlineMs)),
  ]);
}

async function checkSwitches(
  session: Parameters<typeof readSchedulerOff>[0],
  deadlineMs: number,
): Promise<readonly Finding[]> {
  try {
    return (await readSchedulerOff(session, deadlineMs)).map((key) => ({
      level: 'warn',
      subject: key,
      message: 'is true: a drain would move nothing, so scale-in holds',
      mend: `ADMIN SET FRONTEND CONFIG ("${key}" = "false");`,
    }));
  } catch (error) {
    return [{ ...failure('config', error), level: 'warn' }];
  }
}
