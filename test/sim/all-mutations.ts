import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutations.ts";
import { birthsMutations } from "./mutations-births.ts";
import { membersMutations } from "./mutations-members.ts";
import { snapshotMutations } from "./mutations-snapshots.ts";

/** Every mistake that the simulator must notice. */
export const allMutations: readonly Mutation[] = [...mutations, ...membersMutations, ...snapshotMutations, ...birthsMutations];
