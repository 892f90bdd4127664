import { type Metadata, status } from "@grpc/grpc-js";
import type { NodeId } from "../../core/types.ts";
import type { Error as ItemError } from "../../generated/balsa/client/v1/Error.ts";
import { errorMetadata } from "../../grpc/error-info.ts";
import { errorKinds, type NodeErrorCode } from "../../grpc/error-kinds.ts";

/** A request that was not answered as it wished: an expected refusal or an unknown outcome, never thrown. */
export interface Failure {
  readonly reason: NodeErrorCode;
  /** One or two sentences for a person. */
  readonly message: string;
  readonly leader: LeaderHint | null;
  /** What else a program may want to know of this case. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Where the leader is, as far as this node knows. */
export interface LeaderHint {
  readonly id: NodeId;
  /** Its client address, if the members name it. */
  readonly address: string | null;
}

/** @param message what is wrong in this case; the kind's meaning if left out */
export function failure(
  reason: NodeErrorCode,
  message: string = errorKinds[reason].meaning,
  leader: LeaderHint | null = null,
  facts: Readonly<Record<string, string>> = {},
): Failure {
  return { reason, message, leader, facts };
}

export function isFailure(answer: object): answer is Failure {
  return "reason" in answer;
}

/** The failure of a whole call. */
export function statusOf({ reason, message, leader, facts: others }: Failure): {
  code: status;
  details: string;
  metadata: Metadata;
} {
  const { grpcStatus, mayHaveHappened, retry } = errorKinds[reason];
  const code = status[grpcStatus];
  const facts: Record<string, string> = { mayHaveHappened: String(mayHaveHappened), retry, ...others };
  if (leader !== null) facts.leader = String(leader.id);
  if (leader !== null && leader.address !== null) facts.leaderAddress = leader.address;
  return { code, details: message, metadata: errorMetadata(code, message, { reason, metadata: facts }) };
}

/** The failure of one item of a stream. */
export function itemErrorOf({ reason, message }: Failure): ItemError {
  const { grpcStatus, mayHaveHappened, retry } = errorKinds[reason];
  return { code: status[grpcStatus], reason, message, mayHaveHappened, retry };
}
