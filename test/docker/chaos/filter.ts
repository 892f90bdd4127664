import type { Hand } from "./hand.ts";
import type { Place } from "./place.ts";

/** A rule in the network of one place, as iptables takes it behind -A: "INPUT -s 10.0.0.1 -j DROP". */
export interface Rule {
  readonly at: Place;
  readonly rule: string;
}

/** Packets that do not pass: rules in the networks of containers, counted by the kernel, and removed again. */
export class Filter {
  readonly #hand: Hand;
  readonly #rules: readonly Rule[];
  /** The processes whose networks have the rules: after a restart the network is another one, without any. */
  readonly #processes = new Map<Place, number>();

  constructor(hand: Hand, rules: readonly Rule[]) {
    this.#hand = hand;
    this.#rules = rules;
  }

  /** Puts the rules into force, everywhere at about the same time. */
  async add(): Promise<void> {
    await this.#eachPlace(async (place, rules) => {
      const inspected = await place.inspect();
      this.#processes.set(place, inspected.State.Pid);
      await this.#hand.runInNetworkOf(inspected, rules.map((rule) => `iptables -w -A ${rule}`).join(" && "));
    });
  }

  /** How many packets they have dropped so far. */
  async dropped(): Promise<number> {
    let sum = 0;
    await this.#eachPlace(async (place) => {
      const inspected = await place.inspect();
      if (inspected.State.Pid !== this.#processes.get(place)) return;
      const listed = await this.#hand.runInNetworkOf(inspected, "iptables -w -L -nvx");
      for (const [, packets] of listed.matchAll(/^\s*(\d+)\s+\d+\s+DROP\s/gm)) sum += Number(packets);
    });
    return sum;
  }

  async remove(): Promise<void> {
    await this.#eachPlace(async (place, rules) => {
      const inspected = await place.inspect();
      if (inspected.State.Pid !== this.#processes.get(place)) return;
      await this.#hand.runInNetworkOf(inspected, rules.map((rule) => `iptables -w -D ${rule}`).join(" && "));
    });
  }

  async #eachPlace(act: (place: Place, rules: readonly string[]) => Promise<void>): Promise<void> {
    const places = [...new Set(this.#rules.map(({ at }) => at))];
    const rulesOf = (place: Place) => this.#rules.filter(({ at }) => at === place).map(({ rule }) => rule);
    await Promise.all(places.map((place) => act(place, rulesOf(place))));
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
