import type { DorisVersion } from '../cluster.ts';

/** What differs between versions in the model's own behaviour; columns and texts are `sql/`'s. */
export interface VersionProfile {
  readonly version: DorisVersion;
  /** Column Version of a node. */
  readonly versionText: string;
  readonly ids: 'counter' | 'clock';
  readonly heartbeatMs: number;
  readonly diskReportMs: number;
  readonly tabletReportMs: number;
  readonly tabletCheckMs: number;
  readonly dropCheckMs: number;
  /** DECOMMISSION and its dry run look at the replicas that are left (from 2.1.2). */
  readonly checksDecommission: boolean;
  /** A write without a majority ends the master after so long and is lost; undefined: it waits, its effect visible. */
  readonly masterEndsOnLostMajorityMs: number | undefined;
  readonly droppedFollowerStaysUp: boolean;
  readonly cutsConnectAttributes: boolean;
  /** A backend that reports its shutdown is emptied like a decommissioned one. */
  readonly emptiesShuttingDown: boolean;
  /** So many tablets of a drain stay for good while all other disks are above the high watermark. */
  readonly strandedTablets: number;
}

const MINUTE_MS = 60_000;
const COMMON = { heartbeatMs: 10_000, tabletCheckMs: 20_000, dropCheckMs: 10_000 } as const;

/** 2.1: FE of 2024-03-01; 3.0: branch-3.0 of 2024-10; 4.0: master of 2026-01-19. */
export const VERSION_PROFILES: Readonly<Record<DorisVersion, VersionProfile>> = {
  '2.1': {
    ...COMMON,
    version: '2.1',
    versionText: 'doris-2.1.0-rc11-d61813f873',
    ids: 'counter',
    diskReportMs: MINUTE_MS,
    tabletReportMs: MINUTE_MS,
    checksDecommission: false,
    masterEndsOnLostMajorityMs: 91_000,
    droppedFollowerStaysUp: true,
    cutsConnectAttributes: true,
    emptiesShuttingDown: false,
    strandedTablets: 4,
  },
  '3.0': {
    ...COMMON,
    version: '3.0',
    versionText: 'doris-3.0.2-rc02-5dcd8ca70f',
    ids: 'counter',
    diskReportMs: MINUTE_MS,
    tabletReportMs: MINUTE_MS,
    checksDecommission: true,
    masterEndsOnLostMajorityMs: undefined,
    droppedFollowerStaysUp: false,
    cutsConnectAttributes: false,
    emptiesShuttingDown: false,
    strandedTablets: 0,
  },
  '4.0': {
    ...COMMON,
    version: '4.0',
    versionText: 'doris-4.0.2-rc01-677147005f',
    ids: 'clock',
    diskReportMs: MINUTE_MS / 2,
    tabletReportMs: MINUTE_MS,
    checksDecommission: true,
    masterEndsOnLostMajorityMs: undefined,
    droppedFollowerStaysUp: false,
    cutsConnectAttributes: false,
    emptiesShuttingDown: true,
    strandedTablets: 0,
  },
};
