import { describe, expect, test } from 'vitest';
import { readOwnCheck } from '../../../src/doris/evidence/own-check.ts';

const VICTIMS = ['10.0.0.1:9050', '10.0.0.2:9050', '10.0.0.3:9050'];
const REFUSAL = 'partition p1 of table shop.orders > available backend num';

/** An FE that lets so many go together, and how many it was asked about each time. */
async function asked(lets: number, status = (_count: number): number => 200) {
  const counts: number[] = [];
  const found = await readOwnCheck({
    http: async (url) => {
      const count = (new URL(url).searchParams.get('host_ports') ?? '').split(',').length;
      counts.push(count);
      const body = count > lets ? { code: 1, data: `errCode = 2, detailMessage = ${REFUSAL}` } : { code: 0 };
      return { status: status(count), body: JSON.stringify(body) };
    },
    host: 'fe1',
    port: 8030,
    user: 'autoscaler',
    password: undefined,
    victims: VICTIMS,
    deadlineMs: 1000,
  });
  return { counts, found };
}

describe("the FE's own check of several", () => {
  test('is asked once where all may go', async () => {
    expect(await asked(3)).toEqual({ counts: [3], found: { refusal: undefined } });
  });

  test('is asked about fewer until some may go', async () => {
    expect(await asked(1)).toEqual({ counts: [3, 2, 1], found: { refusal: REFUSAL, allowed: 1 } });
  });

  test('refuses where not even one may go', async () => {
    expect(await asked(0)).toEqual({ counts: [3, 2, 1], found: { refusal: REFUSAL } });
  });

  test('allows no fewer where their answer is lost', async () => {
    expect(await asked(1, (count) => (count === 3 ? 200 : 502))).toEqual({
      counts: [3, 2],
      found: { refusal: REFUSAL },
    });
  });
});
