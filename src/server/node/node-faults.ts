import type { PeerMessage } from "../../core/messages.ts";
import type { NodeId } from "../../core/types.ts";
import { FaultBook } from "../../node/faults/fault-book.ts";
import { type ActiveFault, faultKindOf, struckSentence } from "../../node/faults/faults.ts";
import { SuddenEnd } from "../../node/faults/sudden-end.ts";
import { TurnGate } from "../../node/faults/turn-gate.ts";
import type { Clock, LogStorage, MachineStorage, Transport } from "../../node/ports/ports.ts";
import { DiskFaults } from "../../storage/faults/disk-faults.ts";
import { FaultyLog } from "../../storage/faults/faulty-log.ts";
import { FaultyState } from "../../storage/faults/faulty-state.ts";
import { FaultyTransport, type LostPart } from "../../transport/faults/faulty-transport.ts";
import { LinkFaults, type Way } from "../../transport/faults/link-faults.ts";
import type { Log } from "../log/log.ts";

export interface NodeFaultsPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** What the node would use if no fault were allowed. */
  readonly transport: Transport;
  readonly store: LogStorage;
  readonly state: MachineStorage;
  /** Ends the node as kill -9 does, or as near to it as can be. */
  readonly end: () => void;
  /** This goes no further than here. */
  readonly onLost: (message: PeerMessage) => void;
  readonly onPartLost: (part: LostPart, peer: NodeId, way: Way) => void;
  readonly onFault: (type: "faultSet" | "faultCleared", active: ActiveFault) => void;
}

/** All that stands between a node and its world where faults are allowed. Else there is none of it. */
export class NodeFaults {
  readonly book: FaultBook;
  readonly gate: TurnGate;
  readonly transport: FaultyTransport;
  readonly store: FaultyLog;
  readonly state: FaultyState;

  constructor(options: { readonly directory: string }, ports: NodeFaultsPorts) {
    const { clock, random, transport, store, state, end } = ports;
    const logger = ports.log.area("main");
    const links = new LinkFaults({ random });
    const disk = new DiskFaults(options, { clock, faults: () => this.book.of("disk") });
    const suddenEnd = new SuddenEnd({ clock, exits: () => this.book.of("exit"), end });
    this.book = new FaultBook({
      clock,
      onChange: () => {
        links.use(this.book.of("link"));
        this.transport.recheck();
        this.gate.recheck();
        disk.recheck();
        suddenEnd.recheck();
      },
      onSet: (active) => {
        const { id, fault, endsAt } = active;
        const { words, lastsMs } = faultKindOf(fault);
        const until = endsAt === null || lastsMs !== null ? "" : `, for ${Math.round(endsAt - clock.now())} ms`;
        logger.warn({ fault: active }, `Fault ${id} is set: ${words(fault)}${until}.`);
        ports.onFault("faultSet", active);
      },
      onCleared: (active, why) => {
        const { id, fault } = active;
        const how = why === "over" ? "is over" : "was cleared";
        logger.warn({ fault: active }, `Fault ${id} ${how}: ${faultKindOf(fault).words(fault)}. ${struckSentence(active)}`);
        ports.onFault("faultCleared", active);
      },
    });
    this.gate = new TurnGate({ clock, pauses: () => this.book.of("turn") });
    const { onLost, onPartLost } = ports;
    this.transport = new FaultyTransport({ inner: transport, faults: links, clock, onLost, onPartLost });
    this.store = new FaultyLog(store, disk);
    this.state = new FaultyState(state, disk);
    logger.warn(
      "FAULTS ARE ALLOWED (faults=on): whoever reaches the client port can cut this node's links, stop its turns, fail its disk and end it. Never where data matter.",
    );
  }

  /** What is held back is lost, and no fault ends by itself any more. */
  close(): void {
    this.book.stop();
    this.transport.close();
  }
}
