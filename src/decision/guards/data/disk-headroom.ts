import type { DiskUse } from '../../../domain/evidence.ts';
import type { Backend } from '../../../domain/topology.ts';
import { percentText } from '../../explain/text.ts';
import type { BackendChange, Change } from '../change.ts';
import { holdsData } from './places.ts';
import type { Guard, Judgement } from '../guard.ts';
import { hold, pass } from '../guard.ts';

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
  let fullest = { name: '', ratio: 0 };
  for (const member of backend.members) {
    if (leaving.has(member.address) || !holdsData(member)) continue;
    if (member.totalBytes <= 0) return hold(`${member.address} has not reported its disks yet`);
    const ratio = (member.totalBytes - member.availableBytes) / member.totalBytes + moved / room;
    if (ratio > fullest.ratio) fullest = { name: member.address, ratio };
  }
  const afterwards = judged(fullest, backend.group.disk.projectedRatio);
  return afterwards.fits ? pass(afterwards.text) : hold(afterwards.text);
}

function exactly(change: Change, backend: BackendChange, disks: readonly DiskUse[]): Judgement {
  const victims = new Set(change.victims.map((victim) => victim.node));
  const room = diskRoom({
    disks,
    leaving: backend.members.filter((member) => victims.has(member.address)),
    staying: backend.members.filter((member) => !victims.has(member.address) && holdsData(member)),
    limitRatio: backend.group.disk.projectedRatio,
  });
  return room.fits ? pass(room.text) : hold(room.text);
}

/** Each disk of those that stay after the move, by medium: data of one medium stays on it. What is not listed does not fit. */
export function diskRoom(request: {
  readonly disks: readonly DiskUse[];
  readonly leaving: readonly Backend[];
  readonly staying: readonly Backend[];
  readonly limitRatio: number;
}): { readonly fits: boolean; readonly text: string } {
  const { disks, limitRatio } = request;
  const leaving = new Set(request.leaving.map(({ id }) => id));
  const staying = new Set(request.staying.map(({ id }) => id));
  const unlisted = [...request.staying, ...request.leaving].find(
    ({ id }) => !disks.some((disk) => disk.backendId === id),
  );
  if (unlisted !== undefined) return { fits: false, text: `the disks of ${unlisted.address} could not be read` };
  let fullest = { name: '', ratio: 0 };
  for (const medium of new Set(disks.map((disk) => disk.medium))) {
    let moved = 0;
    let room = 0;
    for (const disk of disks) {
      if (disk.medium !== medium || !disk.online) continue;
      if (leaving.has(disk.backendId)) moved += disk.usedBytes * SKEW;
      else if (staying.has(disk.backendId)) room += disk.totalBytes;
    }
    if (moved > 0 && room <= 0) return { fits: false, text: `no other backend of the group has ${medium} disks` };
    for (const disk of disks) {
      if (disk.medium !== medium || !disk.online || !staying.has(disk.backendId) || disk.totalBytes <= 0) continue;
      const ratio = disk.usedBytes / disk.totalBytes + moved / room;
      if (ratio > fullest.ratio) fullest = { name: `${disk.path} of ${disk.backend}`, ratio };
    }
  }
  return judged(fullest, limitRatio);
}

function judged(
  { name, ratio }: { readonly name: string; readonly ratio: number },
  limitRatio: number,
): { readonly fits: boolean; readonly text: string } {
  const text = `the fullest disk afterwards, ${name}: ${percentText(ratio)} (disk.projected ${percentText(limitRatio)})`;
  return { fits: ratio <= limitRatio, text };
}
