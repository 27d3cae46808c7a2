import type { z } from 'zod';
import type { ClusterState } from '../model/state.ts';

/** What carries a fault out, by its kind. */
export type Injectors<Of extends { readonly kind: string }> = {
  readonly [Kind in Of['kind']]: (state: ClusterState, fault: Extract<Of, { readonly kind: Kind }>) => void;
};

/** One for each kind of a list of schemas. */
export type InjectorsOf<Schemas extends readonly z.ZodType<{ readonly kind: string }>[]> = Injectors<
  z.infer<Schemas[number]>
>;
