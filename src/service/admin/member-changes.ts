import { memberOf } from "../core/members.ts";
import type { Member, MembersChange, Millis, NodeId } from "../core/types.ts";
import type { AddNodeRequest__Output as AddNodeRequest } from "../generated/balsa/admin/v1/AddNodeRequest.ts";
import type { ChangeAddressRequest__Output as ChangeAddressRequest } from "../generated/balsa/admin/v1/ChangeAddressRequest.ts";
import type { ReplaceNodeRequest__Output as ReplaceNodeRequest } from "../generated/balsa/admin/v1/ReplaceNodeRequest.ts";
import type { ChangeOutcome } from "../node/operations.ts";
import { addressProblem } from "./addresses.ts";
import { type Failure, failure, isFailure } from "./failure.ts";
import { leaderHint, type ServicePorts } from "./ports.ts";
import { operationRefusals, unknowns } from "./refusals.ts";

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
    const { peerAddress, clientAddress, diskId, learner } = request;
    const problem = addressProblem(peerAddress, "must") ?? addressProblem(clientAddress, "may") ?? this.#leaderProblem();
    if (problem !== null) return done(problem);
    const known = this.#nodeWith({ peerAddress, diskId });
    if (known === null || this.#isUnsure(known, diskId)) {
      const add = {
        type: "change",
        add: [{ ...request, id: 0 }].map(bare),
        asLearners: learner,
        remove: [],
        force: false,
      } as const;
      return this.#change(add, timeoutMs, ({ ids }) => done({ id: ids[0] ?? 0 }), done);
    }
    if (isFailure(known)) return done(known);
    const { id } = known;
    const isMoved = known.peerAddress !== peerAddress || known.clientAddress !== clientAddress;
    if (known.diskId !== diskId) this.#change({ type: "disk", id, diskId }, timeoutMs, () => done({ id }), done);
    else if (isMoved) this.#change({ type: "address", id, peerAddress, clientAddress }, timeoutMs, () => done({ id }), done);
    else done({ id });
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
    const clientAddress = request.clientAddress || old.clientAddress;
    const begun = this.#replacementOf(nodeId, peerAddress, diskId);
    if (begun !== null) return done({ id: begun });
    const taken = this.#node.view.members.nodes.find((node) => node.id !== nodeId && node.peerAddress === peerAddress);
    if (taken !== undefined) return done(failure("ADDRESS_IN_USE", `Node ${taken.id} has the peer address ${peerAddress}.`));
    const add = [{ id: 0, peerAddress, clientAddress, diskId }];
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
    const { nodeId: id } = request;
    const member = this.#member(id);
    if (isFailure(member)) return done(member);
    const peerAddress = request.peerAddress || member.peerAddress;
    const clientAddress = request.clientAddress || member.clientAddress;
    const taken = this.#node.view.members.nodes.find((node) => node.id !== id && node.peerAddress === peerAddress);
    if (taken !== undefined) return done(failure("ADDRESS_IN_USE", `Node ${taken.id} has the peer address ${peerAddress}.`));
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
      if (outcome.type === "done") onDone(outcome);
      else onFailed(this.#failureOf(outcome));
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

  /** The member with this disk; or the one that waits for a disk at this address. A failure if the address is another one's. */
  #nodeWith({ peerAddress, diskId }: { peerAddress: string; diskId: string }): Member | Failure | null {
    const { nodes, learners, plan } = this.#node.view.members;
    const same = diskId === "" ? undefined : nodes.find((node) => node.diskId === diskId);
    if (same !== undefined) return same;
    const there = nodes.filter((node) => node.peerAddress === peerAddress && plan?.remove.includes(node.id) !== true);
    // Only a learner can be waiting for its disk: one that has had a vote had a disk to keep it on.
    const waiting = there.find((node) => node.diskId === "" && learners.includes(node.id));
    if (waiting !== undefined) return waiting;
    const [taken] = there;
    if (taken === undefined) return null;
    return failure("ADDRESS_IN_USE", `Node ${taken.id} has the peer address ${peerAddress}, and another disk.`);
  }

  /** A node whose entry may yet be cut off has no id yet: the leader waits for it, and then says the same id again. */
  #isUnsure(known: Member | Failure, diskId: string): boolean {
    return !isFailure(known) && known.diskId === diskId && diskId !== "" && !this.#node.view.membersCommitted;
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
