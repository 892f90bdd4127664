import { hostname } from "node:os";
import { isAddress } from "../../grpc/address.ts";
import { flagArgument, listArgument, partsArgument, textArgument, wrongType } from "./arguments.ts";
import type { BalsaError } from "./balsa-error.ts";

/** What a client is made with. All but the endpoints have defaults, and most programs need no other. */
export interface ClientOptions extends ClientTuning {
  /** Client addresses of some or all nodes, "host:port". Any node serves any call. */
  readonly endpoints: readonly string[];
  /** Total time limit of a request, retries included, in ms. @default 10000 */
  readonly requestTimeoutMs: number;
  /** Whether writes are made in a session, so that one that may have happened is safely sent again. Attached keys need one. @default true */
  readonly session: boolean;
  /** Session time-out, in ms: without contact for this long the session expires, and its attached keys are deleted. @default 10000 */
  readonly sessionTimeoutMs: number;
  /** Called when the session to which keys were attached is lost, or may be: at once by this client's clock. @default null */
  readonly onSessionLost: ((error: BalsaError) => void) | null;
  /** Which node to talk to, of those that answer: the leader saves a hop; any spreads many clients. @default "leader" */
  readonly prefer: "leader" | "any";
  /** Whether the client also talks to members that it is not told of here but learns of from the others. @default true */
  readonly discover: boolean;
  /** Name of this client, for operators who list sessions; at most 128 bytes of UTF-8. Default: the host name. */
  readonly name: string;
  /**
   * The life of the cluster to begin with, as `incarnationId` of an earlier client told it; "": that of the first node. With
   * it, what an earlier run of the program has kept (a revision to watch from, say) is never taken for one of another life.
   * @default ""
   */
  readonly incarnationId: string;
  /** Whether nodes are reached through the HTTP proxy that `grpc_proxy`, `https_proxy` or `http_proxy` names; else directly. @default false */
  readonly proxy: boolean;
}

/** Limits and pauses of a client, for those whose network or load is unusual. They are given beside the others, in one object. */
export interface ClientTuning {
  /** Interval, while connected, between refreshes of the member list, in ms. @default 30000 */
  readonly membersCheckMs: number;
  /**
   * Time without any node of the client's own cluster that knows a leader, before a node of another life of the cluster is
   * taken, in ms; at most half of `requestTimeoutMs`, so that a request can tell of it.
   * @default 3000
   */
  readonly clusterPatienceMs: number;
  /** Largest distance between the oldest unanswered write and the newest one sent. The cluster keeps this many answers for retries. @default 1024 */
  readonly sessionWindowMax: number;
  /** Most requests of a kind (writes, reads) under way to the node; further ones wait in the client. @default 1024 */
  readonly outstandingMax: number;
  /** Most requests of a kind that wait in the client; further ones fail at once. @default 65536 */
  readonly waitingMax: number;
  /** Largest request that is sent at all, in bytes; a node takes messages of 4 MiB by default. @default 4 MiB less 64 KiB */
  readonly requestBytesMax: number;
  /** Longest wait for a watch's first message before another node is tried, in ms. @default 3000 */
  readonly watchStartMs: number;
  /** Most changes that a watch holds which the program has not taken; past it, the node is not read on. @default 1024 */
  readonly watchChangesMax: number;
  /** Most requests in one message. @default 1024 */
  readonly messageItemsMax: number;
  /** Most bytes of requests in one message, about; a single larger request goes alone. @default 1 MiB */
  readonly messageBytesMax: number;
  /** Time limit of a status probe, in ms; a node that does not answer in time counts as down. @default 1000 */
  readonly probeTimeoutMs: number;
  /** Time limit of making a connection, in ms; then it is tried again. @default 3000 */
  readonly connectMs: number;
  /** Wait for a node's status before another node is asked as well, in ms. The first that leads is taken. @default 500 */
  readonly leaderWaitMs: number;
  /** First interval between searches for the leader while connected to a follower, in ms; it doubles. @default 1000 */
  readonly leaderCheckMs: number;
  /**
   * Time without an answer before the client checks whether another node leads now, in ms; it doubles. Where answers usually
   * take longer, twice the usual time, up to ten times this.
   * @default 300
   */
  readonly answerCheckMs: number;
  /** Time without a search before the second connection, used to ask other nodes, is closed, in ms. @default 30000 */
  readonly spareMs: number;
  /** First pause before another try, in ms; each further one is twice as long, and half of it is chance. @default 20 */
  readonly backOffMinMs: number;
  /** Longest such pause, in ms. @default 1000 */
  readonly backOffMaxMs: number;
  /** Time without traffic before a connection is probed, in ms. @default 2000 */
  readonly keepaliveMs: number;
  /** Longest wait for the answer to a probe, in ms; without one the connection counts as lost. @default 1000 */
  readonly keepaliveTimeoutMs: number;
}

export const clientOptionDefaults: Omit<ClientOptions, "endpoints"> = {
  requestTimeoutMs: 10_000,
  session: true,
  sessionTimeoutMs: 10_000,
  onSessionLost: null,
  prefer: "leader",
  discover: true,
  name: hostname(),
  incarnationId: "",
  proxy: false,
  membersCheckMs: 30_000,
  clusterPatienceMs: 3_000,
  sessionWindowMax: 1_024,
  outstandingMax: 1_024,
  waitingMax: 65_536,
  requestBytesMax: 4 * 1024 * 1024 - 64 * 1024,
  watchStartMs: 3_000,
  watchChangesMax: 1_024,
  messageItemsMax: 1_024,
  messageBytesMax: 1024 * 1024,
  probeTimeoutMs: 1_000,
  connectMs: 3_000,
  leaderWaitMs: 500,
  leaderCheckMs: 1_000,
  answerCheckMs: 300,
  spareMs: 30_000,
  backOffMinMs: 20,
  backOffMaxMs: 1_000,
  keepaliveMs: 2_000,
  keepaliveTimeoutMs: 1_000,
};

/** Options as they are given: all but the endpoints may be left out, or be undefined. */
export type GivenClientOptions = Pick<ClientOptions, "endpoints"> & {
  readonly [Name in keyof Omit<ClientOptions, "endpoints">]?: ClientOptions[Name] | undefined;
};

const nameBytesMax = 128;

/** Longer timers overflow in Node and would fire at once. */
const timerMsMax = 2 ** 31 - 1;

/** How long the client looks for its own cluster while nodes of another life of it are there, in ms. */
export function patienceMsOf({ clusterPatienceMs, requestTimeoutMs }: ClientOptions): number {
  return Math.min(clusterPatienceMs, requestTimeoutMs / 2);
}

/** The options with their defaults, checked. @throws TypeError if there is no endpoint or an option makes no sense */
export function completeOptions(given: GivenClientOptions): ClientOptions {
  const parts = partsArgument("options", given);
  const options: Record<string, unknown> = { endpoints: endpointsArgument(parts.endpoints) };
  for (const [name, usual] of Object.entries(clientOptionDefaults)) options[name] = optionArgument(name, parts[name], usual);
  return options as unknown as ClientOptions;
}

function optionArgument(name: string, given: unknown, usual: unknown): unknown {
  if (given === undefined) return usual;
  switch (name) {
    case "prefer":
      if (given === "leader" || given === "any") return given;
      throw new TypeError('prefer must be "leader" or "any".');
    case "incarnationId":
      if (typeof given === "string") return given;
      throw wrongType(name, "a string", given);
    case "onSessionLost":
      if (given === null || typeof given === "function") return given;
      throw wrongType(name, "a function or null", given);
    case "name":
      return nameArgument(given);
    default:
      return typeof usual === "boolean" ? flagArgument(name, given, usual) : quantityArgument(name, given);
  }
}

function nameArgument(given: unknown): string {
  const name = textArgument("name", given);
  if (Buffer.byteLength(name) > nameBytesMax) throw new TypeError(`name must have at most ${nameBytesMax} bytes of UTF-8.`);
  return name;
}

function quantityArgument(name: string, given: unknown): number {
  if (typeof given !== "number") throw wrongType(name, "a number", given);
  if (!(given > 0)) throw new TypeError(`${name} must be more than 0, not ${given}.`);
  return name.endsWith("Ms") ? Math.min(given, timerMsMax) : given;
}

function endpointsArgument(given: unknown): readonly string[] {
  const endpoints = listArgument("endpoints", given);
  if (endpoints.length === 0) throw new TypeError('endpoints must name at least one node, such as "127.0.0.1:8000".');
  return endpoints.map((endpoint, place) => endpointArgument(`endpoints[${place}]`, endpoint));
}

/** The client address of a node. @throws TypeError */
export function endpointArgument(name: string, given: unknown): string {
  const endpoint = textArgument(name, given);
  if (isAddress(endpoint)) return endpoint;
  throw new TypeError(`${name} must be an address such as "127.0.0.1:8000", not ${JSON.stringify(endpoint)}.`);
}
