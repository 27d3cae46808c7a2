import type { Finding } from '../../domain/finding.ts';
import { type MasterSession, frontendsOf } from '../master/master.ts';
import { majorityOf } from '../master/quorum.ts';

/** How many failures of followers the cluster bears, where that is less than their number should give. */
export function checkFollowers({ list }: MasterSession): readonly Finding[] {
  const followers = frontendsOf(list).filter(({ role }) => role === 'FOLLOWER');
  const count = followers.length;
  const findings: Finding[] = [];
  if (count % 2 === 0) {
    findings.push({
      level: 'warn',
      subject: 'followers',
      message: `${String(count)} are an even number: they bear no more failures than ${String(count - 1)}`,
      mend: `frontend: { followers: ${String(Math.min(5, count + 1))}, provisioner: NAME }`,
    });
  }
  const dead = followers.filter(({ alive }) => !alive).map(({ address }) => address);
  if (dead.length > 0) {
    const left = followers.length - dead.length - majorityOf(count);
    const failures = left === 0 ? 'one more failure ends all writes' : `${String(left)} more may fail`;
    findings.push({
      level: 'warn',
      subject: 'followers',
      message: `${dead.join(', ')} ${dead.length === 1 ? 'is' : 'are'} not alive: ${failures}`,
      mend: 'bin/start_fe.sh --daemon   on its host; where it is lost: ALTER SYSTEM DROP FOLLOWER',
    });
  }
  return findings;
}
