import { raftProto } from "../../src/transport/wire/raft-service.ts";
import { RawCaller, type RawStream } from "../transport/raw-caller.ts";

/** Whom the liar says that it is, and what it has found out: every node tells it who asks. */
export interface Disguise {
  readonly clusterId: string;
  readonly incarnationId: string;
  readonly from: number;
  readonly diskId: string;
  /** Which of the member's processes it says that it is; left out: it does not say. */
  readonly run?: number;
}

/** A node answers sooner, or not at all, in ms. */
const answerMsMax = 1_000;

/** Somebody on the network who speaks the nodes' own protocol to one of them, and does not mean it well. */
export class Liar {
  readonly #caller: RawCaller;
  readonly #to: number;

  constructor(address: string, to: number) {
    this.#caller = new RawCaller(address);
    this.#to = to;
  }

  /** Resolves once it was answered, however. */
  async requestVote(disguise: Disguise, term: number, fields: object = {}): Promise<boolean> {
    const request = {
      envelope: this.#envelope(disguise, term),
      lastLogIndex: 1_000_000,
      lastLogTerm: Math.max(1, term - 1),
      ...fields,
    };
    const { call, ended } = this.#caller.requestVote(raftProto.RequestVote.requestSerialize(request));
    // An answer that a new term has overtaken is none, and is not sent.
    const patience = setTimeout(() => call.cancel(), answerMsMax);
    const { reply } = await ended;
    clearTimeout(patience);
    return reply === undefined ? false : raftProto.RequestVote.responseDeserialize(reply).granted;
  }

  /** Says all of it on one stream, in order. */
  tellAsLeader(disguise: Disguise, bodies: readonly (readonly [term: number, body: object])[]): void {
    const { requestSerialize } = raftProto.AppendEntries;
    this.#tell(this.#caller.openAppends(), [
      requestSerialize({ envelope: this.#envelope(disguise, 0) }),
      ...bodies.map(([term, body]) => requestSerialize({ envelope: this.#envelope(disguise, term), ...body })),
    ]);
  }

  forward(disguise: Disguise, commands: readonly Uint8Array[]): void {
    const { requestSerialize } = raftProto.Forward;
    this.#tell(this.#caller.openForwards(), [
      requestSerialize({ envelope: this.#envelope(disguise, 0) }),
      requestSerialize({ envelope: this.#envelope(disguise, 0), commands: commands.map((command, id) => ({ id, command })) }),
    ]);
  }

  sendSnapshot(disguise: Disguise, term: number, bodies: readonly object[]): void {
    const { requestSerialize } = raftProto.InstallSnapshot;
    this.#tell(this.#caller.openSnapshots(), [
      requestSerialize({ envelope: this.#envelope(disguise, 0) }),
      ...bodies.map((body) => requestSerialize({ envelope: this.#envelope(disguise, term), ...body })),
    ]);
  }

  close(): void {
    this.#caller.close();
  }

  #tell(stream: RawStream, messages: readonly Buffer[]): void {
    stream.resume();
    for (const message of messages) stream.write(message);
  }

  #envelope(disguise: Disguise, term: number) {
    return { ...disguise, to: this.#to, term, toDiskId: "" };
  }
}
