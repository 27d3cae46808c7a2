import type { DecisionRecord } from '../../../src/domain/record.ts';
import type { Invariant } from '../soak/invariant.ts';

export const unknownNeverIn: Invariant = {
  name: 'unknown-never-in',
  says: 'a backend is never taken out while a signal or what proves its removal is unknown',
  start(world) {
    return {
      see(event) {
        if (event.is !== 'record' || event.record.operationId === undefined) return undefined;
        const { record } = event;
        if (record.steps[0]?.kind !== 'remove-backend') return undefined;
        const blind = world.faults().find(({ kind }) => kind === 'prometheus');
        if (blind !== undefined)
          return `record ${record.id} takes a backend out while Prometheus is ${blind.kind === 'prometheus' ? blind.manner : ''}`;
        return unknownIn(record);
      },
      end: () => undefined,
    };
  },
};

function unknownIn({ id, observation, steps }: DecisionRecord): string | undefined {
  const group = steps[0]?.group;
  const readings = observation.signals.filter((each) => each.group === group).flatMap((each) => each.readings);
  const unsure = readings.find(({ quality }) => quality !== 'ok');
  if (unsure !== undefined) return `record ${id} takes a backend out while ${unsure.signal} is ${unsure.quality}`;
  if (!observation.topology.known) return `record ${id} takes a backend out of an unknown topology`;
  const { evidence } = observation;
  if (evidence === undefined) return `record ${id} takes a backend out without evidence`;
  const unread = Object.entries(evidence).find(([, fact]) => isUnread(fact));
  return unread === undefined ? undefined : `record ${id} takes a backend out, and ${unread[0]} could not be read`;
}

function isUnread(fact: unknown): boolean {
  return typeof fact === 'object' && fact !== null && 'known' in fact && fact.known === false;
}
