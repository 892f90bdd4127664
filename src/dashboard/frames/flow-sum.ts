import type { Flow } from "../../observe/live.ts";

/** Flows of several frames, added up. */
export class FlowSum {
  readonly #flows = new Map<string, Flow>();

  /** Those of links and types that are known are added to what there is. @returns false if there is no room for another one */
  add(flow: Flow, countMax: number): boolean {
    const key = `${flow.from} ${flow.to} ${flow.message}`;
    const known = this.#flows.get(key);
    if (known === undefined && this.#flows.size >= countMax) return false;
    const sum = {
      sent: (known?.sent ?? 0) + flow.sent,
      received: (known?.received ?? 0) + flow.received,
      lost: (known?.lost ?? 0) + flow.lost,
      bytes: (known?.bytes ?? 0) + flow.bytes,
    };
    this.#flows.set(key, { ...flow, ...sum });
    return true;
  }

  get list(): readonly Flow[] {
    return [...this.#flows.values()];
  }
}
