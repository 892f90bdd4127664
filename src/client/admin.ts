import { LeaderCaller } from "./connection/leader-caller.ts";
import { addressesIn, diskIn, flagIn, nodeIn } from "./values/admin-arguments.ts";
import { flagArgument, optionsArgument, wholeNumberArgument } from "./values/arguments.ts";
import type { CallOptions } from "./values/call-options.ts";
import type {
  AddedNode,
  AddNodeOptions,
  ChangeAddressOptions,
  ClusterMembers,
  RemoveNodeOptions,
  ReplaceNodeOptions,
  SessionPage,
} from "./values/cluster.ts";
import { completeOptions, type GivenClientOptions } from "./values/options.ts";

/**
 * What operators ask of a cluster. Any node will do as an endpoint: whichever is asked, the leader is found.
 *
 * Every method throws BalsaError, and TypeError for an argument that makes no sense. What had no effect because no
 * leader was found is tried again until `requestTimeoutMs`; whatever else is refused is for the operator to decide.
 */
export class BalsaAdmin {
  readonly #leader: LeaderCaller;

  /** @throws TypeError if an option makes no sense */
  constructor(options: GivenClientOptions) {
    this.#leader = new LeaderCaller(completeOptions(options));
  }

  /** The members, as the leader knows them if there is one. */
  async members(options?: CallOptions): Promise<ClusterMembers> {
    return this.#leader.ask(({ admin }) => admin.GetMembers, {}, options);
  }

  async addNode(request: AddNodeOptions, options?: CallOptions): Promise<AddedNode> {
    const parts = { ...addressesIn(request), ...diskIn(request), ...flagIn(request, "learner") };
    return this.#leader.change(({ admin }) => admin.AddNode, parts, options);
  }

  async removeNode(request: RemoveNodeOptions, options?: CallOptions): Promise<void> {
    await this.#leader.change(({ admin }) => admin.RemoveNode, { ...nodeIn(request), ...flagIn(request, "force") }, options);
  }

  /** @returns the id of the node that comes */
  async replaceNode(request: ReplaceNodeOptions, options?: CallOptions): Promise<number> {
    const parts = { ...nodeIn(request), ...addressesIn(request), ...diskIn(request), ...flagIn(request, "force") };
    return (await this.#leader.change(({ admin }) => admin.ReplaceNode, parts, options)).nodeId;
  }

  async promoteLearner(nodeId: number, options?: CallOptions): Promise<void> {
    await this.#leader.change(
      ({ admin }) => admin.PromoteLearner,
      { nodeId: wholeNumberArgument("nodeId", nodeId, { min: 1 }) },
      options,
    );
  }

  /** Gives up a change that waits for learners to catch up. */
  async cancelChange(options?: CallOptions): Promise<void> {
    await this.#leader.change(({ admin }) => admin.CancelChange, {}, options);
  }

  async changeAddress(request: ChangeAddressOptions, options?: CallOptions): Promise<void> {
    await this.#leader.change(({ admin }) => admin.ChangeAddress, { ...nodeIn(request), ...addressesIn(request) }, options);
  }

  /** @param nodeId who is to lead; 0: the best one @returns who leads now */
  async transferLeadership(nodeId = 0, options?: CallOptions): Promise<number> {
    const request = { nodeId: wholeNumberArgument("nodeId", nodeId, { min: 0 }) };
    return (await this.#leader.change(({ admin }) => admin.TransferLeadership, request, options)).nodeId;
  }

  /**
   * The sessions of the cluster in the order in which they were opened, a page at a time.
   * @param options the first one wanted: the `nextStartId` of the page before, which is 0 at the end
   */
  async listSessions(
    options: { readonly startId?: number | undefined; readonly keys?: boolean | undefined } & CallOptions = {},
  ): Promise<SessionPage> {
    const { startId = 0, keys } = optionsArgument("options", options);
    const request = {
      startId: wholeNumberArgument("options.startId", startId, { min: 0 }),
      keys: flagArgument("options.keys", keys, false),
    };
    return this.#leader.ask(({ admin }) => admin.ListSessions, request, options);
  }

  /** Ends a session, whoever's it is: its attached keys are deleted, and its client is told that it is lost. */
  async endSession(sessionId: number, options?: CallOptions): Promise<void> {
    await this.#leader.change(
      ({ admin }) => admin.EndSession,
      { sessionId: wholeNumberArgument("sessionId", sessionId, { min: 1 }) },
      options,
    );
  }
}
