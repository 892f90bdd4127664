import type { Millis } from "../../core/types.ts";
import type { Clock, Timer } from "../ports/ports.ts";
import { type ActiveFault, type Fault, faultKindOf, faultLimits } from "./faults.ts";

export interface FaultBookPorts {
  readonly clock: Clock;
  /** A fault has come into force, or is no longer: those who make them look again. */
  readonly onChange: () => void;
  readonly onSet: (active: ActiveFault) => void;
  readonly onCleared: (active: ActiveFault, why: "over" | "cleared") => void;
}

interface Page {
  readonly active: ActiveFault;
  readonly timer: Timer | null;
}

/** Which faults are in force on this node. Whoever makes them looks here; each clears when its time is up. */
export class FaultBook {
  readonly #ports: FaultBookPorts;
  readonly #pages = new Map<number, Page>();
  #lastId = 0;

  constructor(ports: FaultBookPorts) {
    this.#ports = ports;
  }

  /**
   * @param fault one in which `faultProblem` finds nothing
   * @param durationMs 0: it stays until it is cleared
   * @returns null if as many are in force as may be
   */
  set(fault: Fault, durationMs: Millis): ActiveFault | null {
    if (this.#pages.size >= faultLimits.faultsMax) return null;
    const { clock, onChange, onSet } = this.#ports;
    const lastsMs = faultKindOf(fault).lastsMs?.(fault) ?? durationMs;
    this.#lastId += 1;
    const id = this.#lastId;
    const endsAt = lastsMs === 0 ? null : clock.now() + lastsMs;
    const timer = endsAt === null ? null : clock.at(endsAt, () => this.#end(id, "over"));
    const active: ActiveFault = { id, fault, endsAt, struck: 0 };
    this.#pages.set(id, { active, timer });
    onSet(active);
    onChange();
    return active;
  }

  /** Those in force, the oldest first. */
  list(): ActiveFault[] {
    return [...this.#pages.values()].map(({ active }) => active);
  }

  /** Those of one kind. */
  of<Type extends Fault["type"]>(type: Type): ActiveFault<Extract<Fault, { type: Type }>>[] {
    return this.list().filter((active): active is ActiveFault<Extract<Fault, { type: Type }>> => active.fault.type === type);
  }

  /** @param ids which ones, if they are in force; none: all @returns those that were */
  clear(ids: readonly number[]): ActiveFault[] {
    const wanted = this.list().filter(({ id }) => ids.length === 0 || ids.includes(id));
    for (const { id } of wanted) this.#end(id, "cleared");
    return wanted;
  }

  /** No fault comes or goes by itself any more. */
  stop(): void {
    for (const { timer } of this.#pages.values()) timer?.cancel();
  }

  #end(id: number, why: "over" | "cleared"): void {
    const page = this.#pages.get(id);
    if (page === undefined) return;
    this.#pages.delete(id);
    page.timer?.cancel();
    this.#ports.onCleared(page.active, why);
    this.#ports.onChange();
  }
}
