import { GUARD_CODES, LIMIT_CODES, type ReasonCode } from '../../src/domain/codes.ts';

/** What the operator does about each reason; `nothing` where it lets go by itself. */
const MENDS: Readonly<Record<ReasonCode, string>> = {
  'at-min': 'nothing, or lower `min`',
  'at-max': 'raise `max`, if more is needed: `explain` says how many',
  step: 'nothing: the rest follows in the next windows; or raise `step`',
  schedule: 'nothing, or edit `schedule`',
  ratio: 'nothing, or edit `frontend.backendsPerFrontend`',
  'within-bounds': 'nothing',
  'dead-band': 'nothing',
  stabilizing: 'nothing: it ends with `stabilize`, or when no tablet moves any more',
  'not-worth-moving': 'nothing: a longer time of low load makes it worth it',
  paused: '`doris-autoscaler resume --cluster NAME`',
  'mode-observe': '`mode: act` in the policy; if a check keeps it in observe, mend what `doctor` names',
  'awaiting-approval': '`doris-autoscaler approve ID`, or `cancel ID` as a no',
  'approval-expired': 'nothing: what is still wanted is asked for anew',
  'not-leader': 'look at the other daemon; stop the one that should not run',
  'operation-open': 'nothing: `operations --watch` shows it; `cancel ID` undoes it',
  'foreign-operation': 'end what somebody began by hand, or bring followers back to the number of the policy',
  'topology-unknown': 'mend what `doctor` names: endpoints, account, the majority of followers, the ClusterId',
  'outside-window': 'nothing, or add a window; `windows` shows the next ones',
  'window-too-short': 'a longer window, or `onClose: throttle` with a drain over several',
  'not-idle': 'nothing, or another bound of `windows.idle`',
  cooldown: 'nothing, or a shorter `cooldown`',
  quorum: 'start the dead follower again',
  'clock-jump': 'nothing; if it comes again, look at the clock of the host',
  'version-unsupported': 'nothing: this Doris is only watched',
  'store-unavailable': 'free space on the disk of the store, or mend its permissions',
  'rolling-restart': 'nothing: it lets go 30 min after the last restart, once all have one version',
  'no-host': 'give the provisioner a free host; mend what made additions fail',
  'metrics-unknown': 'mend the query or target that the detail names; `doctor` tries every signal',
  'metrics-stale': 'bring the target back, or raise `maxAge` to what it is scraped by',
  'metrics-recovering': 'nothing: some minutes of clean samples are waited for',
  'history-short': 'nothing: wait for the days that are missing',
  'no-victim': 'take the node out of `protect`, or name its host in the provisioner',
  backoff:
    'look why the removal failed (`operations`); `doris-autoscaler resume` ends a rest after the change of a hand',
  'limit-exceeded': 'find what is above its bound; without it nothing leaves',
  'cluster-unhealthy': 'start the dead node, free the disk of the FE, or set the clock, as the detail says',
  'min-hold': 'nothing, or a shorter `minHold`',
  'replication-floor': 'keep the backends, or lower the replicas of the table that is named',
  'single-replica': 'a second replica for the tables that are named, or `singleReplica: move`',
  'disk-headroom': 'free space on the disk that is named, or add a backend',
  'tablets-unhealthy': 'as the detail says: wait for repairs, restore what is lost, or switch the scheduler on again',
  'colocate-unstable': 'wait until the group is stable, or switch colocate balance on again',
  'schema-change-running': 'wait for the end of the job or transaction that is named, or end it',
};

/** The table of docs/guide/operations.md on reasons, as Markdown: every limit and guard, in the order of the codes. */
export function codesTable(): string {
  const rows = [...LIMIT_CODES, ...GUARD_CODES].map((code) => [`\`${code}\``, MENDS[code]]);
  return [['code', 'what you do'], ['---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

// Run as a program it prints the table, to be put between the marks of the guide.
if (process.argv[1] === import.meta.filename) process.stdout.write(codesTable());
