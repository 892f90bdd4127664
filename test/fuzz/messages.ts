import protobuf from "protobufjs";
import type { Random } from "../../src/sim/base/random.ts";
import type { Disguise, Known } from "./known.ts";
import { Values } from "./values.ts";
import { bytesField, doubleField, fixed32Field, tag, varint, varintField, wireTypes } from "./wire-bytes.ts";

/** How much of a message is as an honest caller might say it. */
export type Manner =
  /** All of it but for a value here and there. */
  | "plausible"
  /** It can be read, but its values are anything. */
  | "wild"
  /** It was plausible, and then bytes were changed, cut or put in. */
  | "broken"
  /** Bytes that were never a message. */
  | "noise";

/** Whoever is believed to be a member is listened to as long as what it says makes sense: one wrong message ends its stream. */
const mannersOfLiars: readonly Manner[] = ["plausible", "plausible", "plausible", "plausible", "plausible", "wild", "broken"];
const manners: readonly Manner[] = ["plausible", "plausible", "plausible", "wild", "wild", "broken", "broken", "noise"];
const depthMax = 6;
/** Part of the values that are anything in a message that is plausible but for them. */
const oddShare = 0.06;
/** What is repeated comes to no more than so: messages that are larger than a node takes are seldom. */
const repeatedBytesMax = 1_000_000;

/** Makes messages of any type that the .proto files have, or nearly such. */
export class Messages {
  readonly #random: Random;
  readonly #known: () => Known;
  readonly #values: Values;

  constructor(random: Random, known: () => Known) {
    this.#random = random;
    this.#known = known;
    this.#values = new Values(random, known);
  }

  /** @param isFirst of a stream; among nodes that is a greeting */
  make(type: protobuf.Type, disguise: Disguise, isFirst: boolean): Buffer {
    const manner = this.#random.pick(disguise.kind === "liar" ? mannersOfLiars : manners);
    // Without a greeting nothing else on the stream is looked at.
    if (isFirst && type.fields.envelope && this.#random.chance(0.9)) return this.#greeting(type, disguise);
    switch (manner) {
      case "plausible":
      case "wild":
        return this.#message(type, disguise, manner === "plausible", 0);
      case "broken":
        return this.#broken(this.#message(type, disguise, true, 0));
      case "noise":
        return this.#noise();
      default:
        return manner satisfies never;
    }
  }

  #greeting(type: protobuf.Type, disguise: Disguise): Buffer {
    return bytesField(type.fields.envelope?.id ?? 1, this.#envelope(disguise, 0n));
  }

  #envelope({ from, to, diskId, run }: Disguise, term: bigint): Buffer {
    const { clusterId, incarnationId } = this.#known();
    return Buffer.concat([
      bytesField(1, Buffer.from(clusterId)),
      varintField(2, BigInt(from)),
      varintField(3, BigInt(to)),
      varintField(4, term),
      bytesField(5, Buffer.from(diskId)),
      bytesField(7, Buffer.from(incarnationId)),
      varintField(8, BigInt(run)),
    ]);
  }

  #message(type: protobuf.Type, disguise: Disguise, isPlausible: boolean, depth: number): Buffer {
    const random = this.#random;
    const chosen = new Set(type.oneofsArray.map(({ fieldsArray }) => random.pick(fieldsArray)));
    const fields = type.fieldsArray.filter((field) => this.#isSet(field, isPlausible, chosen));
    const written = fields.flatMap((field) => {
      const first = this.#field(field, disguise, isPlausible, depth);
      const count = Math.min(this.#timesOf(field, isPlausible), Math.ceil(repeatedBytesMax / (first.length + 1)));
      // Of many, all are alike.
      const other = () => (count > 10 ? first : this.#field(field, disguise, isPlausible, depth));
      return Array.from({ length: count }, (_, i) => (i === 0 ? first : other()));
    });
    return Buffer.concat(isPlausible ? written : random.shuffled(written));
  }

  /** One of a oneof, if it is to be plausible; else any of them, or none. */
  #isSet(field: protobuf.Field, isPlausible: boolean, chosen: ReadonlySet<protobuf.Field>): boolean {
    const random = this.#random;
    if (field.name === "envelope") return random.chance(0.97);
    if (field.partOf === null || !isPlausible) return random.chance(isPlausible ? 0.85 : 0.7);
    return chosen.has(field) ? random.chance(0.95) : random.chance(0.03);
  }

  #timesOf({ repeated }: protobuf.Field, isPlausible: boolean): number {
    const random = this.#random;
    if (!repeated) return isPlausible || random.chance(0.9) ? 1 : 3;
    if (isPlausible) return random.between(1, 4);
    return random.chance(0.02) ? 5_000 : random.pick([0, 1, 2, 150]);
  }

  #field(field: protobuf.Field, disguise: Disguise, isPlausible: boolean, depth: number): Buffer {
    const { id, name, resolvedType, type } = field;
    const values = this.#values;
    const isUsual = isPlausible && !this.#random.chance(oddShare);
    if (resolvedType instanceof protobuf.Enum) return varintField(id, values.choice(resolvedType, isUsual));
    if (resolvedType instanceof protobuf.Type) {
      // Who seems to speak is for the disguise to say, or a stranger might hit upon all that is known of a member.
      if (resolvedType.name === "Envelope" && (isPlausible || this.#random.chance(0.9))) {
        return bytesField(id, this.#envelope(disguise, values.number("term", isUsual)));
      }
      return bytesField(id, depth === depthMax ? Buffer.alloc(0) : this.#message(resolvedType, disguise, isPlausible, depth + 1));
    }
    switch (type) {
      case "string":
        return bytesField(id, values.text(name, isUsual));
      case "bytes":
        return bytesField(id, values.bytes(name, isUsual));
      case "bool":
        return varintField(id, values.bool(isUsual));
      case "double":
        return doubleField(id, values.double());
      case "fixed32":
        return fixed32Field(id, this.#random.bits());
      default:
        return varintField(id, values.number(name, isUsual));
    }
  }

  #broken(bytes: Buffer): Buffer {
    const random = this.#random;
    const copy = Buffer.from(bytes);
    const place = random.below(copy.length + 1);
    switch (random.below(6)) {
      case 0:
        if (place < copy.length) copy[place] = (copy[place] ?? 0) ^ (1 << random.below(8));
        return copy;
      case 1:
        return copy.subarray(0, place);
      case 2:
        return Buffer.concat([copy.subarray(0, place), this.#values.noise(random.between(1, 9)), copy.subarray(place)]);
      case 3:
        return Buffer.concat([copy.subarray(place), copy.subarray(0, place)]);
      case 4:
        return Buffer.concat([copy, copy]);
      default:
        return Buffer.concat([copy, this.#unknownField()]);
    }
  }

  #noise(): Buffer {
    const random = this.#random;
    return random.chance(0.3) ? this.#unknownField() : this.#values.noise(random.between(0, 100));
  }

  /** Of a number that no message has: of any wire type, also one that goes deep, or promises more than there is. */
  #unknownField(): Buffer {
    const random = this.#random;
    switch (random.below(4)) {
      case 0: {
        const start = tag(99, wireTypes.groupStart);
        return Buffer.alloc(start.length * random.pick([3, 100, 20_000]), start);
      }
      case 1:
        return Buffer.concat([tag(99, wireTypes.bytes), varint(random.pick([1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n]))]);
      case 2:
        return Buffer.concat([tag(2 ** 29 - 1, random.below(8)), this.#values.noise(random.below(12))]);
      default:
        return Buffer.alloc(11, 0xff);
    }
  }
}
