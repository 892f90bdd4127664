import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import type { Member, NodeId } from "../../src/core/types.ts";
import { Founding } from "../../src/node/founding/founding.ts";
import { answerOf, type Birth, type Introduction, type IntroductionAnswer } from "../../src/node/founding/introduction.ts";
import type { NotAMember } from "../../src/node/ports/not-a-member.ts";
import type { Done } from "../../src/node/ports/ports.ts";
import { HandClock } from "./fakes.ts";

/** What is on a node's disk: its name, and the cluster that it is in, if any. */
interface Directory {
  readonly diskId: string;
  birth: Birth | null;
}

interface Start {
  readonly list?: readonly NodeId[];
  readonly clusterId?: string;
  readonly isForced?: boolean;
  /** Where it takes others to be, if not where they are. */
  readonly addresses?: Readonly<Record<NodeId, string>>;
}

const askMs = 5;
export const introduceMs = 100;
export const forceWaitMs = 1_000;

/** Machines with directories, and the processes that run on them; whoever has a cluster only answers. */
export class FoundingWorld {
  readonly clock = new HandClock();
  readonly directories = new Map<NodeId, Directory>();
  /** What the last process of each node waited for at last, and how it ended. */
  readonly waiting = new Map<NodeId, readonly string[]>();
  readonly refused = new Map<NodeId, NotAMember>();
  readonly failed = new Map<NodeId, Error>();
  /** Ends the writes of this node's disk instead of doing them: what is given is what the process is told. */
  readonly disks = new Map<NodeId, (write: () => void, done: Done) => void>();
  /** Nodes that nobody reaches, though they run. */
  readonly unreachable = new Set<NodeId>();
  readonly #processes = new Map<NodeId, { founding: Founding | null; clusterId: string }>();
  #disks = 0;
  #births = 0;

  start(id: NodeId, { list = [1, 2, 3], clusterId = "balsa", isForced = false, addresses = {} }: Start = {}): void {
    const directory = this.directories.get(id) ?? { diskId: `disk ${++this.#disks}`, birth: null };
    this.directories.set(id, directory);
    this.refused.delete(id);
    this.waiting.delete(id);
    const process: { founding: Founding | null; clusterId: string } = { founding: null, clusterId };
    this.#processes.set(id, process);
    if (directory.birth !== null) return;
    const members: Member[] = list.map((each) => ({ ...bareMember(each), peerAddress: addresses[each] ?? `host${each}` }));
    const options = { clusterId, nodeId: id, diskId: directory.diskId, list: members, isForced, introduceMs, forceWaitMs };
    const founding = new Founding(options, {
      clock: this.clock,
      ask: (other, question, done) => this.#carry(() => this.#processes.get(id) === process, other.peerAddress, question, done),
      newIncarnationId: () => (++this.#births).toString(16).padStart(32, "0"),
      keep: (birth, done) => {
        const write = (): void => {
          directory.birth = birth;
        };
        this.clock.soon(() => {
          const disk = this.disks.get(id);
          if (disk !== undefined) return disk(write, done);
          write();
          done(null);
        });
      },
      onWaiting: ({ reasons }) => this.waiting.set(id, reasons),
      onBorn: () => undefined,
      onRefused: (error) => this.refused.set(id, error),
      onFailed: (error) => this.failed.set(id, error),
    });
    process.founding = founding;
    founding.start();
  }

  startAll(ids: readonly NodeId[], options: Start = {}): void {
    for (const id of ids) this.start(id, options);
  }

  /** The process is gone from one moment to the next; what it was writing comes to nothing. */
  kill(id: NodeId): void {
    this.#processes.get(id)?.founding?.stop();
    this.#processes.delete(id);
  }

  /** And the directory with it. */
  wipe(id: NodeId): void {
    this.kill(id);
    this.directories.delete(id);
  }

  run(ms: number): void {
    this.clock.run(ms);
  }

  /** Until all that can happen without further news has happened. */
  settle(): void {
    this.run(10 * introduceMs);
  }

  /** In which life of the cluster each node is, by its directory: "" for none. */
  lives(): Record<NodeId, string> {
    return Object.fromEntries([...this.directories].map(([id, { birth }]) => [id, birth?.incarnationId.replace(/^0+/, "") ?? ""]));
  }

  birthOf(id: NodeId): Birth {
    const birth = this.directories.get(id)?.birth ?? null;
    if (birth === null) throw new Error(`Node ${id} has no cluster.`);
    return birth;
  }

  #carry(
    isThere: () => boolean,
    to: string,
    question: Introduction,
    done: (reply: IntroductionAnswer | { silent: string }) => void,
  ) {
    const back = (reply: IntroductionAnswer | { silent: string }): void => {
      this.clock.at(this.clock.now() + askMs, () => {
        if (isThere()) done(reply);
      });
    };
    this.clock.at(this.clock.now() + askMs, () => {
      const id = Number(to.replace("host", ""));
      back(
        (this.unreachable.has(id) || this.unreachable.has(question.from) ? null : this.#answer(id, question)) ?? {
          silent: "nobody is there",
        },
      );
    });
  }

  #answer(id: NodeId, question: Introduction): IntroductionAnswer | null {
    const process = this.#processes.get(id);
    const directory = this.directories.get(id);
    if (process === undefined || directory === undefined) return null;
    if (process.founding !== null) return process.founding.answer(question);
    const birth = this.birthOf(id);
    const known = { members: bootstrapMembers(birth.members, birth.incarnationId), membersCommitted: true };
    return answerOf({ clusterId: process.clusterId, nodeId: id, diskId: directory.diskId, birth }, known, question);
  }
}

/** Numbers from 0 up to, but not including, 1: the same in every run. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}
