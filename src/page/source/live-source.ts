import type { Action, Frame, LogEntry, PageMessage, ServerMessage, Welcome } from "../../observe/live.ts";
import { recordsSchema } from "../../observe/records.ts";
import type { Answer, Source, SourceListener } from "./source.ts";

export interface LiveSourceOptions {
  readonly url: string;
  /** Without one the page only looks. */
  readonly token: string;
  /** Wait before the first new attempt, in ms; it doubles up to the greatest. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** Time after which a question counts as unanswered, in ms. */
  readonly answerMs: number;
}

export const liveSourceDefaults = { retryMs: 500, retryMaxMs: 5_000, answerMs: 15_000 };

interface Waiting {
  readonly heard: (message: ServerMessage) => boolean;
  readonly lost: () => void;
}

/** The dashboard's server, over one WebSocket that is opened again whenever it closes. */
export class LiveSource implements Source {
  readonly #options: LiveSourceOptions;
  readonly #waiting = new Map<number, Waiting>();
  #listener: SourceListener | null = null;
  #socket: WebSocket | null = null;
  #isGreeted = false;
  #attempt = 0;
  #lastId = 0;

  constructor(options: LiveSourceOptions) {
    this.#options = options;
  }

  start(listener: SourceListener): void {
    this.#listener = listener;
    listener.status({ is: "connecting" });
    this.#connect();
    // A phone that wakes up need not wait for the next attempt.
    window.addEventListener("online", () => {
      if (this.#socket === null) this.#connect();
    });
  }

  async history(from: number, to: number): Promise<readonly Frame[]> {
    const frames: Frame[] = [];
    await this.#ask(
      (id) => ({ type: "history", id, from, to }),
      (message) => {
        if (message.type !== "history") return true;
        frames.push(...message.frames);
        return message.isLast;
      },
    );
    return frames;
  }

  async entries(node: number, first: number, last: number): Promise<readonly LogEntry[]> {
    let found: readonly LogEntry[] = [];
    await this.#ask(
      (id) => ({ type: "entries", id, node, first, last }),
      (message) => {
        if (message.type === "entries") found = message.entries;
        return true;
      },
    );
    return found;
  }

  async control(action: Action): Promise<Answer> {
    let answer: Answer = { ok: false, text: "No answer: whether it was done is unknown. Look at the events." };
    await this.#ask(
      (id) => ({ type: "control", id, action }),
      (message) => {
        if (message.type === "answer") answer = { ok: message.ok, text: message.text };
        return true;
      },
    );
    return answer;
  }

  /** Sends a question, and resolves once `heard` says that the answer is whole, or when there is none to come. */
  #ask(question: (id: number) => PageMessage, heard: (message: ServerMessage) => boolean): Promise<void> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(), this.#options.answerMs);
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve();
      };
      this.#waiting.set(id, { heard, lost: end });
      if (!this.#send(question(id))) end();
    });
  }

  #send(message: PageMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #connect(): void {
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    this.#isGreeted = false;
    socket.addEventListener("open", () => {
      this.#send({ type: "hello", schema: recordsSchema, token: this.#options.token });
    });
    socket.addEventListener("message", ({ data }) => {
      if (this.#socket === socket) this.#read(socket, String(data));
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (this.#socket === socket) this.#closed(code, reason);
    });
  }

  #read(socket: WebSocket, text: string): void {
    let message: ServerMessage;
    try {
      message = JSON.parse(text);
    } catch {
      // Whoever speaks so is no dashboard of this version: perhaps the next connection reaches one.
      socket.close();
      return;
    }
    this.#receive(message);
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#welcome(message);
        return;
      case "frame":
        this.#listener?.frame(message);
        return;
      default: {
        const waiting = this.#waiting.get(message.id);
        if (waiting?.heard(message)) waiting.lost();
      }
    }
  }

  /** The first one greets; the answer to `hello` tells what this page may do. */
  #welcome(welcome: Welcome): void {
    if (welcome.schema !== recordsSchema) {
      const why = `The server speaks schema ${welcome.schema}, this page ${recordsSchema}. Load the page again.`;
      this.#listener?.status({ is: "refused", why });
      this.#socket?.close();
      this.#socket = null;
      return;
    }
    this.#attempt = 0;
    if (this.#isGreeted) {
      this.#listener?.rights(welcome);
      return;
    }
    this.#isGreeted = true;
    this.#listener?.status({ is: "open" });
    this.#listener?.welcome(welcome);
  }

  #closed(code: number, reason: string): void {
    this.#socket = null;
    for (const { lost } of [...this.#waiting.values()]) lost();
    this.#attempt += 1;
    // What the server says when it closes on purpose is for the reader; by itself a number means nothing.
    const why = reason === "" ? `The connection closed (${code}).` : reason;
    this.#listener?.status({ is: "lost", attempt: this.#attempt, why });
    const { retryMs, retryMaxMs } = this.#options;
    setTimeout(
      () => {
        if (this.#socket === null) this.#connect();
      },
      Math.min(retryMaxMs, retryMs * 2 ** (this.#attempt - 1)),
    );
  }
}
