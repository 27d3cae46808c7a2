import type { Orphan } from '../../domain/orphan.ts';
import { heldHosts } from './held-hosts.ts';
import { leftSettings } from './left-settings.ts';
import { neverAlive, registeredTwice, stillRunning } from './rows.ts';
import type { OrphanFacts } from './orphan-facts.ts';

/** What belongs to nothing any more. What could not be read is no orphan: nobody is blamed for it. */
export function findOrphans(facts: OrphanFacts): readonly Orphan[] {
  const held = heldHosts(facts);
  const onHeld = new Set(held.map(({ release }) => release?.host));
  return [
    ...held,
    ...stillRunning(facts).filter(({ subject }) => !onHeld.has(subject.slice(0, subject.lastIndexOf(':')))),
    ...neverAlive(facts),
    ...registeredTwice(facts),
    ...leftSettings(facts),
  ];
}
