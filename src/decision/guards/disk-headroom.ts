import type { DiskUse } from '../../domain/evidence.ts';
import { percentText } from '../explain/text.ts';
import type { BackendChange, Change } from './change.ts';
import { holdsData } from './evidence.ts';
import type { Guard, Judgement } from './guard.ts';
import { hold, pass } from './guard.ts';

/** Moved data does not spread evenly. */
const SKEW = 1.2;

/** (b) of the proof: every surviving disk after the move, skew and trash counted. */
export const diskHeadroom: Guard = (change) => {
  const { backend } = change;
  if (backend === undefined) return pass('frontends hold no data');
  if (change.direction !== 'in' || change.victims.length === 0) return pass('nothing is to be moved');
  if (backend.evidence === undefined) return roughly(change, backend);
  const { disks } = backend.evidence;
  if (!disks.known) return hold(`disks could not be read: ${disks.reason}`);
  return exactly(change, backend, disks.value);
};

/** Before admission: by the totals of each backend. */
function roughly(change: Change, backend: BackendChange): Judgement {
  const leaving = new Set(change.victims.map((victim) => victim.node));
  let moved = 0;
  let room = 0;
  for (const member of backend.members) {
    if (leaving.has(member.address))
      moved += (Math.max(0, member.dataUsedBytes) + Math.max(0, member.trashUsedBytes)) * SKEW;
    else if (holdsData(member)) room += Math.max(0, member.totalBytes);
  }
  let fullest = { address: '', ratio: 0 };
  for (const member of backend.members) {
    if (leaving.has(member.address) || !holdsData(member)) continue;
    if (member.totalBytes <= 0) return hold(`${member.address} has not reported its disks yet`);
    const ratio = (member.totalBytes - member.availableBytes) / member.totalBytes + moved / room;
    if (ratio > fullest.ratio) fullest = { address: member.address, ratio };
  }
  return verdict(fullest.address, fullest.ratio, backend.group.disk.projectedRatio);
}

/** At admission: each disk, by medium; data of one medium stays on it. */
function exactly(change: Change, backend: BackendChange, disks: readonly DiskUse[]): Judgement {
  const leaving = new Set(change.victims.map((victim) => victim.node));
  const staying = new Set(
    backend.members
      .filter((member) => !leaving.has(member.address) && holdsData(member))
      .map((member) => member.address),
  );
  const unlisted = [...staying].find((address) => !disks.some((disk) => disk.backend === address));
  if (unlisted !== undefined) return hold(`the disks of ${unlisted} could not be read`);
  let fullest = { name: '', ratio: 0 };
  for (const medium of new Set(disks.map((disk) => disk.medium))) {
    let moved = 0;
    let room = 0;
    for (const disk of disks) {
      if (disk.medium !== medium || !disk.online) continue;
      if (leaving.has(disk.backend)) moved += disk.usedBytes * SKEW;
      else if (staying.has(disk.backend)) room += disk.totalBytes;
    }
    if (moved > 0 && room <= 0) return hold(`no other backend of the group has ${medium} disks`);
    for (const disk of disks) {
      if (disk.medium !== medium || !disk.online || !staying.has(disk.backend) || disk.totalBytes <= 0) continue;
      const ratio = disk.usedBytes / disk.totalBytes + moved / room;
      if (ratio > fullest.ratio) fullest = { name: `${disk.path} of ${disk.backend}`, ratio };
    }
  }
  return verdict(fullest.name, fullest.ratio, backend.group.disk.projectedRatio);
}

function verdict(name: string, ratio: number, limit: number): Judgement {
  const text = `the fullest disk afterwards, ${name}: ${percentText(ratio)} (disk.projected ${percentText(limit)})`;
  return ratio > limit ? hold(text) : pass(text);
}
