import type {
  ClusterPolicy,
  FrontendPolicy,
  MigrationPolicy,
  OperationsPolicy,
  Policy,
  PrometheusPolicy,
  ProvisionerPolicy,
  Secret,
  ServerPolicy,
  SpeedProfile,
} from '../domain/policy.ts';
import { durationMs, hostAndPort, sizeBytes } from './parse-units.ts';
import type { ClusterFile, FrontendFile, OperationsFile, PrometheusFile } from './schema/cluster.ts';
import type { PolicyFile, ProvisionerFile, ServerFile } from './schema/policy-file.ts';
import type { SecretFile } from './schema/secret.ts';
import { toGroup } from './mapping/to-group.ts';
import { toWindows } from './mapping/to-windows.ts';

/** Resolves a secret; what cannot be resolved was found before. */
export type Reveal = (file: SecretFile) => Secret;

/** From the file's words and units to the domain's. The file has passed the schema and every check. */
export function toPolicy(file: PolicyFile, context: { readonly revision: string; readonly reveal: Reveal }): Policy {
  const { reveal } = context;
  return {
    revision: context.revision,
    store: { kind: 'sqlite', path: file.store.replace(/^sqlite:/, '') },
    server: toServer(file.server, reveal),
    intervalMs: durationMs(file.interval),
    notifications: file.notifications.map(({ type, events }) => ({ type, events })),
    provisioners: toProvisioners(file.provisioners),
    clusters: file.clusters.map((cluster) => toCluster(cluster, reveal)),
  };
}

function toServer(file: ServerFile, reveal: Reveal): ServerPolicy {
  return {
    ...address(file.listen),
    token: optional(file.token, reveal),
    changeToken: optional(file.changeToken, reveal),
  };
}

function toProvisioners(file: Readonly<Record<string, ProvisionerFile>>): Readonly<Record<string, ProvisionerPolicy>> {
  return Object.fromEntries(
    Object.entries(file).flatMap(([name, provisioner]) => {
      const policy = toProvisioner(name, provisioner);
      return policy === undefined ? [] : [[name, policy] as const];
    }),
  );
}

function toProvisioner(name: string, file: ProvisionerFile): ProvisionerPolicy | undefined {
  switch (file.type) {
    case 'static':
      return { name, type: 'static', hosts: file.hosts };
    case 'exec': {
      const [program, ...args] = file.command;
      if (program === undefined) return undefined;
      return {
        name,
        type: 'exec',
        command: [program, ...args],
        timeoutMs: durationMs(file.timeout),
        hosts: file.hosts,
      };
    }
    case 'ssh':
    case 'webhook':
    case 'kubernetes':
      // Refused by the checks.
      return undefined;
  }
}

function toCluster(file: ClusterFile, reveal: Reveal): ClusterPolicy {
  return {
    name: file.name,
    mode: file.mode,
    endpoints: file.endpoints.map(address),
    user: file.user,
    password: optional(file.password, reveal),
    clusterId: file.clusterId === undefined ? undefined : String(file.clusterId),
    allowUnmanagedPods: file.allowUnmanagedPods,
    protect: file.protect,
    singleReplica: file.singleReplica,
    prometheus: toPrometheus(file.prometheus, reveal),
    windows: toWindows(file.windows),
    operations: toOperations(file.operations),
    migration: toMigration(file.migration),
    backends: file.backends.map((group) => toGroup(group, file.windows.timezone)),
    frontend: file.frontend === undefined ? undefined : toFrontend(file.frontend),
  };
}

function toPrometheus(file: PrometheusFile, reveal: Reveal): PrometheusPolicy {
  return {
    url: file.url.replace(/\/+$/, ''),
    labels: file.labels,
    maxAgeMs: durationMs(file.maxAge),
    recoveryMs: durationMs(file.recovery),
    instanceLabel: file.instanceLabel,
    instanceMap: file.instanceMap,
    timeoutMs: durationMs(file.timeout),
    auth: toAuth(file.auth, reveal),
    caFile: file.ca,
  };
}

function toAuth(file: PrometheusFile['auth'], reveal: Reveal): PrometheusPolicy['auth'] {
  if (file?.bearer !== undefined) return { bearer: reveal(file.bearer) };
  if (file?.user !== undefined && file.password !== undefined)
    return { user: file.user, password: reveal(file.password) };
  return undefined;
}

function toOperations(file: OperationsFile): OperationsPolicy {
  return {
    stallAfterMs: durationMs(file.stallAfter),
    onStall: file.onStall,
    deadlineMs: durationMs(file.deadline),
    drainQueriesMs: durationMs(file.drainQueries),
    safety: file.safety,
    undoMs: durationMs(file.undo),
  };
}

function toMigration(file: ClusterFile['migration']): MigrationPolicy {
  return {
    inWindow: toSpeed(file.inWindow),
    outside: toSpeed(file.outside),
    assumedRateBytesPerSecond: sizeBytes(file.assumedRate),
  };
}

function toSpeed(file: ClusterFile['migration']['inWindow']): SpeedProfile | undefined {
  if (file === undefined) return undefined;
  return Object.fromEntries(Object.entries(file).filter(([, value]) => value !== undefined));
}

function toFrontend(file: FrontendFile): FrontendPolicy {
  return {
    backendsPerFrontend: file.backendsPerFrontend,
    followers: toFollowers(file.followers),
    observers: file.observers,
    provisioner: file.provisioner,
  };
}

function toFollowers(count: number): 1 | 3 | 5 {
  return count === 5 ? 5 : count === 3 ? 3 : 1;
}

function optional(file: SecretFile | undefined, reveal: Reveal): Secret | undefined {
  return file === undefined ? undefined : reveal(file);
}

function address(text: string): { readonly host: string; readonly port: number } {
  const parsed = hostAndPort(text, 0);
  if (parsed === undefined) throw new TypeError(`not an address: ${text}`);
  return parsed;
}
