import { status } from "@grpc/grpc-js";
import { openChannel } from "../../grpc/channel.ts";
import { LinkCredentials } from "../../grpc/link-credentials.ts";
import type { Introduction, IntroductionAnswer } from "../../node/founding/introduction.ts";
import type { TransportLimits } from "../link/transport-options.ts";
import { readIntroductionAnswer, writeIntroduction } from "../wire/introductions.ts";
import { raftService } from "../wire/raft-service.ts";

/**
 * Asks the node at `address` whether it is as new as this one, or in a cluster already. Each call has a connection of its
 * own: the other node may be anybody, and may be another one the next time.
 * @param done called once, and not before this returns; `silent` is a clause that says why there is no answer
 */
export function askIntroduction(
  address: string,
  question: Introduction,
  { callTimeoutMs, messageBytesMax }: Pick<TransportLimits, "callTimeoutMs" | "messageBytesMax">,
  done: (reply: IntroductionAnswer | { silent: string }) => void,
): void {
  const socket = new LinkCredentials();
  const options = {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.service_config_disable_resolution": 1,
    "grpc.enable_retries": 0,
    "grpc.enable_channelz": 0,
    "grpc.max_receive_message_length": messageBytesMax,
  };
  const client = openChannel(address, options, socket);
  const { path, requestSerialize, responseDeserialize } = raftService.Introduce;
  const deadline = Date.now() + callTimeoutMs;
  client.makeUnaryRequest(
    path,
    requestSerialize,
    responseDeserialize,
    writeIntroduction(question),
    { deadline },
    (error, reply) => {
      client.close();
      setImmediate(() => socket.destroySockets());

      if (error !== null || reply === undefined) return done({ silent: whySilent(error) });
      const reading = readIntroductionAnswer(reply);
      done(reading.type === "message" ? reading.body : { silent: `its answer is malformed: ${reading.why}` });
    },
  );
}

function whySilent(error: { readonly code: number; readonly details: string } | null): string {
  if (error === null) return "it gave no answer";
  if (error.code === status.DEADLINE_EXCEEDED) return "no answer came in time";
  // What gRPC says around it is of no use to anybody.
  return /Last error: (?:Error: )?(.*?)\.? Resolution note/.exec(error.details)?.[1] ?? error.details;
}
