import type { Finding } from '../../domain/finding.ts';
import type { MasterSession } from '../master/master.ts';
import { frontendsOf } from '../master/master.ts';
import { SHOW_BACKENDS, modeOf, parseBackends } from '../parse/backends.ts';
import { isAtLeast } from '../version.ts';

/** The version range that the statements and parsers know, the same version everywhere, and a mode that may be changed. */
export async function checkVersion(master: MasterSession, deadlineMs: number): Promise<readonly Finding[]> {
  const backends = parseBackends(await master.session.execute(SHOW_BACKENDS, { deadlineMs }));
  const version = master.master.version ?? '';
  const findings: Finding[] = [judge(version)];
  const frontendVersions = [...new Set(frontendsOf(master.list).flatMap((one) => one.version ?? []))];
  const backendVersions = [...new Set(backends.flatMap((one) => (one.version === '' ? [] : [one.version])))];
  for (const [subject, versions] of [
    ['frontends', frontendVersions],
    ['backends', backendVersions],
  ] as const) {
    if (versions.length > 1) {
      findings.push({
        level: 'warn',
        subject,
        message: `run several versions: ${versions.join(', ')}; changes hold (rolling-restart)`,
        mend: undefined,
      });
    }
  }
  if (modeOf(backends) === 'decoupled') {
    findings.push({
      level: 'warn',
      subject: 'mode',
      message: 'compute-storage decoupled: this version only looks, it changes nothing',
      mend: 'mode: observe',
    });
  }
  return findings;
}

function judge(version: string): Finding {
  const subject = 'version';
  const supported = isAtLeast(version, [2, 0, 0]);
  if (supported === undefined)
    return {
      level: 'ok',
      subject,
      message: `${version} is a development build: it is told by its columns`,
      mend: undefined,
    };
  if (!supported)
    return {
      level: 'fail',
      subject,
      message: `${version} is older than 2.0, which is the oldest that is known`,
      mend: undefined,
    };
  if (isAtLeast(version, [2, 1, 0]) === true && isAtLeast(version, [2, 1, 3]) === false) {
    return {
      level: 'warn',
      subject,
      message: `${version} takes every DECOMMISSION unchecked; only the proof made here stands before it`,
      mend: undefined,
    };
  }
  return { level: 'ok', subject, message: version, mend: undefined };
}
