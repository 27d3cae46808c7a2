/** What frontends are decided for. */
export interface PlannedBackends {
  /** Registered and not leaving, of the whole cluster. */
  readonly current: number;
  /** After this plan; while anything grows, before what leaves. */
  readonly after: number;
  /** What is wanted to grow is growth to min or a floor. */
  readonly toFloor: boolean;
}
