import type { Invariant } from '../soak/invariant.ts';
import { askedInPeace } from './asked-in-peace.ts';
import { boundsKept } from './bounds-kept.ts';
import { configsRestored } from './configs-restored.ts';
import { endsOrReported } from './ends-or-reported.ts';
import { foreignUntouched } from './foreign-untouched.ts';
import { holdsKept } from './holds-kept.ts';
import { hostsKept } from './hosts-kept.ts';
import { noDropWithTablets } from './no-drop-with-tablets.ts';
import { notTwice } from './not-twice.ts';
import { oneOperation } from './one-operation.ts';
import { patienceKept } from './patience-kept.ts';
import { quorumKept } from './quorum-kept.ts';
import { readsBounded } from './reads-bounded.ts';
import { recordExplains } from './record-explains.ts';
import { replicasKept } from './replicas-kept.ts';
import { unknownNeverIn } from './unknown-never-in.ts';
import { windowsKept } from './windows-kept.ts';

/** What must hold after every event of every run. */
export const INVARIANTS: readonly Invariant[] = [
  askedInPeace,
  replicasKept,
  quorumKept,
  boundsKept,
  windowsKept,
  noDropWithTablets,
  oneOperation,
  endsOrReported,
  configsRestored,
  hostsKept,
  recordExplains,
  notTwice,
  foreignUntouched,
  holdsKept,
  unknownNeverIn,
  patienceKept,
  readsBounded,
];
