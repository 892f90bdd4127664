import type { Change } from "./copy.ts";

/** A mistake that somebody could make, and within how many worlds it must be noticed. */
export interface Mutation {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly worlds: number;
  /** What the worlds are like, as options of the simulator; by default as they come. */
  readonly options?: readonly string[];
  /** Worlds in which clusters are lost and begun again; by default those of one cluster. */
  readonly program?: "simulate" | "simulate-births";
}
