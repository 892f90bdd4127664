import type { MethodDefinition } from "@grpc/grpc-js";
import type { MethodDefinition as ProtoMethod } from "@grpc/proto-loader";
import type { RaftServiceDefinition } from "../../generated/balsa/raft/v1/RaftService.ts";
import { packageDefinition } from "../../grpc/load-proto.ts";
import { decodeStrictly } from "../../grpc/strict-text.ts";
import { Malformed } from "./envelope.ts";

const proto = packageDefinition["balsa.raft.v1.RaftService"] as unknown as RaftServiceDefinition;

/** The names of its methods, without those that any service may have. */
type Methods<Service> = keyof { [Name in keyof Service as string extends Name ? never : number extends Name ? never : Name]: true };
export type RaftMethod = Extract<Methods<RaftServiceDefinition>, string>;

/** What the .proto file says of the service: each method's path, and how its messages become bytes and back. */
export const raftProto = eachMethod(legible) as Pick<RaftServiceDefinition, RaftMethod>;

type BytesMethod = MethodDefinition<Buffer, Buffer>;

/**
 * The service as gRPC serves and calls it here: with its messages left as bytes. This folder makes and reads
 * them, so that their size is known before they are queued, and a malformed one is counted and refused by us.
 */
export const raftService: Readonly<Record<RaftMethod, BytesMethod>> = eachMethod(withBytes);

function eachMethod<Made>(make: (method: AnyMethod) => Made): Record<RaftMethod, Made> {
  const methods = Object.entries(proto) as [name: string, method: AnyMethod][];
  return Object.fromEntries(methods.map(([name, method]) => [name, make(method)])) as Record<RaftMethod, Made>;
}

type AnyMethod = ProtoMethod<object, object>;

/** The same, but throws Malformed for a text that is no UTF-8. */
function legible<RequestIn, ResponseIn, RequestOut, ResponseOut>(
  method: ProtoMethod<RequestIn, ResponseIn, RequestOut, ResponseOut>,
): ProtoMethod<RequestIn, ResponseIn, RequestOut, ResponseOut> {
  const { requestDeserialize, responseDeserialize } = method;
  return {
    ...method,
    requestDeserialize: (bytes) => decodeLegible(requestDeserialize, bytes),
    responseDeserialize: (bytes) => decodeLegible(responseDeserialize, bytes),
  };
}

function decodeLegible<Message>(deserialize: (bytes: Buffer) => Message, bytes: Buffer): Message {
  const { message, isLegible } = decodeStrictly(deserialize, bytes);
  if (!isLegible) throw new Malformed("it has a text that is no UTF-8");
  return message;
}

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
