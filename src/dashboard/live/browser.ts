import { historyLimits } from "../../observe/history.ts";
import type { Action, Frame, LogEntry, PageMessage, ServerMessage, Welcome } from "../../observe/live.ts";
import type { ObservedRecord } from "../../observe/records.ts";
import type { DashboardLimits } from "../base/limits.ts";
import { FlowSum } from "../frames/flow-sum.ts";
import type { Past } from "../frames/past.ts";
import { isRare } from "../frames/rare.ts";
import { readPageMessage, schemaProblem } from "./page-messages.ts";

/** As much of a WebSocket as is needed. */
export interface Socket {
  /** Bytes that were sent and have not left. */
  readonly bufferedAmount: number;
  send(data: string | Buffer, options: { readonly binary: false }, done: (error?: Error | null) => void): void;
  close(code: number, reason: string): void;
}

export interface BrowserPorts {
  /** Resolves once it is known which cluster is shown, or that no node is heard. */
  readonly known: Promise<void>;
  readonly welcome: (mayControl: boolean) => Welcome;
  readonly tokenIsRight: (token: string) => boolean;
  readonly history: Pick<Past, "startOf" | "piece">;
  readonly entries: (node: number, first: number, last: number) => Promise<readonly LogEntry[]>;
  readonly control: (action: Action) => Promise<{ readonly ok: boolean; readonly text: string }>;
  /** A message was refused, or a token was wrong. */
  readonly onRefused: () => void;
}

type HistoryRequest = Extract<PageMessage, { type: "history" }>;

/** One page that looks on. It gets less if it reads too slowly, and never later: what it did not get is counted. */
export class Browser {
  readonly #socket: Socket;
  readonly #limits: DashboardLimits;
  readonly #ports: BrowserPorts;
  readonly #helloTimer: NodeJS.Timeout;
  readonly #histories: HistoryRequest[] = [];
  #hasSaidHello = false;
  #isWelcome = false;
  #mayControl = false;
  #isClosed = false;
  #refusals = 0;
  #entriesRequests = 0;
  #controls = 0;
  /** While it is behind: what was rare in the frames that it did not get, and how many other records they had; else null. */
  #missed: { from: number; rare: ObservedRecord[]; flows: FlowSum; dropped: number } | null = null;

  constructor(socket: Socket, limits: DashboardLimits, ports: BrowserPorts) {
    this.#socket = socket;
    this.#limits = limits;
    this.#ports = ports;
    this.#helloTimer = setTimeout(() => this.#end(1008, "This page has not said hello."), limits.helloMs);
  }

  /** The connection has ended. */
  onClosed(): void {
    this.#isClosed = true;
    clearTimeout(this.#helloTimer);
    this.#histories.length = 0;
  }

  /** @param bytes of the message, which may be no text */
  onMessage(bytes: Buffer, isBinary: boolean): void {
    if (this.#isClosed) return;
    const { messageBytesMax } = this.#limits;
    if (isBinary) return this.#refuse(0, "A message must be text, as JSON.");
    if (bytes.length > messageBytesMax)
      return this.#refuse(0, `This message has ${bytes.length} bytes; at most ${messageBytesMax} are read.`);
    const understood = readPageMessage(bytes.toString());
    if ("problem" in understood) return this.#refuse(understood.id, understood.problem);
    this.#on(understood.message);
  }

  /** @param json the frame as text */
  onFrame(frame: Frame, json: Buffer): void {
    if (!this.#isWelcome || this.#isClosed) return;
    const { unreadBytesMax } = this.#limits;
    const missed = this.#missed;
    const unread = this.#socket.bufferedAmount;
    if (missed === null && unread <= unreadBytesMax) return this.#sendBytes(json);
    this.#miss(frame);
    if (missed !== null && unread <= unreadBytesMax / 2) this.#catchUp(frame);
  }

  #on(message: PageMessage): void {
    if (message.type === "hello") return this.#onHello(message.schema, message.token);
    if (!this.#isWelcome) return this.#refuse("id" in message ? message.id : 0, "A page says hello first.");
    switch (message.type) {
      case "history":
        return this.#onHistory(message);
      case "entries":
        return void this.#onEntries(message);
      case "control":
        return void this.#onControl(message.id, message.action);
      default:
        return message satisfies never;
    }
  }

  #onHello(schema: number, token: string): void {
    if (this.#hasSaidHello) return this.#refuse(0, "This page has said hello already.");
    this.#hasSaidHello = true;
    const problem = schemaProblem(schema);
    if (problem !== null) {
      this.#refuse(0, problem);
      return this.#end(1008, "Another schema.");
    }
    clearTimeout(this.#helloTimer);
    this.#mayControl = token !== "" && this.#ports.tokenIsRight(token);
    if (token !== "" && !this.#mayControl)
      this.#refuse(
        0,
        "This token is not the one that was printed when the dashboard was started. This page may look on, and nothing else.",
      );
    void this.#ports.known.then(() => this.#greet());
  }

  #greet(): void {
    if (this.#isClosed) return;
    this.#isWelcome = true;
    this.#send(this.#ports.welcome(this.#mayControl));
  }

  /** What a page may do, or who the nodes are, has changed. */
  welcomeAgain(): void {
    if (this.#isWelcome) this.#send({ ...this.#ports.welcome(this.#mayControl), now: null });
  }

  #onHistory(request: HistoryRequest): void {
    const { historyRequestsMax } = this.#limits;
    if (this.#histories.length >= historyRequestsMax)
      return this.#refuse(request.id, `At most ${historyRequestsMax} requests for history may wait.`);
    this.#histories.push(request);
    if (this.#histories.length === 1) this.#sendPiece(this.#ports.history.startOf(request.from));
  }

  /** One piece at a time, and the next once this one has left: so a browser that reads nothing costs one piece. */
  #sendPiece(after: number): void {
    const [request] = this.#histories;
    if (request === undefined || this.#isClosed) return;
    const frames = this.#ports.history.piece(after, request.to, this.#limits.pieceBytesMax);
    const isLast = frames.length === 0;
    const texts = frames.map(({ json }) => json.toString()).join(",");
    const piece = `{"type":"history","id":${request.id},"frames":[${texts}],"isLast":${isLast}}`;
    this.#socket.send(piece, { binary: false }, (error) => {
      if (error) return;
      if (isLast) this.#histories.shift();
      const next = this.#histories[0];
      if (next === undefined) return;
      const from = isLast ? this.#ports.history.startOf(next.from) : (frames.at(-1)?.to ?? after);
      // Not within the call that may have sent it at once: a long history would be a deep stack.
      setImmediate(() => this.#sendPiece(from));
    });
  }

  async #onEntries({ id, node, first, last }: Extract<PageMessage, { type: "entries" }>): Promise<void> {
    const { entriesRequestsMax } = this.#limits;
    if (this.#entriesRequests >= entriesRequestsMax)
      return this.#refuse(id, `At most ${entriesRequestsMax} requests for entries of one page may be under way.`);
    this.#entriesRequests += 1;
    try {
      const entries = await this.#ports.entries(node, first, last);
      this.#send({ type: "entries", id, node, entries });
    } catch (error) {
      this.#answer(id, false, error instanceof Error ? error.message : String(error));
    } finally {
      this.#entriesRequests -= 1;
    }
  }

  async #onControl(id: number, action: Action): Promise<void> {
    const { controlsMax } = this.#limits;
    if (!this.#mayControl)
      return this.#refuse(id, "This page may only look on: open it at the address with the token, as it was printed at the start.");
    if (this.#controls >= controlsMax) return this.#refuse(id, `At most ${controlsMax} controls of one page may be under way.`);
    this.#controls += 1;
    const { ok, text } = await this.#ports.control(action);
    this.#controls -= 1;
    this.#answer(id, ok, text);
  }

  #miss(frame: Frame): void {
    this.#missed ??= { from: frame.from, rare: [], flows: new FlowSum(), dropped: 0 };
    const { rare, flows } = this.#missed;
    for (const flow of frame.flows) flows.add(flow, historyLimits.flowsMax);
    const before = rare.length;
    const room = this.#limits.behindRecordsMax - before;
    rare.push(...frame.records.filter(isRare).slice(0, Math.max(0, room)));
    this.#missed.dropped += frame.dropped + frame.records.length - (rare.length - before);
  }

  /** The newest state, and what was rare and was counted meanwhile, as one frame. */
  #catchUp(frame: Frame): void {
    if (this.#missed === null) return;
    const { from, rare, flows, dropped } = this.#missed;
    this.#missed = null;
    this.#send({ ...frame, from, flows: flows.list, records: rare, dropped });
  }

  #answer(id: number, ok: boolean, text: string): void {
    this.#send({ type: "answer", id, ok, text });
  }

  #refuse(id: number, text: string): void {
    this.#ports.onRefused();
    this.#refusals += 1;
    this.#answer(id, false, text);
    if (this.#refusals >= this.#limits.refusalsMax) this.#end(1008, "Too many messages were refused.");
  }

  #send(message: ServerMessage): void {
    this.#sendBytes(JSON.stringify(message));
  }

  /** A page with four times the limit unread does not read at all: it gets no answer either. */
  #sendBytes(data: string | Buffer): void {
    if (this.#isClosed) return;
    if (this.#socket.bufferedAmount > 4 * this.#limits.unreadBytesMax) return this.#end(1008, "This page does not read.");
    this.#socket.send(data, { binary: false }, () => undefined);
  }

  #end(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.onClosed();
    this.#socket.close(code, reason);
  }
}
