import type { Orphan } from '../../domain/orphan.ts';
import { hostIn } from '../nodes.ts';
import { heldHosts } from './held-hosts.ts';
import { leftSettings } from './left-settings.ts';
import { neverAlive, registeredTwice, stillRunning } from './rows.ts';
import type { OrphanFacts } from './orphan-facts.ts';

/** What belongs to nothing any more. What could not be read is no orphan: nobody is blamed for it. */
export function findOrphans(facts: OrphanFacts): readonly Orphan[] {
  const held = heldHosts(facts);
  const told = new Set(held.map(({ subject }) => subject));
  return [
    ...held,
    ...stillRunning(facts).filter(({ subject }) => !told.has(hostIn(subject))),
    ...neverAlive(facts),
    ...registeredTwice(facts),
    ...leftSettings(facts),
  ];
}
