import { FaultBook } from "../node/fault-book.ts";
import type { Clock, LogStorage, MachineStorage, Transport } from "../node/ports.ts";
import { TurnGate } from "../node/turn-gate.ts";
import { DiskFaults } from "../storage/disk-faults.ts";
import { FaultyLog } from "../storage/faulty-log.ts";
import { FaultyState } from "../storage/faulty-state.ts";
import { FaultyTransport } from "../transport/faulty-transport.ts";
import { LinkFaults } from "../transport/link-faults.ts";
import { faultWords, struckSentence } from "./fault-words.ts";
import type { Log } from "./log.ts";

export interface NodeFaultsPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** What the node would use if no fault were allowed. */
  readonly transport: Transport;
  readonly store: LogStorage;
  readonly state: MachineStorage;
}

/** All that stands between a node and its world where faults are allowed. Else there is none of it. */
export class NodeFaults {
  readonly book: FaultBook;
  readonly gate: TurnGate;
  readonly transport: FaultyTransport;
  readonly store: FaultyLog;
  readonly state: FaultyState;

  constructor(options: { readonly directory: string }, ports: NodeFaultsPorts) {
    const { clock, random, transport, store, state } = ports;
    const logger = ports.log.area("main");
    const links = new LinkFaults({ random });
    const disk = new DiskFaults(options, { clock, faults: () => this.book.of("disk") });
    this.book = new FaultBook({
      clock,
      onChange: () => {
        links.use(this.book.of("link"));
        this.transport.recheck();
        this.gate.recheck();
        disk.recheck();
      },
      onSet: (standing) => {
        const { id, fault, endsAt } = standing;
        const until = endsAt === null || fault.type === "turn" ? "" : `, for ${Math.round(endsAt - clock.now())} ms`;
        logger.warn({ fault: standing }, `Fault ${id} is set: ${faultWords(fault)}${until}.`);
      },
      onCleared: (standing, why) => {
        const { id, fault, struck } = standing;
        const how = why === "over" ? "is over" : "was cleared";
        logger.warn({ fault: standing }, `Fault ${id} ${how}: ${faultWords(fault)}. ${struckSentence(struck)}`);
      },
    });
    this.gate = new TurnGate({ clock, pauses: () => this.book.of("turn") });
    this.transport = new FaultyTransport({ inner: transport, faults: links, clock });
    this.store = new FaultyLog(store, disk);
    this.state = new FaultyState(state, disk);
    logger.warn(
      "FAULTS ARE ALLOWED (faults=on): whoever reaches the client port can cut this node's links, stop its turns and fail its disk. Never where data matter.",
    );
  }

  /** What is held back is lost, and no fault ends by itself any more. */
  close(): void {
    this.book.stop();
    this.transport.close();
  }
}
