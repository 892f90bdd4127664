import type { BalsaError } from "./balsa-error.ts";

/** What a client is made with. All but the endpoints have defaults. */
export interface ClientOptions {
  /** Client addresses of some or all nodes, "host:port". Any node serves any call. */
  readonly endpoints: readonly string[];
  /** Whether the client also talks to members that it is not told of here but learns of from the others. */
  readonly discover: boolean;
  /** While connected, it is looked who the members are so often, in ms. */
  readonly membersCheckMs: number;
  /** Which node to talk to, of those that answer: the leader saves a hop; any spreads many clients. */
  readonly prefer: "leader" | "any";
  /** Whether writes are made in a session, so that one that may have happened is safely sent again. Attached keys need one. */
  readonly session: boolean;
  /** The session expires, and its attached keys are deleted, when the cluster hears nothing of this client for so long, in ms. */
  readonly sessionTimeoutMs: number;
  /** Most writes in the session from the oldest unanswered one on; further ones wait. The cluster keeps as many answers. */
  readonly sessionWindowMax: number;
  /** Called when the session to which keys were attached is lost, or may be: at once by this client's clock. */
  readonly onSessionLost: ((error: BalsaError) => void) | null;
  /** A request that is not answered in so long, retries included, fails, in ms. */
  readonly requestTimeoutMs: number;
  /** Most requests of a kind (writes, reads) under way to the node; further ones wait in the client. */
  readonly outstandingMax: number;
  /** Most requests of a kind that wait in the client; further ones fail at once. */
  readonly waitingMax: number;
  /** Largest request that is sent at all, in bytes; a node takes messages of 4 MiB by default. */
  readonly requestBytesMax: number;
  /** A node that does not begin to tell changes in so long is given up for another one, in ms. */
  readonly watchStartMs: number;
  /** Most changes that a watch holds which the program has not taken; past it, the node is not read on. */
  readonly watchChangesMax: number;
  /** Most requests in one message. */
  readonly messageItemsMax: number;
  /** Requests share a message up to about so many bytes; a single larger request goes alone. */
  readonly messageBytesMax: number;
  /** A node that does not say its status in so long counts as down, in ms. */
  readonly probeTimeoutMs: number;
  /** How long the leader may take to answer before another node is taken, in ms. */
  readonly leaderWaitMs: number;
  /** While connected to a node that does not lead, the leader is looked for after so long, in ms; then ever less often. */
  readonly leaderCheckMs: number;
  /** While a request is not answered, a better node is looked for so often, in ms; what may safely be sent again goes there. */
  readonly answerCheckMs: number;
  /** First pause before another try, in ms; each further one is twice as long, and half of it is chance. */
  readonly backOffMinMs: number;
  /** Longest such pause, in ms. */
  readonly backOffMaxMs: number;
  /** A connection is tested after so long without news, in ms... */
  readonly keepaliveMs: number;
  /** ...and is lost if the test is not answered in so long, in ms. */
  readonly keepaliveTimeoutMs: number;
}

export const clientOptionDefaults: Omit<ClientOptions, "endpoints"> = {
  discover: true,
  membersCheckMs: 30_000,
  prefer: "leader",
  session: true,
  sessionTimeoutMs: 10_000,
  sessionWindowMax: 1_024,
  onSessionLost: null,
  requestTimeoutMs: 10_000,
  outstandingMax: 1_024,
  waitingMax: 65_536,
  requestBytesMax: 4 * 1024 * 1024 - 64 * 1024,
  watchStartMs: 3_000,
  watchChangesMax: 1_024,
  messageItemsMax: 1_024,
  messageBytesMax: 1024 * 1024,
  probeTimeoutMs: 1_000,
  leaderWaitMs: 100,
  leaderCheckMs: 1_000,
  answerCheckMs: 300,
  backOffMinMs: 20,
  backOffMaxMs: 1_000,
  keepaliveMs: 2_000,
  keepaliveTimeoutMs: 1_000,
};

/** The options with their defaults. @throws TypeError if there is no endpoint or an option makes no sense */
export function completeOptions(given: Partial<ClientOptions> & Pick<ClientOptions, "endpoints">): ClientOptions {
  const options: ClientOptions = { ...clientOptionDefaults, ...given };
  if (options.endpoints.length === 0) throw new TypeError('A client needs at least one endpoint, such as "127.0.0.1:8000".');
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === "number" && !(value > 0)) throw new TypeError(`${name} must be more than 0, not ${value}.`);
  }
  return options;
}
