import { loadText } from '../../decision/explain/text.ts';
import { attempt } from '../../controller/attempt.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Known } from '../../domain/known.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { SignalReading } from '../../domain/signal.ts';
import type { Topology } from '../../domain/topology.ts';
import { usesProvisioner } from '../daemon/cluster.ts';
import type { ClusterAdapters } from '../daemon/cluster.ts';
import { checkGroups, checkHosts } from './doctor-groups.ts';
import { checkProof } from './doctor-proof.ts';

/** Everything that one cluster's policy relies on, checked once. Doris first: without it the rest says little. */
export async function examine(
  policy: ClusterPolicy,
  adapters: ClusterAdapters,
  at: number,
): Promise<readonly Finding[]> {
  const doris = await adapters.doris.checkAccess();
  const topology = await attempt(() => adapters.ports.reader.topology());
  const groups = topology.known ? checkGroups(policy, topology.value) : [];
  const proof = topology.known ? await checkProof(policy, adapters.ports.reader, topology.value, at) : [];
  const signals = topology.known ? await checkSignals(policy, adapters, topology.value, at) : [];
  return [
    ...doris,
    ...groups,
    ...proof,
    ...signals,
    ...(await checkProvisioners(policy, adapters, topology)),
    await checkStore(adapters),
  ];
}

/** Doris, privileges, version and configuration: a failure among these keeps a cluster in observe. Never rejects. */
export async function examineForActing(policy: ClusterPolicy, adapters: ClusterAdapters): Promise<readonly Finding[]> {
  const doris = await adapters.doris.checkAccess();
  if (doris.some((finding) => finding.level === 'fail')) return doris;
  const topology = await attempt(() => adapters.ports.reader.topology());
  if (topology.known) return [...doris, ...checkGroups(policy, topology.value)];
  return [...doris, { level: 'fail', subject: 'topology', message: topology.reason, mend: undefined }];
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
  return readings.flat().map((reading) => signalFinding(reading, policy));
}

function signalFinding(reading: SignalReading, { prometheus }: ClusterPolicy): Finding {
  const subject = reading.signal;
  const { maxAgeMs } = prometheus;
  if (reading.quality !== 'ok')
    return {
      level: 'warn',
      subject,
      message: `${reading.quality}: ${reading.reason}`,
      mend: mendOf(reading, prometheus.url),
    };
  const ageSeconds = Math.round((reading.ageMs ?? 0) / 1000);
  const seen = reading.value === undefined ? '' : `${loadText(reading.value, subject, reading.measure)}, `;
  const message = `${seen}newest sample ${String(ageSeconds)} s old`;
  if ((reading.ageMs ?? 0) * 2 > maxAgeMs) {
    return {
      level: 'warn',
      subject,
      message: `${message}, maxAge ${String(maxAgeMs / 1000)} s: one lost scrape makes it unknown`,
      mend: `maxAge: ${String(Math.ceil((ageSeconds * 3) / 30) * 30)}s`,
    };
  }
  return { level: 'ok', subject, message, mend: undefined };
}

function mendOf(reading: SignalReading, url: string): string {
  if (reading.foreignSeries.length > 0) return 'prometheus: { labels: { cluster: NAME } }';
  if (reading.reason.includes('memoryPerNode')) return 'memoryPerNode: 128GiB';
  return `curl -sG ${url}/api/v1/query --data-urlencode 'query=up == 0'`;
}

async function checkProvisioners(
  policy: ClusterPolicy,
  adapters: ClusterAdapters,
  topology: Known<Topology>,
): Promise<readonly Finding[]> {
  const used = [...adapters.ports.provisioners.values()].filter(({ name }) => usesProvisioner(policy, name));
  const findings = await Promise.all(
    used.map(async (provisioner): Promise<readonly Finding[]> => {
      const listed = await attempt(() => provisioner.list());
      const subject = provisioner.name;
      if (!listed.known) return [{ level: 'warn', subject, message: listed.reason, mend: undefined }];
      const message = `knows ${String(listed.value.hosts.length)} hosts`;
      const members = topology.known ? checkHosts(policy, topology.value, listed.value) : [];
      return [{ level: 'ok', subject, message, mend: undefined }, ...members];
    }),
  );
  return findings.flat();
}

async function checkStore(adapters: ClusterAdapters): Promise<Finding> {
  const writable = await adapters.ports.storeWritable();
  return writable
    ? { level: 'ok', subject: 'store', message: 'can be written', mend: undefined }
    : {
        level: 'fail',
        subject: 'store',
        message: 'cannot be written: nothing is changed without a journal',
        mend: 'df -h . && ls -ld .        (in the folder of the store)',
      };
}
