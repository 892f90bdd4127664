import { bootstrapMembers } from "../../core/members.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import type { NotAMember } from "../ports/not-a-member.ts";
import type { NodeOptions } from "../ports/options.ts";
import type { Clock, Done, Timer } from "../ports/ports.ts";
import { type Founder, type Heard, type Obstacles, verdictOn } from "./founding-verdict.ts";
import { answerOf, type Birth, type Introduction, type IntroductionAnswer, type Listed } from "./introduction.ts";

export interface FoundingOptions extends Founder, Pick<NodeOptions, "introduceMs" | "forceWaitMs"> {
  /** An operator says that nodes which do not answer have no data: they are not waited for. */
  readonly isForced: boolean;
}

/** What came of asking another node. `why` is a clause. */
export type Reply = IntroductionAnswer | { readonly silent: string };

export interface FoundingPorts {
  readonly clock: Clock;
  /** Asks the node at that address; calls back once, and not before this returns. */
  readonly ask: (other: Listed, question: Introduction, done: (reply: Reply) => void) => void;
  /** A name that no life of any cluster has. */
  readonly newIncarnationId: () => string;
  /** Notes in the data directory, for good, that the cluster is born. */
  readonly keep: (birth: Birth, done: Done) => void;
  /** What is waited for; the same ones may come again and again. */
  readonly onWaiting: (obstacles: Obstacles) => void;
  /** Called once, unless `onRefused` or `onFailed` is: the node has a cluster, and its directory can be opened. */
  readonly onBorn: (birth: Birth) => void;
  /** There is a cluster, and this node has no place in it. */
  readonly onRefused: (error: NotAMember) => void;
  /** The directory took no write. */
  readonly onFailed: (error: Error) => void;
}

/**
 * How a node with an empty directory comes by its cluster: it asks the others of its list, round after round, until one
 * tells of a cluster that is born, or this node begins it (`verdictOn`). Until then it has promised nothing to anybody, so it
 * may be stopped, told another list, or lose its disk at any moment.
 *
 * What the founder decides is on its disk before it tells anybody. Should it be lost then, before or after others have
 * taken it over, either nobody ever knows of it, or those who do tell the rest.
 */
export class Founding {
  readonly #options: FoundingOptions;
  readonly #ports: FoundingPorts;
  /** `keeping`: the birth is on its way to the disk. */
  #phase: "asking" | "keeping" | "born" | "over" = "asking";
  #birth: Birth | null = null;
  #timer: Timer | null = null;
  /** When each other node last answered, or this one began to ask. */
  readonly #lastHeardAt = new Map<NodeId, Millis>();
  /** Those who have said that they are in a cluster: their silence means nothing good. */
  readonly #born = new Set<NodeId>();

  constructor(options: FoundingOptions, ports: FoundingPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  start(): void {
    const now = this.#ports.clock.now();
    for (const { id } of this.#others) this.#lastHeardAt.set(id, now);
    this.#ask();
  }

  /** What another node of the list is told; null: nothing yet, ask again. */
  answer(question: Introduction): IntroductionAnswer | null {
    const { clusterId, nodeId, diskId, list } = this.#options;
    if (this.#phase === "asking") return { clusterId, from: nodeId, diskId, stage: { type: "founding", list } };
    if (this.#phase !== "born" || this.#birth === null) return null;
    const known = { members: bootstrapMembers(this.#birth.members, this.#birth.incarnationId), membersCommitted: true };
    return answerOf({ clusterId, nodeId, diskId, birth: this.#birth }, known, question);
  }

  /** Nothing is called back any more. */
  stop(): void {
    this.#phase = "over";
    this.#timer?.cancel();
  }

  get #others(): readonly Listed[] {
    return this.#options.list.filter(({ id }) => id !== this.#options.nodeId);
  }

  /** One round: all are asked at once, and judged together once each has answered or been given up. */
  #ask(): void {
    const { clusterId, nodeId: from, diskId, list } = this.#options;
    const heard = new Map<NodeId, Heard>();
    const others = this.#others;
    if (others.length === 0) return this.#judge(heard);
    for (const other of others) {
      this.#ports.ask(other, { clusterId, from, to: other.id, diskId, list }, (reply) => {
        if (this.#phase !== "asking") return;
        heard.set(other.id, this.#hear(other.id, reply));
        if (heard.size === others.length) this.#judge(heard);
      });
    }
  }

  #hear(id: NodeId, reply: Reply): Heard {
    const { clock } = this.#ports;
    if ("silent" in reply) return { type: "silent", why: reply.silent, isGivenUp: this.#isGivenUp(id) };
    this.#lastHeardAt.set(id, clock.now());
    if (reply.stage.type === "born") this.#born.add(id);
    else this.#born.delete(id);
    return { type: "answer", answer: reply };
  }

  #isGivenUp(id: NodeId): boolean {
    const { isForced, forceWaitMs } = this.#options;
    const silentMs = this.#ports.clock.now() - (this.#lastHeardAt.get(id) ?? 0);
    return isForced && silentMs >= forceWaitMs && !this.#born.has(id);
  }

  #judge(heard: ReadonlyMap<NodeId, Heard>): void {
    const { clock, newIncarnationId, onWaiting, onRefused } = this.#ports;
    const verdict = verdictOn(this.#options, heard);
    switch (verdict.type) {
      case "adopt":
        return this.#keep(verdict.birth);
      case "found":
        return this.#keep({ incarnationId: newIncarnationId(), members: verdict.members });
      case "refused":
        this.stop();
        return onRefused(verdict.error);
      case "wait":
        this.#timer = clock.at(clock.now() + this.#options.introduceMs, () => this.#ask());
        return onWaiting(verdict);
      default:
        return verdict satisfies never;
    }
  }

  #keep(birth: Birth): void {
    this.#phase = "keeping";
    this.#ports.keep(birth, (error) => {
      if (this.#phase !== "keeping") return;
      if (error !== null) {
        this.stop();
        return this.#ports.onFailed(error);
      }
      this.#phase = "born";
      this.#birth = birth;
      this.#ports.onBorn(birth);
    });
  }
}
