import type { Connection, RowDataPacket } from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { changingStatements, startTestSimulator } from '../../support/simulator.ts';
import { waitFor } from '../../support/wait-for.ts';
import { logIn } from './support.ts';

async function backends(connection: Connection): Promise<readonly RowDataPacket[]> {
  const [rows] = await connection.query<RowDataPacket[]>('SHOW BACKENDS');
  return rows;
}

describe.each(['2.1', '3.0', '4.0'] as const)('a decommission over the wire, version %s', (version) => {
  it('empties the backend and the row goes, with one statement sent', async () => {
    const simulator = await startTestSimulator({ version, speed: 600 });
    try {
      const connection = await logIn(simulator, { index: 1 });
      const address = simulator.description.backends.at(-1);
      const victim = `${String(address?.host)}:${String(address?.heartbeatPort)}`;
      await connection.query(`ALTER SYSTEM DECOMMISSION BACKEND "${victim}"`);
      const counts: number[] = [];
      await waitFor(
        'the row is gone',
        async () => {
          const row = (await backends(connection)).find((each) => each['Host'] === address?.host);
          if (row === undefined) return true;
          expect(row['SystemDecommissioned']).toBe('true');
          counts.push(Number(row['TabletNum']));
          return false;
        },
        { timeoutMs: 90_000 },
      );
      expect(counts.length).toBeGreaterThan(2);
      expect(counts[0]).toBeGreaterThan(0);
      expect(counts.at(-1)).toBeLessThan(counts[0] ?? 0);
      expect(counts).toEqual(counts.toSorted((a, b) => b - a));
      expect(await backends(connection)).toHaveLength(3);
      expect(changingStatements(simulator)).toEqual([`ALTER SYSTEM DECOMMISSION BACKEND "${victim}"`]);
      await connection.end();
    } finally {
      await simulator.stop();
    }
  });
});
