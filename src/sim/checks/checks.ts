import type { Store, View } from "../../core/api.ts";
import type { PeerMessage } from "../../core/messages.ts";
import type { Index, Members, NodeId, Role, Term } from "../../core/types.ts";
import type { NodeEvent } from "../../node/ports/node-events.ts";
import type { Life } from "../base/life.ts";
import type { LogDisk } from "../disks/log-disk.ts";
import { ApplyChecks } from "./apply-checks.ts";
import { CommittedLog } from "./committed-log.ts";
import { ElectionChecks } from "./election-checks.ts";
import { LogChecks } from "./log-checks.ts";

/** What a life's view was when it was last looked at. */
interface Known {
  readonly life: Life;
  term: Term;
  role: Role;
  commitIndex: Index;
  lastIndex: Index;
  members: Members;
}

/**
 * The judge of a run, who sees all nodes and disks at once. Everything is checked when it happens, and only what
 * has changed, so that looking after every step costs next to nothing.
 */
export class Checks {
  readonly #known = new Map<NodeId, Known>();
  readonly #elections: ElectionChecks;
  readonly #logs: LogChecks;
  readonly applies: ApplyChecks;
  /** Nodes whose directories were put back to older copies. */
  readonly putBack = new Set<NodeId>();
  #failure: string | null = null;

  /** @param members those the cluster begins with */
  constructor(disks: ReadonlyMap<NodeId, LogDisk>, members: Members) {
    const fail = (sentence: string): void => this.fail(sentence);
    this.#elections = new ElectionChecks(fail, disks);
    this.#logs = new LogChecks(fail, disks, new CommittedLog(fail, members));
    this.applies = new ApplyChecks(fail, this.#logs.committed);
  }

  /** The first thing that was wrong; null if nothing was. */
  get failure(): string | null {
    return this.#failure;
  }

  get committed(): CommittedLog {
    return this.#logs.committed;
  }

  get leaderCount(): number {
    return this.#elections.leaderCount;
  }

  fail(sentence: string): void {
    this.#failure ??= sentence;
  }

  onStart(life: Life, view: View): void {
    this.#logs.onLeadershipEnded(life.nodeId);
    const { term, role, commitIndex, lastIndex, members } = view;
    this.#known.set(life.nodeId, { life, term, role, commitIndex, lastIndex, members });
  }

  /** Looks at what a node knows, after every step and before it does something to the world. */
  onView(life: Life, view: View): void {
    const known = this.#known.get(life.nodeId);
    if (known === undefined || known.life !== life) return;
    const isSame = view.term === known.term && view.role === known.role;
    if (isSame && view.commitIndex === known.commitIndex && view.lastIndex === known.lastIndex) return;
    if (view.term < known.term) this.fail(`The term of node ${life.nodeId} fell from ${known.term} to ${view.term}.`);
    if (!isSame) this.#onRole(life, view, known);
    else if (view.role === "leader" && view.lastIndex < known.lastIndex) {
      this.fail(`Leader append-only: the log of leader ${life.nodeId} shrank from ${known.lastIndex} to ${view.lastIndex}.`);
    }
    if (view.commitIndex < known.commitIndex) {
      this.fail(`The commit index of node ${life.nodeId} fell from ${known.commitIndex} to ${view.commitIndex}.`);
    }
    if (view.commitIndex > known.commitIndex) this.#logs.onCommitIndex(life.nodeId, view, known.members);
    known.term = view.term;
    known.role = view.role;
    known.commitIndex = view.commitIndex;
    known.lastIndex = view.lastIndex;
    known.members = view.members;
  }

  /** All nodes are honest here, and their disks keep what they promised: what no such node can say, somebody has got wrong. */
  onEvent(node: NodeId, event: NodeEvent): void {
    if (event.type === "confirmedLost" && !this.putBack.has(event.peer)) {
      this.fail(`Node ${node} says that node ${event.peer} has lost entry ${event.index}, and its disk has all that it ever had.`);
    }
    if (event.type !== "messageRefused" || !event.isImpossible) return;
    this.fail(`Node ${node} refuses a message (${event.what}) of node ${event.from} as impossible: ${event.why}.`);
  }

  onSend(life: Life, message: PeerMessage): void {
    this.#elections.onSend(life, message);
  }

  onStoreBegun(life: Life, disk: LogDisk, store: Store): void {
    this.#logs.onStoreBegun(life.nodeId, disk, store);
  }

  onDurable(node: NodeId, disk: LogDisk, store: Store): void {
    this.#logs.onDurable(node, disk, store);
  }

  #onRole(life: Life, view: View, known: Known): void {
    if (known.role === "leader") this.#logs.onLeadershipEnded(life.nodeId);
    if (view.role !== "leader") return;
    this.#elections.onElected(life, view);
    this.#logs.onElected(life.nodeId, view.term);
  }
}
