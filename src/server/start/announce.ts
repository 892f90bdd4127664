import { setTimeout as sleep } from "node:timers/promises";
import { BalsaAdmin } from "../../client/admin.ts";
import { BalsaError } from "../../client/values/balsa-error.ts";
import { advertised } from "../../config/advertised.ts";
import type { Config } from "../../config/config.ts";
import { parseAddress } from "../../grpc/address.ts";
import { hostKind } from "../../grpc/host-kind.ts";
import { oneLine } from "../../terminal/printable.ts";
import { isHere } from "../node/local-address.ts";
import { type NodeStatus, StatusReader } from "../node/node-status.ts";

export interface AnnouncePorts {
  /** The life of the cluster that this node belongs to. */
  readonly incarnationId: string;
  readonly say: (sentence: string) => void;
  readonly isStopping: () => boolean;
  /** Whether most of the other members let this node in: until then it may be the copy of one that runs elsewhere. */
  readonly isLetIn: () => boolean;
}

interface Places {
  readonly peerAddress: string;
  readonly clientAddress: string;
}

const askTimeoutMs = 5_000;
const againAfterMs = 1_000;

/**
 * A node that is told where it is, and that the members know elsewhere, has moved: it has the leader tell all. It is told by
 * `advertisePeer` and `advertiseClient`; or by its own entry of a list, if that leads here and what the members know does not.
 * It tries until that is done; meanwhile it takes part all the same, for it knows where the others are.
 */
export async function announceAddresses(config: Config, ports: AnnouncePorts): Promise<void> {
  const { incarnationId, say, isStopping, isLetIn } = ports;
  const { id: nodeId, clusterId, clientListen, clientAddresses } = config;
  if (Object.values(toldBy(config)).every((address) => address === null)) return;
  // What the members know of clients' addresses may be as old as the rest: so the leader is looked for where this node is told.
  const endpoints = [...new Set([advertised(clientListen, "127.0.0.1"), ...clientAddresses.map(({ address }) => address)])];
  const reader = new StatusReader({ timeoutMs: askTimeoutMs });
  const complaints = new Set<string>();
  try {
    while (!isStopping()) {
      const found = isLetIn() ? await leaderAmong(endpoints, { clusterId, incarnationId }, reader) : null;
      const self = found?.status.members.find((member) => member.nodeId === nodeId);
      if (found !== null && self !== undefined) {
        const wanted = await placesOf(config, self);
        if (wanted.peerAddress === self.peerAddress && wanted.clientAddress === self.clientAddress) return;
        const problem = await change(found.endpoint, nodeId, wanted);
        if (problem === null)
          return say(`All members are told that this node is at ${wanted.peerAddress} and, for clients, ${wanted.clientAddress}.`);
        // Another member may have moved away from there without having said so yet.
        if (problem !== "" && !complaints.has(problem)) say(`The members cannot be told where this node is yet: ${problem}`);
        complaints.add(problem);
      }
      await sleep(againAfterMs, undefined, { ref: false });
    }
  } finally {
    reader.close();
  }
}

function toldBy({ advertisePeer, advertiseClient, listedAt }: Config) {
  return { peer: advertisePeer ?? listedAt.peer, client: advertiseClient ?? listedAt.client };
}

/** Asks these, and then those whom they name. Null if none of them leads this life of this cluster. */
async function leaderAmong(
  endpoints: readonly string[],
  own: { readonly clusterId: string; readonly incarnationId: string },
  reader: StatusReader,
): Promise<{ endpoint: string; status: NodeStatus } | null> {
  const isOwn = ({ clusterId, incarnationId }: NodeStatus) => clusterId === own.clusterId && incarnationId === own.incarnationId;
  const ask = async (addresses: readonly string[]) => {
    const answers = await Promise.all(addresses.map(async (endpoint) => ({ endpoint, status: await reader.read(endpoint) })));
    return answers.flatMap(({ endpoint, status }) => (status instanceof Error || !isOwn(status) ? [] : [{ endpoint, status }]));
  };
  const first = await ask(endpoints);
  const named = new Set(first.map(({ status }) => status.leaderAddress).filter((address) => address !== ""));
  for (const endpoint of endpoints) named.delete(endpoint);
  const leads = ({ status }: { status: NodeStatus }) => status.role === "ROLE_LEADER";
  return first.find(leads) ?? (await ask([...named])).find(leads) ?? null;
}

/** Where the members are to know this node, given where they know it. */
async function placesOf(
  { advertisePeer, advertiseClient, listedAt, listen, clientListen }: Config,
  known: Places,
): Promise<Places> {
  return {
    peerAddress: advertisePeer ?? (await listedOr(known.peerAddress, listedAt.peer, listen)),
    clientAddress: advertiseClient ?? (await listedOr(known.clientAddress, listedAt.client, clientListen)),
  };
}

/** A list may be older than what the members know. */
async function listedOr(known: string, listed: string | null, listen: string): Promise<string> {
  if (listed === null || listed === known || known === "") return known;
  // Loopback, where the members know something else, is where this machine alone finds the node.
  if (isLoopback(listed) && !isLoopback(known)) return known;
  return (await isHere(listed, listen)) && !(await isHere(known, listen)) ? listed : known;
}

function isLoopback(address: string): boolean {
  return hostKind(parseAddress(address)?.host ?? "") === "loopback";
}

/** Null if it is done; else why it cannot be, "" if that passes by itself. */
async function change(endpoint: string, nodeId: number, places: Places): Promise<string | null> {
  const admin = new BalsaAdmin({ endpoints: [endpoint], requestTimeoutMs: askTimeoutMs });
  try {
    await admin.changeAddress({ nodeId, ...places });
    return null;
  } catch (error) {
    if (!(error instanceof BalsaError)) throw error;
    return error.code === "ADDRESS_IN_USE" ? oneLine(error.message) : "";
  }
}
