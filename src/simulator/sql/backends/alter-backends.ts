import { addBackend, dropBackend, setDecommissioned, setDisabled, setTags } from '../../model/changes.ts';
import { backendById, decommissionRefusal, type RegisteredBackend, registeredBackends } from '../../model/queries.ts';
import type { ClusterState } from '../../model/state.ts';
import { needsNode } from '../access/needs.ts';
import { refuse } from '../answer/errors.ts';
import { formatTags } from '../answer/format.ts';
import { pairsOf, type Statement, valueOf, valuesOf } from '../statement.ts';
import { parseHostPort, parseId, parseTargets, type HostPort } from './targets.ts';

const DROP_REFUSED =
  'It is highly NOT RECOMMENDED to use DROP BACKEND stmt.It is not safe to directly drop a backend. All data on this backend will be discarded permanently. If you insist, use DROPP instead of DROP';

export const ALTER_BACKEND_STATEMENTS: readonly Statement[] = [
  {
    kind: 'write',
    form: 'ALTER SYSTEM ADD BACKEND <targets:strings> [PROPERTIES <properties:pairs>]',
    needs: needsNode,
    plan: ({ state }, captures) => planAdd(state, valuesOf(captures, 'targets'), pairsOf(captures, 'properties')),
  },
  {
    kind: 'write',
    form: 'ALTER SYSTEM DROP BACKEND <targets:strings>',
    needs: needsNode,
    plan: (_, captures) => {
      parseTargets(valuesOf(captures, 'targets'));
      return refuse(DROP_REFUSED);
    },
  },
  {
    kind: 'write',
    form: 'ALTER SYSTEM DROPP BACKEND <targets:strings>',
    needs: needsNode,
    plan: ({ state }, captures) => planDrop(state, valuesOf(captures, 'targets')),
  },
  {
    kind: 'write',
    form: 'ALTER SYSTEM DECOMMISSION BACKEND <targets:strings>',
    needs: needsNode,
    plan: ({ state }, captures) => planDecommission(state, valuesOf(captures, 'targets')),
  },
  {
    kind: 'write',
    form: 'CANCEL DECOMMISSION BACKEND <targets:strings>',
    needs: (version) => (version === '2.1' ? undefined : { anyOf: ['NODE'], named: 'Node_priv' }),
    plan: ({ state }, captures) => planCancel(state, valuesOf(captures, 'targets')),
  },
  {
    kind: 'write',
    form: 'ALTER SYSTEM MODIFY BACKEND <targets:strings> SET <properties:pairs>',
    needs: needsNode,
    plan: ({ state }, captures) => planModify(state, valuesOf(captures, 'targets'), pairsOf(captures, 'properties')),
  },
  {
    kind: 'write',
    form: 'ALTER SYSTEM MODIFY BACKEND|FRONTEND <target:string> HOSTNAME <name:string>',
    needs: needsNode,
    plan: (_, captures) => {
      parseHostPort(valueOf(captures, 'target'));
      const name = valueOf(captures, 'name');
      return refuse(`Unknown hostname:  ${name}: Name or service not known`);
    },
  },
];

type Pairs = readonly (readonly [key: string, value: string])[];

/** A literal without a port says OK and adds nothing. */
function planAdd(state: ClusterState, literals: readonly string[], properties: Pairs): (() => void) | undefined {
  const { addresses } = parseTargets(literals);
  const tags = tagsOf(properties);
  for (const { host, port } of addresses) {
    if (findByAddress(state, { host, port }) !== undefined)
      refuse(`Same backend already exists[${join({ host, port })}]`);
  }
  if (addresses.length === 0) return undefined;
  return () => {
    for (const { host, port } of addresses) addBackend(state, { host, heartbeatPort: port, tags });
  };
}

const TAG_PREFIX = 'tag.';
const TAG_KEY = /^[a-z][a-z0-9_]{0,32}$/;
const TAG_VALUE = /^[a-zA-Z][a-zA-Z0-9_]{0,32}$/;

/** Other properties are passed over. */
function tagsOf(properties: Pairs): Readonly<Record<string, string>> {
  const tags = Object.fromEntries(
    properties
      .filter(([key]) => key.startsWith(TAG_PREFIX))
      .map(([key, value]) => [key.slice(TAG_PREFIX.length), value.replaceAll(/\s/g, '')]),
  );
  for (const [key, value] of Object.entries(tags)) {
    if (!TAG_KEY.test(key)) refuse(`Invalid tag type format: ${key}`);
    if (!TAG_VALUE.test(value)) refuse(`Invalid tag value format: ${value}`);
  }
  return Object.keys(tags).length === 0 ? { location: 'default' } : tags;
}

function planDrop(state: ClusterState, literals: readonly string[]): () => void {
  const found = find(state, literals, (name) => `backend does not exists[${name}]`);
  return () => {
    for (const backend of found) dropBackend(state, backend);
  };
}

function planDecommission(state: ClusterState, literals: readonly string[]): (() => void) | undefined {
  const found = find(state, literals, (name, by) =>
    by === 'id' ? `Backend does not exist, backend id is ${name}` : `Backend does not exist[${name}]`,
  );
  const staying = found.filter(({ row }) => !row.decommissioned);
  if (state.profile.checksDecommission) requireReplicas(state, staying);
  if (staying.length === 0) return undefined;
  return () => {
    for (const backend of staying) setDecommissioned(state, backend, true);
  };
}

function requireReplicas(state: ClusterState, leaving: readonly RegisteredBackend[]): void {
  const refusal = decommissionRefusal(
    state,
    leaving.map(({ row }) => row.id),
  );
  if (refusal !== undefined) refuse(describeRefusal(refusal));
}

/** The same text goes out over HTTP. */
export function describeRefusal(refusal: NonNullable<ReturnType<typeof decommissionRefusal>>): string {
  const { database, table, partition, tag, available } = refusal;
  const allocation = Object.entries(partition.replicaAllocation)
    .map(([name, replicas]) => `tag.location.${name}: ${String(replicas)}`)
    .join(', ');
  return `After decommission, partition ${partition.name} of table ${database.name}.${table.name} 's replication allocation { ${allocation} } > available backend num ${String(available)} on tag ${formatTags({ location: tag })}, otherwise need to decrease the partition's replication num.`;
}

/** A backend that is not leaving is fine too. */
function planCancel(state: ClusterState, literals: readonly string[]): (() => void) | undefined {
  const found = find(state, literals, (name) => `Backend does not exist[${name}]`);
  const leaving = found.filter(({ row }) => row.decommissioned);
  if (leaving.length === 0) return undefined;
  return () => {
    for (const backend of leaving) setDecommissioned(state, backend, false);
  };
}

function planModify(state: ClusterState, literals: readonly string[], properties: Pairs): (() => void) | undefined {
  const changes = changesOf(properties);
  const found = find(state, literals, (name) => `backend does not exists[${name}]`);
  if (changes.length === 0) return undefined;
  return () => {
    for (const backend of found) for (const change of changes) change(state, backend);
  };
}

type Modification = (state: ClusterState, backend: RegisteredBackend) => void;

function changesOf(properties: Pairs): readonly Modification[] {
  const changes: Modification[] = [];
  if (properties.some(([key]) => key.startsWith(TAG_PREFIX))) {
    if (!properties.some(([key]) => key === `${TAG_PREFIX}location`))
      refuse("Backend must have location type tag. Eg: 'tag.location' = 'xxx'.");
    const tags = tagsOf(properties);
    changes.push((state, backend) => {
      setTags(state, backend, tags);
    });
  }
  for (const [key, value] of properties) {
    if (key.startsWith(TAG_PREFIX)) continue;
    if (key !== 'disable_query' && key !== 'disable_load') refuse(`unknown properties setting for key (${key})`);
    const what = key === 'disable_query' ? 'query' : 'load';
    // Boolean.valueOf: anything else is false.
    const disabled = value.toLowerCase() === 'true';
    changes.push((state, backend) => {
      setDisabled(state, backend, what, disabled);
    });
  }
  return changes;
}

/** Addresses win over ids; the first that is unknown ends the statement. */
function find(
  state: ClusterState,
  literals: readonly string[],
  unknown: (name: string, by: 'address' | 'id') => string,
): readonly RegisteredBackend[] {
  const { addresses, ids } = parseTargets(literals);
  if (addresses.length > 0) {
    return addresses.map((address) => findByAddress(state, address) ?? refuse(unknown(join(address), 'address')));
  }
  return ids.map(parseId).map((id) => backendById(state, id) ?? refuse(unknown(id, 'id')));
}

/** Compared as text: an alias of the same machine is another backend. */
function findByAddress(state: ClusterState, { host, port }: HostPort): RegisteredBackend | undefined {
  return registeredBackends(state).find((backend) => backend.host === host && backend.ports.heartbeat === port);
}

function join({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
