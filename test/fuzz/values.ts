import type protobuf from "protobufjs";
import { noMembers } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import { encodeEntries } from "../../src/format/entry-codec.ts";
import { encodeRequest } from "../../src/machine/kv-codec.ts";
import type { Random } from "../../src/sim/base/random.ts";
import type { Known } from "./known.ts";

/** Keys of values that make long answers. Most of them nobody changes. */
export const longKeys = Array.from({ length: 20 }, (_, i) => `long/${i}`);

const shortTexts = ["", "a", "k/1", "long/", "../../n1", "\0", "naïve 🛶", "0123456789abcdef", "{}", "%s", "-1"];
const notUtf8 = ["ff", "c3", "eda080", "f8888080", "616263fffe"].map((hex) => Buffer.from(hex, "hex"));
/** Nobody listens there, and nothing leaves this machine. */
const addresses = ["127.0.0.9:1", "127.0.0.9:2", "[::1]:3", "localhost:4", "no address", "127.0.0.9:99999", "a".repeat(300)];
const edges = [0n, 1n, 2n, 127n, 128n, 65_535n, 65_536n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n].concat([
  2n ** 52n - 1n,
  2n ** 52n,
  2n ** 52n + 1n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
]);
const doubles = [0, -0, 1, -1, 0.5, 1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Values for a field, by its name where that says what would fit, else by its type alone. */
export class Values {
  readonly #random: Random;
  readonly #known: () => Known;
  #prevIndex = 0;

  constructor(random: Random, known: () => Known) {
    this.#random = random;
    this.#known = known;
  }

  /** @param isPlausible something that an honest caller may say; else anything */
  number(name: string, isPlausible: boolean): bigint {
    const random = this.#random;
    if (!isPlausible) return random.chance(0.6) ? random.pick(edges) : this.#anyNumber();
    const { memberIds, terms, indexes } = this.#known();
    const near = (numbers: readonly number[]) => BigInt(Math.max(0, random.pick(numbers) + random.between(-1, 1)));
    if (/prevIndex/.test(name)) return BigInt(this.#somePrevIndex());
    if (/term$/i.test(name)) return near(terms);
    if (/index|revision|commit|round|sent|sequence|outstanding/i.test(name)) return near(random.chance(0.8) ? indexes : [1, 2]);
    if (/session/i.test(name)) return BigInt(random.between(0, Math.max(...indexes)));
    if (/nodeid|from|^to$|peer|leader/i.test(name)) return BigInt(random.pick(random.chance(0.7) ? memberIds : [0, 77]));
    if (/limit/i.test(name)) return BigInt(random.pick([0, 1, 100, 1_000, 1_000_000]));
    if (/ms$/i.test(name)) return BigInt(random.pick([0, 1, 100, 5_000, 2 ** 31]));
    return random.chance(0.7) ? BigInt(random.between(0, 5)) : near(indexes);
  }

  text(name: string, isPlausible: boolean): Buffer {
    const random = this.#random;
    const { clusterId, incarnationId, disks } = this.#known();
    if (isPlausible) {
      if (/clusterId/.test(name)) return Buffer.from(clusterId);
      // Mostly left to the node, as most callers do.
      if (/incarnationId/.test(name)) return Buffer.from(random.chance(0.5) ? "" : incarnationId);
      if (/diskId/i.test(name)) return Buffer.from(random.pick(["", "made up", ...disks.values()]));
      if (/address/i.test(name)) return Buffer.from(random.pick(addresses));
      if (/key|prefix|start/i.test(name)) return Buffer.from(random.pick([...longKeys.slice(0, 2), "k/1", "k/2", "", "long/"]));
      if (/file|symbol|services/i.test(name)) return Buffer.from(random.pick(["balsa.client.v1.ClientService", "*", "nothing"]));
      return Buffer.from(random.pick(shortTexts));
    }
    const dice = random.below(10);
    if (dice < 3) return random.pick(notUtf8);
    if (dice < 5) return this.noise(random.below(40));
    if (dice === 5) return Buffer.alloc(random.pick([4_096, 4_097, 100_000]), "x");
    return Buffer.from(random.pick(shortTexts));
  }

  /** Also what the nodes themselves put into such fields: entries, commands, members. */
  bytes(name: string, isPlausible: boolean): Buffer {
    const random = this.#random;
    if (!isPlausible)
      return random.chance(0.03) ? Buffer.alloc(random.pick([10_000, 300_000]), this.noise(7)) : this.noise(random.below(80));
    if (/entries/.test(name)) return random.chance(0.4) ? Buffer.alloc(0) : this.#entries();
    if (/command/.test(name)) return this.#command();
    if (/members/.test(name)) return Buffer.from(encodeMembers({ ...noMembers }));
    return random.pick([Buffer.alloc(0), Buffer.from("x"), Buffer.alloc(1_000, 7), this.noise(16)]);
  }

  bool(isPlausible: boolean): bigint {
    return isPlausible ? BigInt(this.#random.below(2)) : this.#random.pick(edges);
  }

  choice({ values }: protobuf.Enum, isPlausible: boolean): bigint {
    return isPlausible ? BigInt(this.#random.pick(Object.values(values))) : this.#random.pick(edges);
  }

  double(): number {
    return this.#random.pick(doubles);
  }

  noise(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#random.below(256)));
  }

  /** Of any size: as many numbers of 10 bits as of 60. */
  #anyNumber(): bigint {
    const all = (BigInt(this.#random.bits()) << 32n) | BigInt(this.#random.bits());
    return all >> BigInt(this.#random.below(64));
  }

  /** Entries that are made next follow on it, mostly. */
  #somePrevIndex(): number {
    const random = this.#random;
    this.#prevIndex = Math.max(0, random.pick(this.#known().indexes) + random.between(-8, 1));
    return this.#prevIndex;
  }

  #entries(): Buffer {
    const { terms, indexes } = this.#known();
    const random = this.#random;
    const first = random.chance(0.8) ? this.#prevIndex + 1 : Math.max(1, random.pick(indexes) + random.between(-2, 2));
    const term = Math.max(1, random.pick(terms) + random.between(-1, 1));
    const kind = random.pick(["noop", "command", "members"] as const);
    const data = kind === "noop" ? Buffer.alloc(0) : this.#command();
    const count = random.between(1, 12);
    return encodeEntries(
      Array.from({ length: count }, (_, i) => ({ index: first + i, term, kind, time: random.pick([0, 1]), data })),
    );
  }

  #command(): Buffer {
    const random = this.#random;
    if (random.chance(0.3)) return this.noise(random.below(40));
    return encodeRequest([{ type: "set", key: random.pick(["k/1", "k/2"]), value: "forwarded" }]);
  }
}
