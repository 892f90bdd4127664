import { BalsaAdmin } from "../../client/admin.ts";
import { BalsaError } from "../../client/values/balsa-error.ts";
import { advertised, hostTowards } from "../../config/advertised.ts";
import type { Config } from "../../config/config.ts";
import { NotAMember } from "../../node/ports/not-a-member.ts";
import { beginJoin, endJoin, type NewDirectoryPorts } from "../../storage/directory/new-directory.ts";
import type { Owner } from "../../storage/files/identity.ts";
import { oneLine } from "../../terminal/printable.ts";
import { untilTaken } from "../../terminal/until-taken.ts";

export interface JoinPorts extends NewDirectoryPorts {
  /** Tells whoever waits what is done, or waited for. */
  readonly say: (sentence: string) => void;
}

const askTimeoutMs = 5_000;

/**
 * Has the cluster take this node in, through the members whose client addresses are given, and notes in the data
 * directory who it is now. It asks until it is told, and may be stopped and started again at any point: its disk has a
 * name by which the cluster knows it.
 */
export async function joinCluster(config: Config, members: readonly string[], { say, ...ports }: JoinPorts): Promise<Owner> {
  const identity = await beginJoin(config.dataDir, ports);
  const admin = new BalsaAdmin({ endpoints: members, requestTimeoutMs: askTimeoutMs });
  say(`Asking ${members.join(", ")} to take this node in.`);
  const taken = await untilTaken(
    async () => {
      const where = await addressesOf(config, members);
      const answer = await admin.addNode({ ...where, diskId: identity.diskId, learner: false }).catch(takenByAnother);
      say(takenIn(answer, where));
      return answer;
    },
    say,
    { members, time: null },
  );
  const { nodeId, clusterId, incarnationId } = taken;
  await endJoin(config.dataDir, identity, { nodeId, clusterId }, incarnationId);
  return { nodeId, clusterId };
}

export interface Where {
  readonly peerAddress: string;
  readonly clientAddress: string;
}

/** What is said when it is done. */
export function takenIn({ nodeId, clusterId }: Owner, { peerAddress, clientAddress }: Where): string {
  return `Cluster "${oneLine(clusterId)}" takes this node in as node ${nodeId}, at ${peerAddress} and, for clients, ${clientAddress}.`;
}

/**
 * Where this node tells the others to reach it: as the first member that is reached sees it, unless it is told better.
 * @throws BalsaError if none is reached
 */
export async function addressesOf(config: Config, members: readonly string[], timeoutMs = askTimeoutMs): Promise<Where> {
  const { listen, clientListen, advertisePeer, advertiseClient } = config;
  if (advertisePeer !== null && advertiseClient !== null) return { peerAddress: advertisePeer, clientAddress: advertiseClient };
  const host = await hostTowards(members, timeoutMs);
  return {
    peerAddress: advertisePeer ?? advertised(listen, host),
    clientAddress: advertiseClient ?? advertised(clientListen, host),
  };
}

function takenByAnother(error: unknown): never {
  if (error instanceof BalsaError && error.code === "ADDRESS_IN_USE") throw new NotAMember("diskReplaced", error.message);
  throw error;
}
