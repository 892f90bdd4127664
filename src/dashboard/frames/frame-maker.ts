import { historyLimits } from "../../observe/history.ts";
import type { Frame, NodeSample } from "../../observe/live.ts";
import type { FieldValue, ObservedRecord, OwnRecords } from "../../observe/records.ts";
import type { DashboardLimits } from "../base/limits.ts";
import type { NodeBatch } from "../follow/node-feed.ts";
import { FlowSum } from "./flow-sum.ts";
import { isRare } from "./rare.ts";

export interface FrameMakerPorts {
  /** Monotonic, in ms: the clock of all times in frames. */
  readonly now: () => number;
  readonly onFrame: (frame: Frame) => void;
}

/** What the dashboard's server itself says. */
type ServerRecord = "nodeHeard" | "nodeLost" | "control";

/** Puts together what all nodes tell, into one frame at each interval, and at once if something rare has happened. */
export class FrameMaker {
  readonly #limits: Pick<DashboardLimits, "frameMs" | "atOnceMs" | "frameRecordsMax">;
  readonly #ports: FrameMakerPorts;
  /** The number of this server's life: a later one's is higher. */
  readonly #life: number;
  readonly #samples = new Map<number, NodeSample>();
  #flows = new FlowSum();
  #rare: ObservedRecord[] = [];
  #frequent: ObservedRecord[] = [];
  #dropped = 0;
  #from: number;
  #lastNumber = 0;
  #timer: NodeJS.Timeout | undefined;
  #isHurried = false;
  #newest: Frame | null = null;

  constructor(options: { readonly life: number; readonly limits: DashboardLimits }, ports: FrameMakerPorts) {
    this.#limits = options.limits;
    this.#life = options.life;
    this.#ports = ports;
    this.#from = ports.now();
    this.#arm(this.#limits.frameMs);
  }

  get newest(): Frame | null {
    return this.#newest;
  }

  /** @param shiftMs what to add to the batch's times */
  add(batch: NodeBatch, shiftMs: number): void {
    const { node, sample, flows, records, dropped } = batch;
    if (sample !== null) this.#samples.set(node, { ...sample, at: sample.at + shiftMs });
    for (const flow of flows) this.#flows.add(flow, historyLimits.flowsMax);
    for (const record of records) this.#addRecord(shiftMs === 0 ? record : { ...record, at: record.at + shiftMs });
    this.#dropped += dropped;
  }

  /** A record of this server, "node 0". */
  say<Type extends ServerRecord>(type: Type, fields: OwnRecords[Type]): void {
    this.#lastNumber += 1;
    const head = { node: 0, life: this.#life, number: this.#lastNumber, at: this.#ports.now(), turn: 0 };
    this.#addRecord({ ...(fields as Readonly<Record<string, FieldValue>>), ...head, type });
  }

  /** From now on nothing is known of it. */
  forget(node: number): void {
    this.#samples.delete(node);
  }

  /** What was told up to now was of another cluster. */
  beginAgain(): void {
    this.#samples.clear();
    this.#clear();
    this.#from = this.#ports.now();
    this.#newest = null;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #addRecord(record: ObservedRecord): void {
    if (isRare(record)) {
      this.#rare.push(record);
      this.#hurry();
    } else if (this.#frequent.length < this.#limits.frameRecordsMax) this.#frequent.push(record);
    else this.#dropped += 1;
  }

  #hurry(): void {
    if (this.#isHurried) return;
    this.#isHurried = true;
    this.#arm(this.#limits.atOnceMs);
  }

  #arm(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#make(), afterMs);
  }

  #make(): void {
    const { frameRecordsMax, frameMs } = this.#limits;
    const to = this.#ports.now();
    const records = [...this.#rare.slice(0, frameRecordsMax), ...this.#frequent].slice(0, frameRecordsMax);
    const frame: Frame = {
      type: "frame",
      from: this.#from,
      to,
      nodes: [...this.#samples.values()].sort((a, b) => a.node - b.node),
      flows: this.#flows.list,
      records: records.sort((a, b) => a.at - b.at || a.node - b.node || a.number - b.number),
      dropped: this.#dropped + this.#rare.length + this.#frequent.length - records.length,
    };
    this.#clear();
    this.#from = to;
    this.#newest = frame;
    this.#isHurried = false;
    this.#arm(frameMs);
    this.#ports.onFrame(frame);
  }
  #clear(): void {
    this.#flows = new FlowSum();
    this.#rare = [];
    this.#frequent = [];
    this.#dropped = 0;
  }
}
