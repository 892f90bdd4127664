import { encodeRequest, type KvCommand } from "../../src/machine/kv-codec.ts";
import { isKeyRecord, keyOfRecord, type Value } from "../../src/machine/kv-records.ts";
import { decodeResult, type KvResult } from "../../src/machine/kv-results.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { encodePlain, encodeSessionCommand, type SessionCommand } from "../../src/machine/session-codec.ts";
import { lifeRange } from "../../src/machine/session-records.ts";
import { decodeSessionResult, type SessionResult } from "../../src/machine/session-results.ts";
import { type SessionLimits, withSessions } from "../../src/machine/sessions.ts";
import { MachineRun } from "./run-machine.ts";

/** A map with sessions, one command a batch, as a test would like to speak to it. */
export class SessionRun {
  readonly #machine: Machine;
  readonly #run: MachineRun;

  constructor(inner: Machine, limits?: SessionLimits) {
    this.#machine = withSessions(inner, limits);
    this.#run = new MachineRun(this.#machine);
  }

  get index(): number {
    return this.#run.index;
  }

  get time(): number {
    return this.#run.time;
  }

  set time(time: number) {
    this.#run.time = time;
  }

  /** A request outside of any session. */
  run(...commands: KvCommand[]): KvResult {
    return decodeResult(this.#batch(encodePlain(encodeRequest(commands))));
  }

  tell(command: Exclude<SessionCommand, { type: "plain" }>): SessionResult {
    return decodeSessionResult(this.#batch(encodeSessionCommand(command)));
  }

  open(timeoutMs = 10_000): ClientSession {
    const result = this.tell({ type: "open", timeoutMs });
    if (result.type !== "opened") throw new Error(`no session: ${JSON.stringify(result)}`);
    return new ClientSession(this, result.session);
  }

  /** What the leader's shell does every now and then. Returns the sessions that it named. */
  expire(): number {
    const { range, command } = this.#machine.housekeeping ?? {};
    if (range === undefined || command === undefined) throw new Error("this machine has no housekeeping");
    const lives = this.records().filter(([key]) => Buffer.compare(key, range.start) >= 0 && Buffer.compare(key, range.end) < 0);
    const bytes = command(lives, this.time);
    if (bytes === null) return 0;
    const result = decodeSessionResult(this.#batch(bytes));
    return result.type === "expired" ? result.count : -1;
  }

  get(key: string): { revision: number; value: Value } | undefined {
    return this.#run.get(key);
  }

  keys(): string[] {
    return this.records()
      .filter(([key]) => isKeyRecord(key))
      .map(([key]) => keyOfRecord(key));
  }

  records(): [key: Buffer, value: Uint8Array][] {
    return this.#run.records();
  }

  /** Without those of the sessions. */
  kvRecords(): [key: Buffer, value: Uint8Array][] {
    return this.records().filter(([key]) => key[0] !== lifeRange.start[0]);
  }

  #batch(command: Uint8Array): Uint8Array {
    const [result] = this.#run.batch([command]);
    return result ?? new Uint8Array(0);
  }
}

/** A client in a session, one request at a time. */
export class ClientSession {
  readonly #map: SessionRun;
  readonly id: number;
  sequence = 0;

  constructor(map: SessionRun, id: number) {
    this.#map = map;
    this.id = id;
  }

  /** The next request, whose answer was received before the one after it. */
  run(...commands: KvCommand[]): KvResult {
    this.sequence += 1;
    const result = this.attempt(this.sequence, this.sequence, ...commands);
    if (result.type !== "answered") throw new Error(`not answered: ${JSON.stringify(result)}`);
    return decodeResult(result.result);
  }

  attempt(sequence: number, firstOutstanding: number, ...commands: KvCommand[]): SessionResult {
    const request = encodeRequest(commands);
    return this.#map.tell({ type: "request", session: this.id, sequence, firstOutstanding, request });
  }

  keepAlive(): SessionResult {
    return this.#map.tell({ type: "keepAlive", session: this.id });
  }

  close(): SessionResult {
    return this.#map.tell({ type: "close", session: this.id });
  }
}
