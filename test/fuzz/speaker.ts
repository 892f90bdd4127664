import { Random } from "../../src/sim/base/random.ts";
import { type Call, Calls } from "./calls.ts";
import type { Disguise, Known } from "./known.ts";
import { Messages } from "./messages.ts";
import type { Method, Port } from "./methods.ts";
import { isOffLimits } from "./off-limits.ts";
import { halfCall, passBy } from "./passer-by.ts";
import { RawCaller } from "./raw-caller.ts";

/** A node as those see it who reach its ports. */
export interface Target {
  readonly id: number;
  readonly ports: Readonly<Record<Port, number>>;
}

export interface SpeakerOptions {
  readonly seed: number;
  readonly target: Target;
  /** What each port is found to serve. */
  readonly methods: Readonly<Record<Port, readonly Method[]>>;
  /** All that there are: some calls are for a port that does not have the method. */
  readonly allMethods: readonly Method[];
  readonly known: () => Known;
}

/** Who somebody is, and how it behaves. */
export type Kind = "stranger" | "namer" | "liar" | "mute" | "passer-by";

/** From another address than those who mean well, so that what an address may have is not theirs. */
const localAddress = "127.0.0.2";
const callsAtOnce = 48;
/** Of streams in one member's name a node listens to the newest only. */
const callsAtOnceOfLiars = 3;
const callsPerConnection = 400;
/** One that reads nothing makes so many calls at once, each of them so often. */
const unreadCalls = 60;
const timesAsked = 20;
/** It also keeps so many connections. */
const keptMax = 5;
const lastWordsMax = 12;
const wrongPortShare = 0.03;

/** Somebody who speaks to one node, at both its ports, for as long as it is told to. */
export class Speaker {
  readonly kind: Kind;
  readonly #options: SpeakerOptions;
  readonly #random: Random;
  readonly #calls: Calls;
  readonly #messages: Messages;
  /** Connections on which nobody reads. */
  readonly #kept: RawCaller[] = [];
  /** What it said last. */
  readonly lastWords: string[] = [];
  said = 0;
  /** The methods of which it has spoken. */
  readonly paths = new Set<string>();

  constructor(kind: Kind, options: SpeakerOptions) {
    const { seed, target, known } = options;
    this.kind = kind;
    this.#options = options;
    this.#random = new Random(seed, `${kind} of node ${target.id}`);
    this.#calls = new Calls(this.#random, known);
    this.#messages = new Messages(this.#random, known);
  }

  /** Says so many messages more. @param mayDisturb whether the cluster need not do its work meanwhile */
  async say(messages: number, mayDisturb: boolean): Promise<void> {
    const until = this.said + messages;
    while (this.said < until) {
      if (this.kind === "passer-by") await this.#passBy();
      else await this.#connectAndCall(until, mayDisturb);
    }
  }

  async #passBy(): Promise<void> {
    const { methods, target, known } = this.#options;
    const random = this.#random;
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const port = random.pick(["client", "peer"] as const);
        const method = random.pick(methods[port]);
        const drawn = this.#messages.make(method.request, this.#disguise(), false);
        const message = isOffLimits(method, drawn, known()) ? Buffer.alloc(0) : drawn;
        const bytes = halfCall(random, [method], message);
        this.#note(`passes by ${port} port of ${target.id}: ${bytes.toString("hex", 0, 300)}`, 1);
        await passBy(target.ports[port], localAddress, bytes, random.pick(["reset", "close"]));
      }),
    );
  }

  async #connectAndCall(until: number, mayDisturb: boolean): Promise<void> {
    const random = this.#random;
    const port = random.chance(this.kind === "liar" ? 0.8 : 0.5) ? "peer" : "client";
    const isMute = this.kind === "mute";
    const reads = isMute ? random.pick(["nothing", "no answers"] as const) : "all";
    const caller = new RawCaller({ port: this.#options.target.ports[port], localAddress, reads });
    const end = Math.min(until, this.said + callsPerConnection);
    const disguise = this.#disguise();
    const draw = () => this.#draw(port, disguise, mayDisturb);
    const goOn = async (): Promise<void> => {
      while (this.said < end && !caller.isOver) await this.#call(caller, draw());
    };
    // Whoever reads nothing asks the same again and again: so there is much to read where an answer is long.
    const askAgain = async (): Promise<void> => {
      const call = draw();
      await Promise.all(Array.from({ length: timesAsked }, () => this.#call(caller, call)));
    };
    if (isMute) await Promise.all(Array.from({ length: unreadCalls / timesAsked }, askAgain));
    else await Promise.all(Array.from({ length: this.kind === "liar" ? callsAtOnceOfLiars : callsAtOnce }, goOn));
    if (isMute) this.#kept.push(caller);
    else caller.close();
    while (this.#kept.length > keptMax) this.#kept.shift()?.close();
  }

  /** Closes what it still holds open. */
  leave(): void {
    for (const caller of this.#kept.splice(0)) caller.close();
  }

  async #call(caller: RawCaller, call: Call): Promise<void> {
    this.#note(call.words, call.count);
    this.paths.add(call.path);
    await caller.call(call);
  }

  #draw(port: Port, disguise: Disguise, mayDisturb: boolean): Call {
    const { methods, allMethods } = this.#options;
    const random = this.#random;
    const served = methods[port];
    // What a member's name is good for is said most.
    const amongNodes = served.filter(({ request }) => "envelope" in request.fields);
    const usual = this.kind === "liar" && amongNodes.length > 0 && random.chance(0.8) ? amongNodes : served;
    return this.#calls.draw(random.chance(wrongPortShare) ? allMethods : usual, disguise, mayDisturb);
  }

  #note(words: string, count: number): void {
    this.said += count;
    this.lastWords.push(words);
    if (this.lastWords.length > lastWordsMax) this.lastWords.shift();
  }

  /** Strangers also read nothing, or pass by; only liars say all that they know of a member. */
  #disguise(): Disguise {
    const { known, target } = this.#options;
    const { disks } = known();
    const random = this.#random;
    const to = random.chance(0.95) ? target.id : random.pick([0, 1, 2, 3, 77]);
    const run = random.pick([0, 1, 2 ** 52]);
    const member = random.pick([...disks.keys()].filter((id) => id !== target.id));
    switch (this.kind) {
      case "liar":
        return { kind: "liar", from: member, diskId: disks.get(member) ?? "", run, to };
      case "namer":
        return { kind: "namer", from: random.pick([member, member, target.id]), diskId: random.pick(["", "of nobody"]), run, to };
      case "stranger":
      case "mute":
      case "passer-by":
        return { kind: "stranger", from: random.pick([0, 1_000_000, 2 ** 40]), diskId: "of nobody", run, to };
      default:
        return this.kind satisfies never;
    }
  }
}
