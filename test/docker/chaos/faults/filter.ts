import type { Hand } from "../cluster/hand.ts";
import type { Place } from "../cluster/place.ts";
import { each } from "../each.ts";

/** A rule in the network of one place, as iptables takes it behind -A: "INPUT -s 10.0.0.1 -j DROP". */
export interface Rule {
  readonly at: Place;
  readonly rule: string;
}

/** Packets that do not pass: rules in the networks of containers, counted by the kernel, and removed again. */
export class Filter {
  readonly #hand: Hand;
  readonly #rules: readonly Rule[];

  constructor(hand: Hand, rules: readonly Rule[]) {
    this.#hand = hand;
    this.#rules = rules;
  }

  /** Puts the rules into force, everywhere at about the same time. */
  async add(): Promise<void> {
    await each(this.#places, async (at) => {
      const rules = this.#rules.filter((rule) => rule.at === at).map(({ rule }) => `iptables -w -A ${rule}`);
      await this.#hand.runInNetworkOf(await at.inspect(), rules.join(" && "));
    });
  }

  /** How many packets they have dropped so far. */
  async dropped(): Promise<number> {
    const listed = await each(this.#places, (place) => this.#inNetworkOf(place, "iptables -w -L -nvx"));
    let sum = 0;
    for (const [, packets] of listed.join("\n").matchAll(/^\s*(\d+)\s+\d+\s+DROP\s/gm)) sum += Number(packets);
    return sum;
  }

  /** Empties the chains, which have no rules but these: also where only some of them could be put into force. */
  async remove(): Promise<void> {
    await each(this.#places, (place) => this.#inNetworkOf(place, "iptables -w -F INPUT && iptables -w -F OUTPUT"));
  }

  get #places(): readonly Place[] {
    return [...new Set(this.#rules.map(({ at }) => at))];
  }

  /** What the line prints. A container that has ended has no network any more, and no rules. */
  async #inNetworkOf(place: Place, line: string): Promise<string> {
    const inspected = await place.inspect();
    return inspected.State.Running ? this.#hand.runInNetworkOf(inspected, line) : "";
  }
}

/** Nothing passes between the two sides, in either direction. */
export function cut(some: readonly Place[], others: readonly Place[]): Rule[] {
  return some.flatMap((at) => others.flatMap((other) => [drop(at, "from", other), drop(at, "to", other)]));
}

/** What comes to a place from another one, or leaves it for that one, is dropped there; all of it, or this part. */
export function drop(at: Place, direction: "from" | "to", other: Place, part = 1): Rule {
  const way = direction === "from" ? `INPUT -s ${other.ip}` : `OUTPUT -d ${other.ip}`;
  const some = part === 1 ? "" : `-m statistic --mode random --probability ${part} `;
  return { at, rule: `${way} ${some}-j DROP` };
}
