import type { Index } from "../../core/types.ts";
import type { StateDigest } from "../../node/ports.ts";
import { type Envelope, type Greeting, type Reading, readEnvelope, reading, safeInteger } from "./envelope.ts";
import { raftProto } from "./raft-service.ts";

/** CompareState and its answer, to bytes and back. */

const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = raftProto.CompareState;

export function writeDigestRequest(caller: Greeting, index: Index): Buffer {
  return requestSerialize({ envelope: caller, index });
}

/** The index that is asked for. */
export function readDigestRequest(bytes: Buffer): Reading<Index> {
  return reading(() => {
    const message = requestDeserialize(bytes);
    return { envelope: readEnvelope(message.envelope), body: safeInteger(message.index, "index") };
  });
}

/** @param found null if it is not remembered */
export function writeDigestReply(envelope: Envelope, found: StateDigest | null): Buffer {
  if (found === null) return responseSerialize({ envelope });
  const { appliedIndex: index, records, digest } = found;
  return responseSerialize({ envelope, digest: { index, records, digest } });
}

export function readDigestReply(bytes: Buffer): Reading<StateDigest | null> {
  return reading(() => {
    const message = responseDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    if (message.digest === null) return { envelope, body: null };
    const appliedIndex = safeInteger(message.digest.index, "index");
    const records = safeInteger(message.digest.records, "records");
    return { envelope, body: { appliedIndex, records, digest: message.digest.digest } };
  });
}
