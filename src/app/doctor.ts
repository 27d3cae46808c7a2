import { attempt } from '../controller/attempt.ts';
import type { Finding } from '../domain/finding.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { SignalReading } from '../domain/signal.ts';
import type { Topology } from '../domain/topology.ts';
import type { ClusterAdapters } from './cluster.ts';

/** Everything that one cluster's policy relies on, checked once. Doris first: without it the rest says little. */
export async function examine(
  policy: ClusterPolicy,
  adapters: ClusterAdapters,
  at: number,
): Promise<readonly Finding[]> {
  const doris = await adapters.doris.checkAccess();
  const topology = await attempt(() => adapters.ports.reader.topology());
  const nodes = topology.known ? checkNodes(policy, topology.value) : [];
  const signals = topology.known ? await checkSignals(policy, adapters, topology.value, at) : [];
  return [...doris, ...nodes, ...signals, ...(await checkProvisioners(adapters)), await checkStore(adapters)];
}

function checkNodes(policy: ClusterPolicy, topology: Topology): readonly Finding[] {
  const findings: Finding[] = [];
  const groups = new Set(topology.backends.map((backend) => backend.group));
  for (const group of policy.backends) {
    const count = topology.backends.filter((backend) => backend.group === group.group).length;
    const subject = `be/${group.group}`;
    if (count === 0) {
      const mend = groups.size === 0 ? undefined : `group: ${[...groups][0] ?? ''}`;
      findings.push({
        level: 'fail',
        subject,
        message: `no backend has the tag ${group.group}; there are: ${[...groups].join(', ')}`,
        mend,
      });
    } else {
      findings.push({
        level: 'ok',
        subject,
        message: `${String(count)} backends, min ${String(group.min)}, max ${String(group.max)}`,
        mend: undefined,
      });
    }
    if (group.min < 3 && topology.mode === 'coupled') {
      findings.push({
        level: 'warn',
        subject,
        message: `min ${String(group.min)} is below 3: Doris keeps 3 replicas of its own tables, so scale-in stops at 3`,
        mend: 'min: 3',
      });
    }
  }
  for (const dead of topology.backends.filter((backend) => !backend.alive)) {
    findings.push({
      level: 'warn',
      subject: dead.address,
      message: `is not alive: ${dead.errorMessage || 'no reason given'}; scale-in holds`,
      mend: undefined,
    });
  }
  return findings;
}

async function checkSignals(
  policy: ClusterPolicy,
  adapters: ClusterAdapters,
  topology: Topology,
  at: number,
): Promise<readonly Finding[]> {
  const readings = await Promise.all(
    policy.backends.map((group) => adapters.ports.load.read({ policy, group, topology, at })),
  );
  return readings.flat().map((reading) => signalFinding(reading, policy.prometheus.maxAgeMs));
}

function signalFinding(reading: SignalReading, maxAgeMs: number): Finding {
  const subject = reading.signal;
  if (reading.quality !== 'ok')
    return { level: 'warn', subject, message: `${reading.quality}: ${reading.reason}`, mend: mendOf(reading) };
  const age = Math.round((reading.ageMs ?? 0) / 1000);
  const message = `${String(Number(reading.value?.toPrecision(3)))}, newest sample ${String(age)} s old`;
  if ((reading.ageMs ?? 0) * 2 > maxAgeMs) {
    return {
      level: 'warn',
      subject,
      message: `${message}, maxAge ${String(maxAgeMs / 1000)} s: one lost scrape makes it unknown`,
      mend: `maxAge: ${String(Math.ceil((age * 3) / 30) * 30)}s`,
    };
  }
  return { level: 'ok', subject, message, mend: undefined };
}

function mendOf(reading: SignalReading): string | undefined {
  if (reading.foreignSeries.length > 0) return 'prometheus: { labels: { cluster: NAME } }';
  if (reading.reason.includes('memoryPerNode')) return 'memoryPerNode: 128GiB';
  return undefined;
}

async function checkProvisioners(adapters: ClusterAdapters): Promise<readonly Finding[]> {
  return await Promise.all(
    [...adapters.ports.provisioners.values()].map(async (provisioner): Promise<Finding> => {
      const listed = await attempt(() => provisioner.list());
      if (!listed.known) return { level: 'warn', subject: provisioner.name, message: listed.reason, mend: undefined };
      return {
        level: 'ok',
        subject: provisioner.name,
        message: `knows ${String(listed.value.hosts.length)} hosts`,
        mend: undefined,
      };
    }),
  );
}

async function checkStore(adapters: ClusterAdapters): Promise<Finding> {
  const writable = await adapters.ports.storeWritable();
  return writable
    ? { level: 'ok', subject: 'store', message: 'can be written', mend: undefined }
    : { level: 'fail', subject: 'store', message: 'cannot be written', mend: undefined };
}
