import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import type { RaftServiceDefinition } from "../../generated/balsa/raft/v1/RaftService.ts";
import { packageDefinition } from "../load-proto.ts";

/** What the .proto file says of the service: each method's path, and how its messages become bytes and back. */
export const raftProto = packageDefinition["balsa.raft.v1.RaftService"] as unknown as RaftServiceDefinition;

type BytesMethod = MethodDefinition<Buffer, Buffer>;

interface RaftBytesService extends ServiceDefinition {
  readonly RequestVote: BytesMethod;
  readonly AppendEntries: BytesMethod;
  readonly Forward: BytesMethod;
  readonly InstallSnapshot: BytesMethod;
  readonly CompareState: BytesMethod;
}

/**
 * The service as gRPC serves and calls it here: with its messages left as bytes. This folder makes and reads
 * them, so that their size is known before they are queued, and a malformed one is counted and refused by us.
 */
export const raftService: RaftBytesService = {
  RequestVote: withBytes(raftProto.RequestVote),
  AppendEntries: withBytes(raftProto.AppendEntries),
  Forward: withBytes(raftProto.Forward),
  InstallSnapshot: withBytes(raftProto.InstallSnapshot),
  CompareState: withBytes(raftProto.CompareState),
};

function withBytes(method: { path: string; requestStream: boolean; responseStream: boolean }): BytesMethod {
  const { path, requestStream, responseStream } = method;
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: asTheyAre,
    requestDeserialize: asTheyAre,
    responseSerialize: asTheyAre,
    responseDeserialize: asTheyAre,
  };
}

function asTheyAre(bytes: Buffer): Buffer {
  return bytes;
}
