import { z } from 'zod';
import { ANSWER_FAULTS } from './kinds/answer-faults.ts';
import { NODE_FAULTS } from './kinds/node-faults.ts';
import { STALL_FAULTS } from './kinds/stall-faults.ts';

/*
 * What a test or a person may do to the cluster besides starting, stopping and killing processes. Each sets a state; the same
 * fault with the opposite value takes it back.
 */

const SHAPE = z.discriminatedUnion('kind', [...NODE_FAULTS, ...ANSWER_FAULTS, ...STALL_FAULTS]);

export type Fault = Readonly<z.infer<typeof SHAPE>>;

export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>;

/** What was asked for cannot be: the text says what would be right. */
export class FaultError extends Error {
  readonly code = 'simulator-bad-fault';
  constructor(message: string) {
    super(message);
    this.name = 'FaultError';
  }
}

/** Reads a fault as it comes over HTTP. Throws FaultError. */
export function parseFault(value: unknown): Fault {
  const parsed = SHAPE.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'fault'}: ${message}`);
  throw new FaultError(problems.join('; '));
}
