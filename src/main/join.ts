import { setTimeout as sleep } from "node:timers/promises";
import { BalsaAdmin } from "../client/admin.ts";
import { BalsaError } from "../client/balsa-error.ts";
import { NotAMember } from "../node/not-a-member.ts";
import type { Owner } from "../storage/identity.ts";
import { beginJoin, type DataDirectoryPorts, endJoin } from "../storage/open.ts";
import { advertised, hostTowards } from "./advertised.ts";
import type { Config } from "./config.ts";
import { errorText } from "./error-text.ts";

export interface JoinPorts extends Pick<DataDirectoryPorts, "now" | "newDiskId"> {
  /** Tells whoever waits what is done, or waited for. */
  readonly say: (sentence: string) => void;
}

const askTimeoutMs = 5_000;
const againAfterMs = 1_000;

/** These do not pass by themselves: whoever started the node must do something about it. */
const final: readonly string[] = ["INVALID_ADDRESS", "UNIMPLEMENTED"];
const taken = "ADDRESS_IN_USE";

/**
 * Has the cluster take this node in, through the member that `join` names, and notes in the data directory who it is
 * now. It asks until it is told, and may be stopped and started again at any point: its disk has a name by which the
 * cluster knows it.
 */
export async function joinCluster(config: Config, join: string, { say, ...ports }: JoinPorts): Promise<Owner> {
  const identity = await beginJoin(config.dataDir, ports);
  const admin = new BalsaAdmin({ endpoints: [join], requestTimeoutMs: askTimeoutMs });
  const owner = await ask();
  await endJoin(config.dataDir, identity, owner);
  return owner;

  async function ask(): Promise<Owner> {
    let said = "";
    for (;;) {
      try {
        const where = await addressesOf(config, join);
        const { nodeId, clusterId } = await admin.addNode({ ...where, diskId: identity.diskId, learner: false });
        say(
          `Cluster "${clusterId}" takes this node in as node ${nodeId}, at ${where.peerAddress} and, for clients, ${where.clientAddress}.`,
        );
        return { nodeId, clusterId };
      } catch (error) {
        const why = reasonWhy(error, join);
        if (why !== said) say(`The cluster has not taken this node in yet: ${why}`);
        said = why;
      }
      await sleep(againAfterMs);
    }
  }
}

/** Where this node tells the others to reach it: as the member that it asks sees it, unless it is told better. */
export async function addressesOf(config: Config, join: string): Promise<{ peerAddress: string; clientAddress: string }> {
  const { listen, clientListen, advertisePeer, advertiseClient } = config;
  if (advertisePeer !== null && advertiseClient !== null) return { peerAddress: advertisePeer, clientAddress: advertiseClient };
  const host = await hostTowards(join, askTimeoutMs);
  return {
    peerAddress: advertisePeer ?? advertised(listen, host),
    clientAddress: advertiseClient ?? advertised(clientListen, host),
  };
}

/** What to wait for, as a sentence. @throws whatever will not pass */
function reasonWhy(error: unknown, join: string): string {
  if (error instanceof BalsaError) {
    if (error.reason === taken) throw new NotAMember("diskReplaced", error.message);
    if (final.includes(error.reason)) throw error;
    return `${error.message} (${error.reason})`;
  }
  if (error instanceof Error && "syscall" in error) return `${join} cannot be reached (${errorText(error)}).`;
  throw error;
}
