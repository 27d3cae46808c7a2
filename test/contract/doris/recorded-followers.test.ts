import { describe, expect, test } from 'vitest';
import { mayNotJoin, mayNotLeave } from '../../../src/decision/ratio/quorum.ts';
import type { Frontend } from '../../../src/domain/topology.ts';
import { parseFrontends } from '../../../src/doris/parse/frontends.ts';
import { isNeverAliveFrontend } from '../../../src/operation/nodes.ts';
import { RECORDED_VERSIONS, readRecordings } from '../../support/doris/recordings.ts';

interface Asked {
  readonly sql: string;
  readonly state: string;
  readonly error: string | undefined;
  /** As the FE had shown them last. */
  readonly frontends: readonly Frontend[];
}

/** Statements about followers, each with the frontends that were there. */
const followersOf = (version: (typeof RECORDED_VERSIONS)[number]): readonly Asked[] => {
  let frontends: readonly Frontend[] = [];
  return readRecordings(version)
    .filter(({ file }) => file === 'alter-frontend.json')
    .flatMap(({ sql, state, result, error }) => {
      if (sql === 'SHOW FRONTENDS' && result !== undefined) {
        frontends = parseFrontends(result).rows.map((row) => row.frontend);
      }
      return /^(ALTER SYSTEM (ADD|DROP) FOLLOWER|SHOW FRONTENDS$)/.test(sql)
        ? [{ sql, state, error: error?.message, frontends }]
        : [];
    });
};
const nodeOf = ({ sql }: Asked): string => /"([^"]+)"/.exec(sql)?.[1] ?? '';

describe.each(RECORDED_VERSIONS)('followers as recorded from %s', (version) => {
  const asked = followersOf(version);

  test('what the FE refuses for its quorum we never ask, and no follower is added beside one that is not alive', () => {
    const refused = asked.filter(({ error }) => error?.includes('quorum requirements') === true);
    expect(refused.length).toBeGreaterThan(0);
    for (const each of refused) {
      expect(mayNotLeave(each, [nodeOf(each)]), each.state).toContain('the quorum would not be safe');
      expect(mayNotJoin(each), each.state).toContain('would weaken the quorum');
    }
  });

  test('one that was just added counts as never alive until its first heartbeat, joined or not', () => {
    const added = asked.find(({ sql, error }) => sql.startsWith('ALTER SYSTEM ADD FOLLOWER') && error === undefined);
    const node = added === undefined ? '' : nodeOf(added);
    const states = asked
      .flatMap(({ frontends }) => frontends.filter(({ address }) => address === node))
      .map((row) => `${row.joined ? 'joined' : 'not joined'}, ${isNeverAliveFrontend(row) ? 'never alive' : 'alive'}`);
    expect([...new Set(states)]).toEqual(['not joined, never alive', 'joined, never alive', 'joined, alive']);
  });
});
