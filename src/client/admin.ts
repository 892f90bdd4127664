import type { AddNodeRequest } from "../generated/balsa/admin/v1/AddNodeRequest.ts";
import type { AddNodeResponse__Output as AddNodeResponse } from "../generated/balsa/admin/v1/AddNodeResponse.ts";
import type { ChangeAddressRequest } from "../generated/balsa/admin/v1/ChangeAddressRequest.ts";
import type { GetMembersResponse__Output as GetMembersResponse } from "../generated/balsa/admin/v1/GetMembersResponse.ts";
import type { RemoveNodeRequest } from "../generated/balsa/admin/v1/RemoveNodeRequest.ts";
import type { ReplaceNodeRequest } from "../generated/balsa/admin/v1/ReplaceNodeRequest.ts";
import { adminServiceDefinition as admin } from "../transport/service-definitions.ts";
import { BackOff } from "./back-off.ts";
import { type BalsaError, clientError, errorOfCall, worthAnotherTry } from "./balsa-error.ts";
import { shuffled } from "./connector.ts";
import { NodeConnection, type UnaryMethod } from "./node-connection.ts";
import { type ClientOptions, completeOptions } from "./options.ts";

/**
 * What operators ask of a cluster. Any node will do as an endpoint: whichever is asked, the leader is found.
 *
 * Every method throws BalsaError. What surely did nothing because no leader was found is tried again until
 * `requestTimeoutMs`; whatever else is refused is for the operator to decide.
 */
export class BalsaAdmin {
  readonly #options: ClientOptions;
  /** Where the leader was last said to be; tried first. */
  #leader: string | null = null;

  /** @throws TypeError if an option makes no sense */
  constructor(options: Partial<ClientOptions> & Pick<ClientOptions, "endpoints">) {
    this.#options = completeOptions(options);
  }

  /** The members, as the leader knows them if there is one. */
  async members(): Promise<GetMembersResponse> {
    const found = await this.#call(admin.GetMembers, {});
    if (found.leaderAddress === "" || found.progress.length > 0 || found.members.length === 1) return found;
    this.#leader = found.leaderAddress;
    return this.#call(admin.GetMembers, {});
  }

  addNode(request: AddNodeRequest): Promise<AddNodeResponse> {
    return this.#call(admin.AddNode, request);
  }

  async removeNode(request: RemoveNodeRequest): Promise<void> {
    await this.#call(admin.RemoveNode, request);
  }

  /** @returns the id of the node that comes */
  async replaceNode(request: ReplaceNodeRequest): Promise<number> {
    return (await this.#call(admin.ReplaceNode, request)).nodeId;
  }

  async promoteLearner(nodeId: number): Promise<void> {
    await this.#call(admin.PromoteLearner, { nodeId });
  }

  /** Gives up a change that waits for learners to catch up. */
  async cancelChange(): Promise<void> {
    await this.#call(admin.CancelChange, {});
  }

  async changeAddress(request: ChangeAddressRequest): Promise<void> {
    await this.#call(admin.ChangeAddress, request);
  }

  /** @param nodeId who is to lead; 0: the best one @returns who leads now */
  async transferLeadership(nodeId = 0): Promise<number> {
    return (await this.#call(admin.TransferLeadership, { nodeId })).nodeId;
  }

  async #call<Request, Response>(method: UnaryMethod<Request, Response>, request: Request): Promise<Response> {
    const { requestTimeoutMs, backOffMinMs, backOffMaxMs } = this.#options;
    const deadlineAt = performance.now() + requestTimeoutMs;
    const backOff = new BackOff({ minMs: backOffMinMs, maxMs: backOffMaxMs });
    let lastError = clientError("UNREACHABLE");
    for (;;) {
      const others = shuffled(this.#options.endpoints).filter((endpoint) => endpoint !== this.#leader);
      const unreached = new Set<string>();
      for (const endpoint of this.#leader === null ? others : [this.#leader, ...others]) {
        const answer = await this.#ask(endpoint, method, request, deadlineAt);
        if ("response" in answer) return answer.response;
        const { error } = answer;
        if (!worthAnotherTry(error) && error.reason !== "UNREACHABLE") throw error;
        if (error.reason === "UNREACHABLE") unreached.add(endpoint);
        else lastError = error;
        const { leaderAddress = null } = error.facts;
        // Whoever knows the leader is worth more than the rest of the list, unless its address leads nowhere from here.
        if (leaderAddress !== null && leaderAddress !== this.#leader && !unreached.has(leaderAddress)) {
          this.#leader = leaderAddress;
          break;
        }
      }
      const pauseMs = backOff.nextMs();
      if (performance.now() + pauseMs >= deadlineAt) throw lastError;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  #ask<Request, Response>(
    endpoint: string,
    method: UnaryMethod<Request, Response>,
    request: Request,
    deadlineAt: number,
  ): Promise<{ response: Response } | { error: BalsaError }> {
    const connection = new NodeConnection(endpoint, this.#options);
    return new Promise((resolve) => {
      connection.call(method, request, Math.max(1, deadlineAt - performance.now()), (error, response) => {
        connection.close();
        if (response !== undefined) return resolve({ response });
        if (this.#leader === endpoint) this.#leader = null;
        if (error === null) return resolve({ error: clientError("UNREACHABLE") });
        const found = errorOfCall(error, method.path !== admin.GetMembers.path);
        // gRPC itself speaks: before anything had left, as nobody was there, or nobody knows.
        resolve({ error: isUnreached(error.details, found) ? clientError("UNREACHABLE") : found });
      });
    });
  }
}

/** A connection that could not be made has carried nothing. */
function isUnreached(details: string, { reason }: BalsaError): boolean {
  return reason === "UNAVAILABLE" && details.startsWith("No connection established");
}
