import type { OperationKind } from '../../domain/operation.ts';
import type { Kind } from '../steps/step.ts';
import { addBackend } from './add-backend.ts';
import { addFollower, addObserver } from './add-frontend.ts';
import { removeBackend } from './remove-backend.ts';
import { removeFollower, removeObserver } from './remove-frontend.ts';

/** Every kind of operation as a table of steps; the guide prints them and a test holds the two together. */
export const KINDS: Readonly<Record<OperationKind, Kind>> = {
  'add-backend': addBackend,
  'remove-backend': removeBackend,
  'add-observer': addObserver,
  'remove-observer': removeObserver,
  'add-follower': addFollower,
  'remove-follower': removeFollower,
};

export function kindOf(kind: OperationKind): Kind {
  return KINDS[kind];
}
