import type { Refusal } from "../../core/api.ts";
import type { NodeErrorCode } from "../../grpc/error-kinds.ts";
import type { RefusalReason, UnknownReason } from "../../node/ports/ports.ts";

/** What a client is told of a request that the node refused. */
export const refusals: Readonly<Record<RefusalReason | "timeout", NodeErrorCode>> = {
  notLeader: "NOT_LEADER",
  noLeader: "NO_LEADER",
  overloaded: "OVERLOADED",
  stopping: "STOPPING",
  timeout: "READ_TIMEOUT",
};

/** What an operator is told of a change that the node refused. */
export const operationRefusals: Readonly<Record<Refusal | "stopping", NodeErrorCode>> = {
  notLeader: "NOT_LEADER",
  noLeader: "NO_LEADER",
  overloaded: "OVERLOADED",
  stopping: "STOPPING",
  notReady: "NOT_READY",
  changeInProgress: "CHANGE_IN_PROGRESS",
  unknownMember: "UNKNOWN_MEMBER",
  idUsed: "ID_USED",
  addressInUse: "ADDRESS_IN_USE",
  noVoters: "NO_VOTERS",
  wouldLoseQuorum: "WOULD_LOSE_QUORUM",
  transferring: "TRANSFERRING",
  notTransferable: "NOT_TRANSFERABLE",
  transferTimedOut: "TRANSFER_TIMED_OUT",
};

/** What anyone is told whose outcome is not known. Never "failed": an entry whose leader is gone may yet be committed by the next one. */
export const unknowns: Readonly<Record<UnknownReason, NodeErrorCode>> = {
  leaderChanged: "LEADER_CHANGED",
  timeout: "TIMEOUT",
  stopping: "STOPPED_MIDWAY",
};
