import type { Finding } from '../problem.ts';
import type { Locate } from '../source/located.ts';
import type { CheckContext } from './section.ts';

/** Everything below one entry of `clusters`, of whatever shape. */
export function checkCluster(_cluster: unknown, _locate: Locate, _context: CheckContext): readonly Finding[] {
  return [];
}
