import type { ObservedRecord } from "../../observe/records.ts";

/** What was last done to a node's process on purpose. */
export type Deed = "paused" | "killed";

const done = /^(pause|resume|kill|start) (?:node (\d+)|.*)$/;

/** Tells a node that was paused or killed on purpose from one that is only not heard. It is known from the controls of anybody. */
export class Deeds {
  readonly #deeds = new Map<number, Deed>();
  #toAll: Deed | null = null;

  take(records: readonly ObservedRecord[]): void {
    for (const record of records) {
      if (record.type === "nodeHeard") this.#set(Number(record.of), null);
      const found = record.type === "control" && record.ok === true ? done.exec(String(record.what)) : null;
      if (found === null) continue;
      const deed = found[1] === "pause" ? "paused" : found[1] === "kill" ? "killed" : null;
      this.#set(Number(found[2] ?? 0), deed);
    }
  }

  /** Null: nothing that is known of here. */
  of(node: number): Deed | null {
    return this.#deeds.get(node) ?? this.#toAll;
  }

  clear(): void {
    this.#deeds.clear();
    this.#toAll = null;
  }

  #set(node: number, deed: Deed | null): void {
    if (node === 0) {
      this.#toAll = deed;
      this.#deeds.clear();
    } else if (deed === null) this.#deeds.delete(node);
    else this.#deeds.set(node, deed);
  }
}
