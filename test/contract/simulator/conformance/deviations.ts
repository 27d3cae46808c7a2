interface Deviation {
  readonly at: number;
  readonly why: string;
}

const NO_QUERIES = 'the recorded backends could run no query; here it answers what a real one does';
const NEXT_MASTER = 'which follower will lead is drawn when it does: until then all answer as if they were it';
const INTERNAL_TABLES = "the FE's own tables are made with the cluster, not when its first backends come";

/** Recorded statements, by their place in the file, that are answered in another way, and why that is meant. */
export const DEVIATIONS: Readonly<Partial<Record<string, readonly Deviation[]>>> = {
  '2.1 handshake-and-privileges': [
    { at: 24, why: 'two answers went out for two statements; the simulated FE sends the last one' },
    { at: 26, why: NO_QUERIES },
  ],
  '2.1 master-failover': [13, 14].map((at) => ({ at, why: NEXT_MASTER })),
  '4.0 master-failover': [{ at: 10, why: NEXT_MASTER }],
  '2.1 no-backends': [19, 21].map((at) => ({ at, why: INTERNAL_TABLES })),
  '4.0 no-backends': [19, 20, 21].map((at) => ({ at, why: INTERNAL_TABLES })),
};
