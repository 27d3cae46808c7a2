import type { Finding } from '../../domain/finding.ts';
import { requireAgreement } from '../master/agreement.ts';
import type { MasterSession } from '../master/master.ts';
import type { AccessToCheck } from './access.ts';
import { checkClock } from './check-clock.ts';
import { checkEndpoints } from './check-endpoints.ts';
import { checkFollowers } from './check-followers.ts';
import { checkPrivileges } from './check-privileges.ts';
import { checkVersion } from './check-version.ts';
import { failure } from './finding.ts';
import { readSchedulerOff } from '../evidence/health.ts';

/** Connections, cluster, master, version, clocks, privileges and the switches that a drain needs. Never rejects. */
export async function checkAccess(access: AccessToCheck): Promise<readonly Finding[]> {
  const endpoints = await checkEndpoints(access);
  if (endpoints.every(({ level }) => level === 'fail')) return endpoints;
  const master = await checkAtMaster(access).catch((error: unknown) => [failure('master', error)]);
  return [...endpoints, ...master];
}

async function checkAtMaster(access: AccessToCheck): Promise<readonly Finding[]> {
  return await access.finder.withMaster(async (master) => [
    ...(await checkAgreement(master, access)),
    ...(await checkVersion(master, access.deadlineMs)),
    ...checkClock(master, access.clock.now()),
    ...(await checkPrivileges(master.session, access)),
    ...(await checkSwitches(master.session, access.deadlineMs)),
  ]);
}

async function checkAgreement(master: MasterSession, access: AccessToCheck): Promise<readonly Finding[]> {
  try {
    await requireAgreement(master, access.followers);
    return checkFollowers(master);
  } catch (error) {
    return [failure('followers', error)];
  }
}

async function checkSwitches(
  session: Parameters<typeof readSchedulerOff>[0],
  deadlineMs: number,
): Promise<readonly Finding[]> {
  try {
    return (await readSchedulerOff(session, deadlineMs)).map((key) => ({
      level: 'warn',
      subject: key,
      message: 'is true: scale-in holds, for a drain or its way back would move nothing',
      mend: `ADMIN SET FRONTEND CONFIG ("${key}" = "false");`,
    }));
  } catch (error) {
    return [{ ...failure('config', error), level: 'warn' }];
  }
}
