import type { View } from "../../core/api.ts";
import type { Millis } from "../../core/types.ts";
import type { LinkStatus } from "../../transport/grpc-transport.ts";

export interface MissingLeaderPorts {
  readonly now: () => Millis;
  readonly view: () => View;
  readonly links: () => readonly LinkStatus[];
  readonly warn: (sentence: string) => void;
}

/** An election is over long before. */
const tellAfterMs = 10_000;
const lookEveryMs = 1_000;

/** Says once, each time that it lasts, why there is no leader: this node does not reach enough of the voters, and where it looks for them. */
export class MissingLeader {
  readonly #ports: MissingLeaderPorts;
  #since: Millis;
  #isTold = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: MissingLeaderPorts) {
    this.#ports = ports;
    this.#since = ports.now();
  }

  start(): void {
    this.#since = this.#ports.now();
    this.#timer = setInterval(() => this.look(), lookEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  look(): void {
    const { now, view, links, warn } = this.#ports;
    const { leader, id, members } = view();
    if (leader !== null) {
      this.#since = now();
      this.#isTold = false;
      return;
    }
    const passedMs = now() - this.#since;
    if (this.#isTold || passedMs < tellAfterMs) return;
    const sentence = missingSentence({ id, voters: members.voters, passedMs }, links());
    if (sentence === null) return;
    this.#isTold = true;
    warn(sentence);
  }
}

interface NodeWithoutLeader {
  readonly id: number;
  readonly voters: readonly number[];
  readonly passedMs: Millis;
}

/** Null if enough of the voters are reached: then it is something else. */
export function missingSentence({ id, voters, passedMs }: NodeWithoutLeader, links: readonly LinkStatus[]): string | null {
  const isReached = (voter: number): boolean =>
    voter === id || links.some(({ peer, state }) => peer === voter && state === "connected");
  const missing = voters.filter((voter) => !isReached(voter));
  if (voters.length - missing.length > voters.length / 2) return null;
  const where = missing.map((voter) => {
    const tried = links.find(({ peer }) => peer === voter)?.addresses ?? [];
    return `node ${voter} ${tried.length === 0 ? "(its address is not known)" : `at ${tried.join(" or ")}`}`;
  });
  return (
    `There has been no leader for ${Math.round(passedMs / 1000)} s: of the voters ${voters.join(", ")} this node does not reach ${where.join(", ")}. ` +
    `If they are down, start them. If they are at other addresses now, start each node with --peers that says where all of them are.`
  );
}
