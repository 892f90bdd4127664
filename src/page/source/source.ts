import type { Action, Frame, LogEntry, Welcome } from "../../observe/live.ts";

export type SourceStatus =
  | { readonly is: "connecting" }
  | { readonly is: "open" }
  /** Lost: it is tried again by itself, for the time `attempt`. */
  | { readonly is: "lost"; readonly attempt: number; readonly why: string }
  /** It can never work: another schema, or a server that refuses. */
  | { readonly is: "refused"; readonly why: string };

/** Who hears of what comes from a source. */
export interface SourceListener {
  status(status: SourceStatus): void;
  /** A connection begins: what comes now follows on nothing that came before. */
  welcome(welcome: Welcome): void;
  /** The same connection, with other rights. */
  rights(welcome: Welcome): void;
  frame(frame: Frame): void;
}

export interface Answer {
  readonly ok: boolean;
  readonly text: string;
}

/** Where frames come from, and whom the page asks. */
export interface Source {
  start(listener: SourceListener): void;
  /** Frames of that time, the oldest first; none where it cannot be had. */
  history(from: number, to: number): Promise<readonly Frame[]>;
  entries(node: number, first: number, last: number): Promise<readonly LogEntry[]>;
  control(action: Action): Promise<Answer>;
}
