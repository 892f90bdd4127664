import type { RefusalReason, UnknownReason } from "../node/ports.ts";

const sentences: Readonly<Record<RefusalReason | UnknownReason | "timeout", string>> = {
  notLeader: "This node does not lead and could not pass the command on.",
  noLeader: "No leader was found in time: a majority of the nodes must be up and reach each other.",
  overloaded: "The node has as much waiting as it may hold; send less at a time.",
  leaderChanged: "The leader stepped down or was lost before the outcome was known.",
  timeout: "It was not answered in time.",
  stopping: "This node is stopping, or has stopped.",
};

/** Why an embedded node could not do what it was asked for. */
export class NodeError extends Error {
  readonly reason: RefusalReason | UnknownReason | "timeout";
  /** False: surely nothing happened, nor will. True: it may have taken effect, or may yet. */
  readonly mayHaveHappened: boolean;

  constructor(reason: RefusalReason | UnknownReason | "timeout", mayHaveHappened: boolean) {
    super(
      `${sentences[reason]} ${mayHaveHappened ? "The command may have taken effect, or may yet." : "Surely nothing happened."}`,
    );
    this.name = "NodeError";
    this.reason = reason;
    this.mayHaveHappened = mayHaveHappened;
  }
}
