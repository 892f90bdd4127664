import { WebSocket } from "ws";
import type { Action, Frame, PageMessage, ServerMessage, Welcome } from "../../src/observe/live.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";
import { until } from "../support/until.ts";

const withinMs = 15_000;

/** A page of a dashboard, without a browser: it keeps all that it is told. */
export class LivePage {
  readonly socket: WebSocket;
  readonly said: ServerMessage[] = [];
  #closed: { readonly code: number; readonly reason: string } | null = null;
  #lastId = 0;

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.socket = new WebSocket(url.replace(/^http/, "ws").replace(/\/(#.*)?$/, "/live"), { headers });
    this.socket.on("message", (data) => this.said.push(JSON.parse(String(data))));
    this.socket.on("close", (code, reason) => {
      this.#closed = { code, reason: reason.toString() };
    });
  }

  /** Resolves once it is connected. @param url as the dashboard prints it, with or without its token */
  static connect(url: string, headers: Readonly<Record<string, string>> = {}): Promise<LivePage> {
    const page = new LivePage(url, headers);
    return new Promise((resolve, reject) => {
      page.socket.once("open", () => resolve(page));
      page.socket.once("error", reject);
    });
  }

  /** Connected and welcome, with the token that the address has. */
  static async open(url: string): Promise<LivePage> {
    const page = await LivePage.connect(url);
    page.say({ type: "hello", schema: 1, token: /#token=(.*)$/.exec(url)?.[1] ?? "" });
    await page.heard("welcome");
    return page;
  }

  say(message: PageMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  get frames(): readonly Frame[] {
    return this.said.filter((message): message is Frame => message.type === "frame");
  }

  get records(): readonly ObservedRecord[] {
    return this.frames.flatMap(({ records }) => records);
  }

  get welcome(): Welcome {
    const found = this.said.find((message): message is Welcome => message.type === "welcome");
    if (found === undefined) throw new Error("This page is not welcome.");
    return found;
  }

  /** What it may do, by the newest welcome: another one comes when that changes. */
  get can(): Welcome["can"] {
    return (this.said.findLast((message) => message.type === "welcome") ?? this.welcome).can;
  }

  /** The first message of this type, now or later. */
  heard<Type extends ServerMessage["type"]>(type: Type): Promise<Extract<ServerMessage, { type: Type }>> {
    return until(`a ${type} comes`, withinMs, () =>
      this.said.find((m): m is Extract<ServerMessage, { type: Type }> => m.type === type),
    );
  }

  record(what: string, test: (record: ObservedRecord) => boolean): Promise<ObservedRecord> {
    return until(`the record of ${what} comes`, withinMs, () => this.records.find(test));
  }

  /** What the server says to a control. */
  async control(action: Action): Promise<{ readonly ok: boolean; readonly text: string }> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.say({ type: "control", id, action });
    return this.answer(id);
  }

  answer(id: number): Promise<Extract<ServerMessage, { type: "answer" }>> {
    return until(`answer ${id} comes`, withinMs, () =>
      this.said.find((m): m is Extract<ServerMessage, { type: "answer" }> => m.type === "answer" && m.id === id),
    );
  }

  closed(): Promise<{ readonly code: number; readonly reason: string }> {
    return until("the connection ends", withinMs, () => this.#closed ?? undefined);
  }

  close(): void {
    this.socket.terminate();
  }
}
