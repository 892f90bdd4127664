import { encodeRequest, type KvCommand } from "../../src/machine/kv-codec.ts";
import { encodePlain, encodeSessionCommand } from "../../src/machine/session-codec.ts";

/** A command and the time of the log's clock at which it was given. */
export interface Told {
  readonly time: number;
  readonly command: Uint8Array;
}

/** Numbers that look random, and are the same each time. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return (this.#state >>> 8) % bound;
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }
}

interface Client {
  readonly session: number;
  sequence: number;
  firstOutstanding: number;
}

/**
 * What many clients with sessions might tell a map within some minutes: requests that attach, take and delete few keys,
 * repetitions of old ones, signs of life, pauses in which sessions expire, ends, housekeeping, and rubbish.
 */
export function sessionHistory(seed: number, count: number): Told[] {
  const dice = new Dice(seed);
  const clients: Client[] = [];
  const told: Told[] = [];
  let time = 0;
  const say = (command: Uint8Array): number => told.push({ time, command });
  while (told.length < count) {
    time += dice.below(100) === 0 ? dice.below(5_000) : dice.below(40);
    const client = dice.pick(clients.slice(-8));
    const pick = dice.below(100);
    if (client === undefined || pick < 4) {
      clients.push({
        session: say(encodeSessionCommand({ type: "open", timeoutMs: 900 + dice.below(2_000) })),
        sequence: 0,
        firstOutstanding: 1,
      });
    } else if (pick < 60) say(request(client, dice));
    else if (pick < 70) say(dice.pick(told)?.command ?? new Uint8Array(0));
    else if (pick < 76) say(encodeSessionCommand({ type: "keepAlive", session: client.session }));
    else if (pick < 78) say(encodeSessionCommand({ type: "close", session: client.session }));
    else if (pick < 84) say(encodeSessionCommand({ type: "expire", sessions: clients.slice(-20).map(({ session }) => session) }));
    else if (pick < 96) say(encodePlain(encodeRequest(commands(dice))));
    else say(Buffer.from([dice.below(3), dice.below(8), dice.below(256), dice.below(256)]));
  }
  return told;
}

function request(client: Client, dice: Dice): Uint8Array {
  if (client.sequence === 0 || dice.below(3) > 0) client.sequence += 1;
  const sequence = Math.max(1, client.sequence - dice.below(4));
  if (dice.below(2) === 0) client.firstOutstanding = Math.max(client.firstOutstanding, client.sequence - dice.below(6));
  const firstOutstanding = Math.min(sequence, client.firstOutstanding);
  return encodeSessionCommand({
    type: "request",
    session: client.session,
    sequence,
    firstOutstanding,
    request: encodeRequest(commands(dice)),
  });
}

function commands(dice: Dice): KvCommand[] {
  return Array.from({ length: dice.below(4) === 0 ? 1 + dice.below(4) : 1 }, () => {
    const key = `key-${dice.below(6)}`;
    const attached = dice.below(2) === 0;
    const pick = dice.below(5);
    if (pick === 0) return { type: "delete", key };
    if (pick === 1) return { type: "compareAndSet", key, expected: { type: "absent" }, newValue: `${dice.below(3)}`, attached };
    if (pick === 2) {
      const expected = { type: "value", value: `${dice.below(3)}` } as const;
      return { type: "compareAndSet", key, expected, newValue: dice.below(2) === 0 ? null : "x", attached };
    }
    return { type: "set", key, value: `${dice.below(3)}`, attached };
  });
}
