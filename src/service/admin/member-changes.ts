import { memberOf } from "../../core/members.ts";
import type { Member, MembersChange, Millis, NodeId } from "../../core/types.ts";
import type { AddNodeRequest__Output as AddNodeRequest } from "../../generated/balsa/admin/v1/AddNodeRequest.ts";
import type { ChangeAddressRequest__Output as ChangeAddressRequest } from "../../generated/balsa/admin/v1/ChangeAddressRequest.ts";
import type { ReplaceNodeRequest__Output as ReplaceNodeRequest } from "../../generated/balsa/admin/v1/ReplaceNodeRequest.ts";
import type { ChangeOutcome } from "../../node/requests/operations.ts";
import { type Failure, failure, isFailure } from "../answers/failure.ts";
import { leaderHint, type ServicePorts } from "../answers/ports.ts";
import { operationRefusals, unknowns } from "../answers/refusals.ts";
import { addressProblem } from "./addresses.ts";

type Done<Answer extends object> = (answer: Answer | Failure) => void;

/**
 * What operators and joining nodes want of the members. All of it is the leader's to do, and all of it may be asked
 * again: what is done already is answered as if it had been done now.
 */
export class MemberChanges {
  readonly #node: ServicePorts["node"];

  constructor({ node }: Pick<ServicePorts, "node">) {
    this.#node = node;
  }

  /** A node is known by its disk: asked again, it has the id that it got. One that was announced without a disk gets its own. */
  add(request: AddNodeRequest, timeoutMs: Millis, done: Done<{ id: NodeId }>): void {
    const { peerAddress, clientAddress, learner } = request;
    const problem = addressProblem(peerAddress, "must") ?? addressProblem(clientAddress, "may") ?? this.#leaderProblem();
    if (problem !== null) return done(problem);
    const known = this.#addedAs(request);
    if (known !== null) return done({ id: known });
    const add = [{ ...request, id: 0 }].map(bare);
    const change = { type: "change", add, asLearners: learner, remove: [], force: false } as const;
    this.#change(change, timeoutMs, ({ ids }) => done({ id: ids[0] ?? 0 }), done);
  }

  remove(id: NodeId, force: boolean, timeoutMs: Millis, done: Done<object>): void {
    const problem = this.#leaderProblem();
    if (problem !== null) return done(problem);
    const change = { type: "change", add: [], asLearners: false, remove: [id], force } as const;
    this.#change(change, timeoutMs, () => done({}), done);
  }

  replace(request: ReplaceNodeRequest, timeoutMs: Millis, done: Done<{ id: NodeId }>): void {
    const { nodeId, diskId, force } = request;
    const problem =
      addressProblem(request.peerAddress, "may") ?? addressProblem(request.clientAddress, "may") ?? this.#leaderProblem();
    if (problem !== null) return done(problem);
    const old = this.#member(nodeId);
    if (isFailure(old)) return done(old);
    const peerAddress = request.peerAddress || old.peerAddress;
    const begun = this.#replacementOf(nodeId, peerAddress, diskId);
    if (begun !== null) return done({ id: begun });
    const add = [{ ...request, id: 0 }].map(bare);
    const change = { type: "change", add, asLearners: false, remove: [nodeId], force } as const;
    this.#change(change, timeoutMs, ({ ids }) => done({ id: ids[0] ?? 0 }), done);
  }

  promote(id: NodeId, timeoutMs: Millis, done: Done<object>): void {
    const problem = this.#leaderProblem();
    if (problem !== null) return done(problem);
    if (this.#node.view.members.voters.includes(id)) return done({});
    this.#change({ type: "promote", ids: [id] }, timeoutMs, () => done({}), done);
  }

  cancel(timeoutMs: Millis, done: Done<object>): void {
    const problem = this.#leaderProblem();
    if (problem !== null) return done(problem);
    this.#change({ type: "cancel" }, timeoutMs, () => done({}), done);
  }

  changeAddress(request: ChangeAddressRequest, timeoutMs: Millis, done: Done<object>): void {
    const problem =
      addressProblem(request.peerAddress, "may") ?? addressProblem(request.clientAddress, "may") ?? this.#leaderProblem();
    if (problem !== null) return done(problem);
    const { nodeId: id, peerAddress, clientAddress } = request;
    const member = this.#member(id);
    if (isFailure(member)) return done(member);
    this.#change({ type: "address", id, peerAddress, clientAddress }, timeoutMs, () => done({}), done);
  }

  /** @param to 0: the best one */
  transfer(to: NodeId, timeoutMs: Millis, done: Done<{ id: NodeId }>): void {
    const problem = this.#leaderProblem();
    if (problem !== null) return done(problem);
    if (to === this.#node.view.id) return done({ id: to });
    this.#node.transfer(to === 0 ? null : to, timeoutMs, (outcome) =>
      done(outcome.type === "done" ? { id: outcome.to } : this.#failureOf(outcome)),
    );
  }

  #change(
    change: MembersChange,
    timeoutMs: Millis,
    onDone: (outcome: Extract<ChangeOutcome, { type: "done" }>) => void,
    onFailed: (why: Failure) => void,
  ): void {
    this.#node.changeMembers(change, timeoutMs, (outcome) => {
      if (outcome.type === "done") return onDone(outcome);
      const isInUse = outcome.type === "refused" && outcome.reason === "addressInUse";
      onFailed((isInUse ? this.#inUse(change) : null) ?? this.#failureOf(outcome));
    });
  }

  #failureOf(outcome: Exclude<ChangeOutcome, { type: "done" }>): Failure {
    const reason = outcome.type === "refused" ? operationRefusals[outcome.reason] : unknowns[outcome.reason];
    return failure(reason, undefined, leaderHint({ node: this.#node }));
  }

  /** Operators' calls are not passed on: whoever asks learns where the leader is. */
  #leaderProblem(): Failure | null {
    return this.#node.view.role === "leader" ? null : failure("NOT_LEADER", undefined, leaderHint({ node: this.#node }));
  }

  #member(id: NodeId): Member | Failure {
    return memberOf(this.#node.view.members, id) ?? failure("UNKNOWN_MEMBER", `No member has the id ${id}.`);
  }

  /** As which member a node that asks again is known for sure: one whose entry may yet be cut off has to wait. */
  #addedAs({ peerAddress, clientAddress, diskId }: AddNodeRequest): NodeId | null {
    const { members, membersCommitted } = this.#node.view;
    if (diskId === "" || !membersCommitted) return null;
    const isIt = (node: Member): boolean =>
      node.diskId === diskId && node.peerAddress === peerAddress && ["", node.clientAddress].includes(clientAddress);
    return members.nodes.find(isIt)?.id ?? null;
  }

  /** Names who has the address that was wanted; null if nobody has it any more. */
  #inUse(change: MembersChange): Failure | null {
    const movers = change.type === "change" ? change.add : change.type === "address" ? [change] : [];
    for (const { id, peerAddress } of movers) {
      const taken = this.#node.view.members.nodes.find((node) => node.id !== id && node.peerAddress === peerAddress);
      if (taken === undefined) continue;
      const disk = id === 0 ? ", and another disk" : "";
      return failure("ADDRESS_IN_USE", `Node ${taken.id} has the peer address ${peerAddress}${disk}.`);
    }
    return null;
  }

  /** The node that is already on its way to take the place of `id`. */
  #replacementOf(id: NodeId, peerAddress: string, diskId: string): NodeId | null {
    const { nodes, plan } = this.#node.view.members;
    if (plan === null || !plan.remove.includes(id)) return null;
    const isIt = (node: Member): boolean => node.peerAddress === peerAddress && (diskId === "" || node.diskId === diskId);
    return nodes.find((node) => plan.promote.includes(node.id) && isIt(node))?.id ?? null;
  }
}

function bare({ id, peerAddress, clientAddress, diskId }: Member): Member {
  return { id, peerAddress, clientAddress, diskId };
}
