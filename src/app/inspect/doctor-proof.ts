import { attempt } from '../../controller/attempt.ts';
import { type RemovalQuestion, ask } from '../../decision/guards/data/check.ts';
import { REMOVAL_CHECKS } from '../../decision/guards/data/checks.ts';
import { holdsData } from '../../decision/guards/data/places.ts';
import type { ClusterEvidence } from '../../domain/evidence.ts';
import type { Finding } from '../../domain/finding.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { ClusterReader } from '../../domain/ports/cluster-reader.ts';
import type { Topology } from '../../domain/topology.ts';

/**
 * What of the proof before a removal stands for long and can be told without walking a tablet. Loads and jobs come and go,
 * the switches of the scheduler are told with the access.
 */
const TOLD = ['frontend-disks', 'clocks', 'colocate-groups'];

/** Whether a removal would be refused for something that can be mended in advance. Warns; never rejects. */
export async function checkProof(
  policy: ClusterPolicy,
  reader: Pick<ClusterReader, 'evidence'>,
  topology: Topology,
  at: number,
): Promise<readonly Finding[]> {
  if (topology.mode !== 'coupled') return [];
  const found = await Promise.all(
    policy.backends.map(async ({ group }) => {
      const evidence = await attempt(() => reader.evidence({ group, victims: [] }));
      return evidence.known
        ? judged(questionOf(policy, group, topology, evidence.value, at))
        : [{ level: 'warn' as const, subject: 'proof', message: evidence.reason, mend: undefined }];
    }),
  );
  // What is true of the whole cluster is said once.
  const lines = new Map(found.flat().map((finding) => [`${finding.subject} ${finding.message}`, finding]));
  return [...lines.values()];
}

function judged(question: RemovalQuestion): readonly Finding[] {
  return REMOVAL_CHECKS.filter(({ key }) => TOLD.includes(key)).flatMap((check) => {
    const { is, detail } = ask(check, question);
    if (is !== 'hold' && is !== 'unread') return [];
    return [
      {
        level: 'warn' as const,
        subject: 'proof',
        message: `${detail.replace(` (look: ${check.look})`, '')}; scale-in holds`,
        mend: check.look,
      },
    ];
  });
}

function questionOf(
  policy: ClusterPolicy,
  group: string,
  { backends }: Topology,
  evidence: ClusterEvidence,
  at: number,
): RemovalQuestion {
  return {
    at,
    group,
    leaving: [],
    keeping: backends.filter((backend) => backend.group === group && holdsData(backend)),
    backends,
    evidence: { ...evidence, walk: undefined },
    growthBytesPerDay: undefined,
    spanMs: 0,
    projectedRatio: policy.backends.find((each) => each.group === group)?.disk.projectedRatio ?? 0,
    singleReplica: policy.singleReplica,
    assumedRateBytesPerSecond: policy.migration.assumedRateBytesPerSecond,
    timezone: policy.windows.timezone,
  };
}
