import { randomInt } from 'node:crypto';
import { PortTakenError } from './gate.ts';

const ATTEMPTS = 20;
const LOWEST = 10_000;
const STEP = 100;
const BASES = 500;

/** Tries port bases at random until everything can be opened with one. */
export async function withFreePortBase<T>(open: (portBase: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(LOWEST + STEP * randomInt(BASES));
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === ATTEMPTS) throw error;
    }
  }
}
