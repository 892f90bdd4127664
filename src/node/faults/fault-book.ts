import type { Millis } from "../core/types.ts";
import { type Fault, faultLimits, type StandingFault } from "./faults.ts";
import type { Clock, Timer } from "./ports.ts";

export interface FaultBookPorts {
  readonly clock: Clock;
  /** A fault has come into force, or is no longer: those who make them look again. */
  readonly onChange: () => void;
  readonly onSet: (standing: StandingFault) => void;
  readonly onCleared: (standing: StandingFault, why: "over" | "cleared") => void;
}

interface Page {
  readonly standing: StandingFault;
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
  set(fault: Fault, durationMs: Millis): StandingFault | null {
    if (this.#pages.size >= faultLimits.faultsMax) return null;
    const { clock, onChange, onSet } = this.#ports;
    const lastsMs = fault.type === "turn" ? fault.pauseMs : durationMs;
    this.#lastId += 1;
    const id = this.#lastId;
    const endsAt = lastsMs === 0 ? null : clock.now() + lastsMs;
    const timer = endsAt === null ? null : clock.at(endsAt, () => this.#end(id, "over"));
    const standing: StandingFault = { id, fault, endsAt, struck: 0 };
    this.#pages.set(id, { standing, timer });
    onSet(standing);
    onChange();
    return standing;
  }

  /** Those in force, the oldest first. */
  list(): StandingFault[] {
    return [...this.#pages.values()].map(({ standing }) => standing);
  }

  /** Those of one kind. */
  of<Type extends Fault["type"]>(type: Type): StandingFault<Extract<Fault, { type: Type }>>[] {
    return this.list().filter(
      (standing): standing is StandingFault<Extract<Fault, { type: Type }>> => standing.fault.type === type,
    );
  }

  /** @param ids which ones, if they are in force; none: all @returns those that were */
  clear(ids: readonly number[]): StandingFault[] {
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
    this.#ports.onCleared(page.standing, why);
    this.#ports.onChange();
  }
}
