import type { ErrorCode } from '../../domain/codes.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { NodeAddress } from '../../domain/node.ts';
import type { JsonValue, StepRecord } from '../../domain/operation.ts';
import type { ClusterChange } from '../../domain/ports/cluster-writer.ts';

/** One thing to do outside. Its intent is in the journal before it is done. */
export type Effect =
  | {
      readonly by: 'cluster';
      readonly change: ClusterChange;
      /** Not sent once the window is found closed right before. */
      readonly needsWindow: boolean;
    }
  | { readonly by: 'provisioner'; readonly call: ProvisionerCall };

export type ProvisionerCall = {
  readonly role: 'backend' | 'frontend';
  readonly key: string;
} & (
  | { readonly verb: 'acquire'; readonly registered: readonly NodeAddress[] }
  | {
      readonly verb: 'start';
      readonly host: string;
      readonly helper: NodeAddress | undefined;
      readonly httpPort: number | undefined;
    }
  /** Not carried out once the cluster is found to show the node, or to be another one, right before. */
  | { readonly verb: 'reset' | 'stop' | 'release'; readonly host: string; readonly node: NodeAddress | undefined }
);

export type EffectResult =
  | { readonly ok: true; readonly data: Readonly<Record<string, JsonValue>> }
  /** `not-sent`: the window closed, or a look right before forbade it; nothing was done. */
  | {
      readonly ok: false;
      readonly code: ErrorCode | 'not-sent' | 'none-free' | 'unknown-error';
      readonly message: string;
    };

/** The journal's line after an effect. A provisioner's answer is its own proof; a statement is proven by the next looks. */
export function outcome(intent: StepRecord, effect: Effect, result: EffectResult, at: EpochMs): StepRecord {
  const { error: _error, errorCode: _code, ...data } = intent.data;
  if (!result.ok) {
    return {
      ...intent,
      detail: result.message,
      data: { ...data, answeredAt: at, error: result.message, errorCode: result.code },
    };
  }
  const answered = { ...intent, data: { ...data, ...result.data, answeredAt: at } };
  if (effect.by === 'cluster') return answered;
  return { ...answered, state: 'done', endedAt: at, detail: describeCall(effect.call, answered.data) };
}

function describeCall(call: ProvisionerCall, data: Readonly<Record<string, JsonValue>>): string {
  switch (call.verb) {
    case 'acquire':
      return `${typeof data['node'] === 'string' ? data['node'] : 'a host'} is taken from the provisioner`;
    case 'reset':
      return `${call.host} is clean`;
    case 'start':
      return `the process on ${call.host} is started`;
    case 'stop':
      return `the process on ${call.host} is stopped`;
    case 'release':
      return `${call.host} is given back`;
  }
}
