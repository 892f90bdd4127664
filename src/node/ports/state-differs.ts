import type { NodeId } from "../../core/types.ts";
import type { StateDigest } from "./ports.ts";

/**
 * A majority has another state than this node at the same applied index, though every record here may be sound. Which
 * command went wrong nobody knows, so nothing of this state can be trusted.
 */
export class StateDiffers extends Error {
  /** @param nodes those who agree on `theirs` */
  constructor(own: StateDigest, theirs: StateDigest, nodes: readonly NodeId[]) {
    super(
      `After entry ${own.appliedIndex} the state of this node is another one than that of the majority: it has ${described(own)}, ` +
        `and the nodes ${nodes.join(", ")} have ${described(theirs)}. The node stops, and must not go on with these data. ` +
        `Check memory and disk, and let the node rejoin under a new id, with the state of the others (balsa node rejoin); ` +
        `its old directory is kept, to look there for what went wrong.`,
    );
    this.name = "StateDiffers";
  }
}

function described({ records, digest }: StateDigest): string {
  return `${records} records with the digest ${digest}`;
}
