import { until } from "../../../support/until.ts";
import type { Hand } from "../cluster/hand.ts";
import type { Place } from "../cluster/place.ts";
import { seenWithinMs } from "../struck.ts";

/** How many packets went through, found no room, or had to wait for their turn. */
export interface Counters {
  readonly packets: number;
  readonly dropped: number;
  readonly overlimits: number;
}

/** A queueing discipline of the kernel on what a place sends to its peers. Clients go another way. */
export class Shaper {
  readonly #hand: Hand;
  readonly #place: Place;
  /** The process whose network has it; null: none has. */
  #process: number | null = null;

  constructor(hand: Hand, place: Place) {
    this.#hand = hand;
    this.#place = place;
  }

  /**
   * @param discipline as tc takes it: "tbf rate 256kbit burst 4kb latency 400ms"
   * @returns whether the kernel has such a discipline
   */
  async add(discipline: string): Promise<boolean> {
    const inspected = await this.#place.inspect();
    try {
      await this.#hand.runInNetworkOf(inspected, `${this.#interface} && tc qdisc add dev "$dev" root ${discipline}`);
      this.#process = inspected.State.Pid;
      return true;
    } catch (error) {
      if (/qdisc kind is unknown/.test(String(error))) return false;
      throw error;
    }
  }

  /** What the kernel says of it, as soon as its counters show that it had an effect. */
  seen(hasEffect: (counters: Counters) => boolean): Promise<string> {
    return until("it tells on packets", seenWithinMs, async () => {
      const told = await this.#hand.runInNetworkOf(
        await this.#place.inspect(),
        `${this.#interface} && tc -s qdisc show dev "$dev"`,
      );
      const [line, ...counts] = /Sent \d+ bytes (\d+) pkt \(dropped (\d+), overlimits (\d+)[^)]*\)/.exec(told) ?? [];
      const [packets = 0, dropped = 0, overlimits = 0] = counts.map(Number);
      return hasEffect({ packets, dropped, overlimits }) ? line : undefined;
    });
  }

  /** Does nothing if it was not added, or the container was restarted since, and with it the network. */
  async remove(): Promise<void> {
    const inspected = await this.#place.inspect();
    if (inspected.State.Pid !== this.#process) return;
    await this.#hand.runInNetworkOf(inspected, `${this.#interface} && tc qdisc del dev "$dev" root`);
  }

  /** Names the interface that has the place's address: how many there are and in which order is up to the engine. */
  get #interface(): string {
    return `dev=$(ip -o -4 addr | grep -F ' ${this.#place.ip}/' | cut -d' ' -f2)`;
  }
}
