/** Who acts for a cluster. With SQLite the process that holds the store's lock leads every cluster. */
export interface Lease {
  holds(cluster: string): boolean;
}
