import { gzipSync } from "node:zlib";
import type { Random } from "../../src/sim/base/random.ts";
import type { Disguise, Known } from "./known.ts";
import { Messages } from "./messages.ts";
import type { Method } from "./methods.ts";
import { isDisturbing, isOffLimits } from "./off-limits.ts";

/** One call as it goes out. */
export interface Call {
  readonly headers: Readonly<Record<string, string>>;
  /** Written one after the other. */
  readonly chunks: readonly Buffer[];
  /** How the caller leaves: in good order, in the middle, or not at all until its patience is over. */
  readonly ending: "end" | "reset" | "none";
  readonly patienceMs: number;
  /** Of the method that is meant, whatever the headers say. */
  readonly path: string;
  /** Messages in it. */
  readonly count: number;
  /** For the report of a failure. */
  readonly words: string;
}

type Headers = Record<string, string>;
/** Fields in place of the right ones; null: none. */
type Spoil = (path: string) => Readonly<Record<string, string | null>>;

/** 16 MB in a few kilobytes: beyond what any message may be once it is unpacked. */
const bomb = gzipSync(Buffer.alloc(16 * 1024 * 1024));
const messagesMax = 6;

/** What is wrong with the headers of a call. */
const spoils: readonly Spoil[] = [
  (path) => ({ ":path": `${path}/` }),
  (path) => ({ ":path": path.toLowerCase() }),
  () => ({ ":path": "/" }),
  () => ({ ":path": `/${"x".repeat(5_000)}` }),
  () => ({ ":path": "/__proto__/constructor" }),
  () => ({ ":method": "GET" }),
  () => ({ "content-type": "application/json" }),
  () => ({ "content-type": "application/grpc+thrift" }),
  () => ({ "content-type": null }),
  () => ({ te: null }),
  () => ({ "grpc-timeout": "99999999H" }),
  () => ({ "grpc-timeout": "1n" }),
  () => ({ "grpc-timeout": "-1S" }),
  () => ({ "grpc-timeout": "soon" }),
  () => ({ "grpc-timeout": "123456789012345678901234567890m" }),
  () => ({ "grpc-encoding": "gzip" }),
  () => ({ "grpc-encoding": "snappy" }),
  () => ({ "grpc-accept-encoding": "gzip,deflate,identity,nothing" }),
  () => ({ "odd-bin": "no base 64 *" }),
  () => ({ long: "x".repeat(8_000) }),
  () => Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`many-${i}`, "x"])),
];

/** Draws calls from chance: which method, what is said, how it is packed, and how it ends. */
export class Calls {
  readonly #random: Random;
  readonly #messages: Messages;
  readonly #known: () => Known;

  constructor(random: Random, known: () => Known) {
    this.#random = random;
    this.#known = known;
    this.#messages = new Messages(random, known);
  }

  /** @param mayDisturb whether the cluster need not do its work just now */
  draw(methods: readonly Method[], disguise: Disguise, mayDisturb: boolean): Call {
    const random = this.#random;
    const method = random.pick(mayDisturb ? methods : methods.filter((each) => !isDisturbing(each)));
    const messages = this.#messagesFor(method, disguise);
    const headers: Record<string, string | null> = headersOf(method.path);
    const spoil = random.chance(0.08) ? random.below(spoils.length) : null;
    if (spoil !== null) Object.assign(headers, spoils[spoil]?.(method.path));
    for (const [name, value] of Object.entries(headers)) if (value === null) delete headers[name];
    const isBomb = random.chance(0.002);
    if (isBomb) headers["grpc-encoding"] = "gzip";
    const packed = isBomb ? [framed(bomb, 1)] : messages.map((message) => this.#packed(message));
    const ending = random.chance(0.9) ? "end" : random.pick(["reset", "none"] as const);
    const chunks = random.chance(0.1) ? this.#torn(Buffer.concat(packed)) : packed;
    return {
      headers: headers as Headers,
      chunks,
      ending,
      patienceMs: random.pick([20, 50, 300]),
      path: method.path,
      count: packed.length,
      words: `${method.path} as ${disguise.kind} ${disguise.from} to ${disguise.to}, ${ending}${
        spoil === null ? "" : `, headers spoilt (${spoil})`
      }: ${packed.map((bytes) => bytes.toString("hex", 0, 200)).join(" ")}`,
    };
  }

  /** What is off limits is drawn anew, and in the end left out. */
  #messagesFor(method: Method, disguise: Disguise): Buffer[] {
    const random = this.#random;
    const count = method.requestStream ? random.between(1, messagesMax) : random.chance(0.98) ? 1 : random.pick([0, 2]);
    const drawn: Buffer[] = [];
    for (let tries = 0; drawn.length < count && tries < 3 * messagesMax; tries += 1) {
      const message = this.#messages.make(method.request, disguise, drawn.length === 0);
      if (!isOffLimits(method, message, this.#known())) drawn.push(message);
    }
    return drawn;
  }

  /** As gRPC has it: a flag, the length, the message; or nearly so. A part of it alone is no other message. */
  #packed(message: Buffer): Buffer {
    const random = this.#random;
    const right = framed(message, 0);
    switch (random.below(40)) {
      case 0:
        return framed(message, 0, Math.max(0, message.length + random.pick([-1, 1, 1_000, 2 ** 31])));
      case 1:
        return framed(message, 0, 0xffff_ffff);
      case 2:
        return framed(message, random.pick([1, 2, 255]));
      case 3:
        return right.subarray(0, random.below(right.length));
      case 4:
        return framed(gzipSync(message), 1);
      case 5:
        return Buffer.concat([Buffer.alloc(random.between(1, 8)), right]);
      default:
        return right;
    }
  }

  #torn(bytes: Buffer): Buffer[] {
    const places = Array.from({ length: this.#random.between(1, 4) }, () => this.#random.below(bytes.length + 1));
    const ends = [...places.sort((a, b) => a - b), bytes.length];
    return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
  }
}

export function headersOf(path: string): Headers {
  return { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
}

export function framed(message: Buffer, flag: number, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}
