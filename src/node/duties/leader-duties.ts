import type { View } from "../../core/api.ts";
import type { MembersChange, Millis, NodeId } from "../../core/types.ts";
import type { Housekeeping } from "../../machine/machine.ts";
import type { Clock, MachineStorage, Outcome, Timer } from "../ports/ports.ts";
import type { ChangeOutcome } from "../requests/operations.ts";
import { DiskIds } from "./disk-ids.ts";
import { Housekeeper } from "./housekeeper.ts";

export interface DutiesPorts {
  readonly clock: Clock;
  readonly view: () => View;
  readonly state: Pick<MachineStorage, "scan">;
  /** Null: the machine has nothing that becomes due. */
  readonly housekeeping: Housekeeping | null;
  readonly submit: (command: Uint8Array, timeoutMs: Millis, done: (outcome: Outcome) => void) => void;
  readonly changeMembers: (change: MembersChange, timeoutMs: Millis, done: (outcome: ChangeOutcome) => void) => void;
  readonly onFailed: (error: Error) => void;
}

/** A change whose outcome is not known by then is tried again later, in ms. */
const changeTimeoutMs = 5_000;

/** What a leader does every now and then, for as long as it leads, though nobody asks for it. */
export class LeaderDuties {
  readonly #everyMs: Millis;
  readonly #clock: Clock;
  readonly #diskIds: DiskIds;
  readonly #housekeeper: Housekeeper | null;
  #timer: Timer | null = null;
  #isStopped = false;

  constructor({ housekeepingIntervalMs }: { readonly housekeepingIntervalMs: Millis }, ports: DutiesPorts) {
    const { clock, view, housekeeping, changeMembers } = ports;
    this.#everyMs = housekeepingIntervalMs;
    this.#clock = clock;
    this.#diskIds = new DiskIds({ view, changeMembers: (change, done) => changeMembers(change, changeTimeoutMs, done) });
    this.#housekeeper = housekeeping === null ? null : new Housekeeper({ ...ports, housekeeping });
  }

  /** This disk is that node's. */
  hearDisk(id: NodeId, diskId: string): void {
    this.#diskIds.hear(id, diskId);
  }

  /** Called after every turn. */
  onTurn({ role }: Pick<View, "role">): void {
    if (role === "leader") this.#arm();
    else this.#cancel();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    this.#housekeeper?.stop();
  }

  #arm(): void {
    if (this.#timer !== null || this.#isStopped) return;
    this.#timer = this.#clock.at(this.#clock.now() + this.#everyMs, () => {
      this.#timer = null;
      this.#diskIds.tick();
      this.#housekeeper?.tick();
      this.#arm();
    });
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
