import type { OperationKind } from '../../domain/operation.ts';
import type { Kind } from '../steps/step.ts';
import { addBackend } from './add-backend.ts';
import { addFrontend } from './add-frontend.ts';
import { removeBackend } from './remove-backend.ts';
import { removeFrontend } from './remove-frontend.ts';

/** Every kind of operation as a table of steps; the guide prints them and a test holds the two together. */
export const KINDS: Readonly<Record<OperationKind, Kind>> = {
  'add-backend': addBackend,
  'remove-backend': removeBackend,
  'add-observer': addFrontend('OBSERVER'),
  'remove-observer': removeFrontend('OBSERVER'),
  'add-follower': addFrontend('FOLLOWER'),
  'remove-follower': removeFrontend('FOLLOWER'),
};

export function kindOf(kind: OperationKind): Kind {
  return KINDS[kind];
}
