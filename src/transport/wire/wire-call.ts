import type { MethodDefinition } from "@grpc/proto-loader";
import type { Envelope__Output } from "../../generated/balsa/raft/v1/Envelope.ts";
import type { PeerCall } from "../../node/ports/peer-calls.ts";
import { type Envelope, type Greeting, type Reading, readEnvelope, reading } from "./envelope.ts";
import { type RaftMethod, raftProto } from "./raft-service.ts";

/** A call with an RPC of its own, to bytes and back. */
export interface WireCall<Question, Answer> {
  readonly call: PeerCall<Question, Answer>;
  readonly method: RaftMethod;
  /** @param caller says who asks whom, on which disks: each call is looked at by itself */
  writeQuestion(caller: Greeting, question: Question): Buffer;
  readQuestion(bytes: Buffer): Reading<Question>;
  writeAnswer(back: Envelope, answer: Answer): Buffer;
  readAnswer(bytes: Buffer): Reading<Answer>;
}

type Proto<Method extends RaftMethod> = (typeof raftProto)[Method];
type Written<Serialize extends (message: never) => Buffer> = Omit<Parameters<Serialize>[0], "envelope">;

/** What is said beside the envelope. What is read may be anything: `readQuestion` and `readAnswer` throw where it cannot be. */
interface Codec<Method extends RaftMethod, Question, Answer> {
  readonly writeQuestion: (question: Question) => Written<Proto<Method>["requestSerialize"]>;
  readonly readQuestion: (message: ReturnType<Proto<Method>["requestDeserialize"]>) => Question;
  readonly writeAnswer: (answer: Answer) => Written<Proto<Method>["responseSerialize"]>;
  readonly readAnswer: (message: ReturnType<Proto<Method>["responseDeserialize"]>) => Answer;
}

interface Enveloped {
  readonly envelope: Envelope__Output | null;
}

/** Puts the envelope around what `codec` writes, and takes it off what it reads. */
export function wireCall<Method extends RaftMethod, Question, Answer>(
  call: PeerCall<Question, Answer>,
  method: Method,
  codec: Codec<Method, Question, Answer>,
): WireCall<Question, Answer> {
  // The messages of each method are those of its codec; that they have an envelope is what admits them.
  const proto = raftProto[method] as unknown as MethodDefinition<object, object, Enveloped, Enveloped>;
  const readQuestion = codec.readQuestion as (message: unknown) => Question;
  const readAnswer = codec.readAnswer as (message: unknown) => Answer;
  return {
    call,
    method,
    writeQuestion: (envelope, question) => proto.requestSerialize({ envelope, ...codec.writeQuestion(question) }),
    writeAnswer: (envelope, answer) => proto.responseSerialize({ envelope, ...codec.writeAnswer(answer) }),
    readQuestion: (bytes) => read(() => proto.requestDeserialize(bytes), readQuestion),
    readAnswer: (bytes) => read(() => proto.responseDeserialize(bytes), readAnswer),
  };
}

function read<Body>(decode: () => Enveloped, bodyOf: (message: Enveloped) => Body): Reading<Body> {
  return reading(() => {
    const message = decode();
    return { envelope: readEnvelope(message.envelope), body: bodyOf(message) };
  });
}
