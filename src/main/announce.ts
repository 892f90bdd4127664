import { setTimeout as sleep } from "node:timers/promises";
import { BalsaAdmin } from "../client/admin.ts";
import { BalsaError } from "../client/balsa-error.ts";
import { advertised } from "./advertised.ts";
import type { Config } from "./config.ts";

export interface AnnouncePorts {
  readonly say: (sentence: string) => void;
  readonly isStopping: () => boolean;
}

const askTimeoutMs = 5_000;
const againAfterMs = 1_000;

/**
 * A node that is told where to say it is, and that the members know elsewhere, has moved: it has the leader tell all.
 * It tries until that is done; meanwhile it takes part all the same, for it knows where the others are.
 */
export async function announceAddresses(config: Config, { say, isStopping }: AnnouncePorts): Promise<void> {
  const { id: nodeId, advertisePeer, advertiseClient, clientListen } = config;
  if (advertisePeer === null && advertiseClient === null) return;
  // This node itself knows who leads.
  const admin = new BalsaAdmin({ endpoints: [advertised(clientListen, "127.0.0.1")], requestTimeoutMs: askTimeoutMs });
  while (!isStopping()) {
    try {
      const { members } = await admin.members();
      const self = members.find((member) => member.nodeId === nodeId);
      const { peerAddress = "", clientAddress = "" } = self ?? {};
      const wanted = { peerAddress: advertisePeer ?? peerAddress, clientAddress: advertiseClient ?? clientAddress };
      if (wanted.peerAddress === peerAddress && wanted.clientAddress === clientAddress) return;
      if (self !== undefined) {
        await admin.changeAddress({ nodeId, ...wanted });
        return say(`All members are told that this node is at ${wanted.peerAddress} and, for clients, ${wanted.clientAddress}.`);
      }
    } catch (error) {
      if (!(error instanceof BalsaError)) throw error;
      // Somebody else is there: that is for the operator to sort out.
      if (error.reason === "ADDRESS_IN_USE") return say(`The members cannot be told where this node is: ${error.message}`);
    }
    await sleep(againAfterMs, undefined, { ref: false });
  }
}
