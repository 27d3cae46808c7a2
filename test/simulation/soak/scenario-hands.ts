import { HOUR, MINUTE } from '../../support/decision-input.ts';
import type { FaultKind } from './planned-fault.ts';
import type { Dice } from './scenario-dice.ts';

type Drawn = FaultKind & { readonly forMs: number };

const config = (key: string, value: string): string => `ADMIN SET ALL FRONTENDS CONFIG ("${key}" = "${value}")`;
/** Of one FE: 2.1 has no other form. */
const ownConfig = (key: string, value: string): string => `ADMIN SET FRONTEND CONFIG ("${key}" = "${value}")`;
const modify = (node: string, key: string, value: string): string =>
  `ALTER SYSTEM MODIFY BACKEND "${node}" SET ("${key}" = "${value}")`;

/** People at the prompt of the master, who know nothing of us. What they did they take back, where that can be. */
export function byHand(roll: Dice): Drawn {
  const member = `$member:${String(roll.int(0, 11))}`;
  const forMs = roll.pick([MINUTE, 20 * MINUTE, HOUR, 5 * HOUR, 20 * HOUR]);
  const hand = (begin: readonly string[], end: readonly string[]): Drawn => ({ kind: 'by-hand', begin, end, forMs });
  return roll.pick<() => Drawn>([
    () => hand(['CANCEL DECOMMISSION BACKEND "$leaving"'], []),
    () => hand(['ALTER SYSTEM DROPP BACKEND "$leaving"'], []),
    () => hand([`ALTER SYSTEM DROPP BACKEND "${member}"`], [`ALTER SYSTEM ADD BACKEND "${member}"`]),
    () => hand([`ALTER SYSTEM DECOMMISSION BACKEND "${member}"`], [`CANCEL DECOMMISSION BACKEND "${member}"`]),
    () => hand(['ALTER SYSTEM ADD BACKEND "$spare:0"'], ['ALTER SYSTEM DROPP BACKEND "$spare:0"']),
    () =>
      hand(
        [ownConfig('drop_backend_after_decommission', 'false')],
        [ownConfig('drop_backend_after_decommission', 'true')],
      ),
    () => hand([ownConfig('drop_backend_after_decommission', 'true')], []),
    () => hand([config('schedule_slot_num_per_hdd_path', '3')], []),
    () => hand([config('disable_tablet_scheduler', 'true')], [config('disable_tablet_scheduler', 'false')]),
    () => hand([config('disable_balance', 'true')], [config('disable_balance', 'false')]),
    () => hand([modify('$leaving', 'disable_load', 'false')], []),
    () => hand([modify('$leaving', 'disable_query', 'false')], []),
    () => hand([modify(member, 'disable_query', 'true')], [modify(member, 'disable_query', 'false')]),
    () => hand(['ALTER SYSTEM DROP OBSERVER "$observer:0"'], []),
    () => hand(['ALTER SYSTEM DROPP BACKEND "$newest"'], []),
  ])();
}
