import type { RefusalReason } from "./ports.ts";

/** A read that could not be done now. It says nothing of what is on the disk: the node goes on, unless it cannot without. */
export class ReadRefused extends Error {
  /** `overloaded`: the process has too little of something, such as file handles. `stopping`: the storage is closed. */
  readonly reason: Extract<RefusalReason, "overloaded" | "stopping">;

  constructor(reason: ReadRefused["reason"], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ReadRefused";
    this.reason = reason;
  }
}
