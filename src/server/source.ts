import type { EpochMs } from '../domain/instant.ts';

/** What the HTTP server asks of the daemon. Bodies are the same shapes as `--json` of the command of that name. */
export interface ServerSource {
  readonly names: () => readonly string[];
  readonly clusters: () => Promise<JsonBody>;
  /** Undefined: no such cluster. */
  readonly cluster: (name: string) => Promise<JsonBody | undefined>;
  readonly plan: (name: string) => Promise<JsonBody | undefined>;
  readonly windows: (
    name: string,
    request: { readonly from: EpochMs | undefined; readonly days: number },
  ) => JsonBody | undefined;
  readonly operations: (request: { readonly cluster: string | undefined; readonly limit: number }) => Promise<JsonBody>;
  readonly operation: (id: string) => Promise<JsonBody | undefined>;
  readonly decisions: (
    name: string,
    request: { readonly before: string | undefined; readonly limit: number },
  ) => Promise<JsonBody>;
  readonly latestDecision: (name: string) => Promise<JsonBody | undefined>;
  /** Undefined: no such decision of this cluster. */
  readonly decision: (name: string, id: string) => Promise<JsonBody | undefined>;
  /** Undefined: the key was used for another order. */
  readonly order: (
    order: Order,
    from: { readonly by: string; readonly key: string | undefined },
  ) => Promise<{ readonly outcome: OrderOutcome; readonly repeated: boolean } | undefined>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly readiness: () => Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
}

/** An object that prints as JSON. */
export type JsonBody = object;

type Direction = 'in' | 'out' | 'both';

/** What a changing call asks for. */
export type Order =
  | {
      readonly does: 'pause';
      readonly cluster: string;
      readonly direction: Direction;
      /** `2h`; undefined: until resumed. */
      readonly for: string | undefined;
      readonly reason: string;
    }
  | {
      readonly does: 'resume';
      readonly cluster: string;
      readonly direction: Direction;
      readonly reason: string;
    }
  | { readonly does: 'approve'; readonly id: string; readonly reason: string }
  | { readonly does: 'cancel'; readonly id: string; readonly reason: string };

export type OrderOutcome =
  | { readonly ok: true; readonly done: JsonBody }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: 'bad-input' | 'not-found' | 'nothing-to-change';
        readonly message: string;
        readonly hint: string;
      };
    };
