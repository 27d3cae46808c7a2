/** Tables of the store. Instants are integer milliseconds, JSON is text: the same in every dialect. */
export interface Tables {
  readonly meta: { name: string; value: string };
  readonly operations: {
    id: string;
    cluster: string;
    created_at: number;
    /** Null while it is open. */
    ended_at: number | null;
    body: string;
  };
  /** One row per cluster with an open operation: its primary key is the rule of one at a time. */
  readonly open_operations: { cluster: string; operation_id: string };
  readonly steps: { operation_id: string; step_key: string; position: number; body: string };
  readonly cancels: { operation_id: string; body: string };
  /** The yes to a proposal. */
  readonly approvals: { operation_id: string; body: string };
  /** What changing calls were answered, by their Idempotency-Key. */
  readonly answers: { idempotency_key: string; at: number; fingerprint: string; body: string };
  readonly records: { id: string; cluster: string; at: number; operation_id: string | null; body: string };
  readonly slots: {
    cluster: string;
    role: string;
    node_group: string;
    signal: string;
    slot_start: number;
    load_value: number;
    samples: number;
    nodes: number;
    migrating: number;
  };
  readonly members: { cluster: string; node: string; body: string };
  readonly foreign_changes: { cluster: string; at: number; node: string; body: string };
  readonly facts: { cluster: string; name: string; value: string };
  readonly pauses: { cluster: string; direction: string; since: number; until: number | null; body: string };
}
