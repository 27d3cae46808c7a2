import { configText } from '../../../src/simulator/model/config.ts';
import type { Invariant } from '../soak/invariant.ts';
import { isOpen, isOwnChange, tookEffect } from './look.ts';

/** What an operation may change; a statement that sets another key is wrong at once. */
const KEYS = [
  'drop_backend_after_decommission',
  'schedule_slot_num_per_hdd_path',
  'schedule_slot_num_per_ssd_path',
  'balance_slot_num_per_path',
];

/**
 * Values are those that the master goes by. What people set while the operation ran is left to them, unless it is what we had
 * just set: nobody can tell that.
 */
export const configsRestored: Invariant = {
  name: 'configs-restored',
  says: 'no FE config is left at a value of ours once the operation is over',
  start(world) {
    const present = (key: string): string => configText(world.state, key);
    const found = new Map<string, string>();
    const ours = new Map<string, Set<string>>();
    const latest = new Map<string, string>();
    let ended = false;
    let current: string | undefined;
    const begin = (): void => {
      ended = false;
      ours.clear();
      latest.clear();
      for (const key of KEYS) found.set(key, present(key));
    };
    const left = (): string | undefined => {
      for (const [key, values] of ours) {
        const value = present(key);
        if (!values.has(value) || value === found.get(key)) continue;
        return `${key} is ${value}, which is ours; ${found.get(key) ?? ''} was found`;
      }
      return undefined;
    };
    begin();
    return {
      see(event) {
        if (event.is === 'statement' && event.by === 'hand' && tookEffect(event)) {
          for (const key of KEYS) {
            if (!event.text.includes(key) || present(key) === latest.get(key)) continue;
            found.set(key, present(key));
            latest.delete(key);
          }
        }
        if (isOwnChange(event) && event.change.kind === 'set-config' && tookEffect(event)) {
          const { key, value } = event.change;
          if (!KEYS.includes(key)) return `${key} is no key of an operation: ${event.text}`;
          ours.set(key, (ours.get(key) ?? new Set()).add(value));
          latest.set(key, value);
        }
        if (event.is === 'operation') {
          const { operation } = event;
          if (!isOpen(operation)) ended = true;
          else {
            // Until it sets something, whatever is there is what it finds: a frontend that restarts forgets.
            if (operation.id !== current || ours.size === 0) begin();
            current = operation.id;
          }
        }
        // At the next look, when whatever was under way has come to rest.
        if (event.is !== 'tick' || !ended || world.openOperation() !== undefined) return undefined;
        const wrong = world.state.masterHost === undefined ? undefined : left();
        begin();
        return wrong;
      },
      end: () => undefined,
    };
  },
};
