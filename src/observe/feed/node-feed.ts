import type { PeerMessage } from "../../core/messages.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import type { NodeEvent } from "../../node/ports/node-events.ts";
import type { MessageFields, ObservedRecord } from "../records.ts";
import { bytesOfPart, fieldsOfPart, messageOfPart, type SeenPart } from "../wire/call-fields.ts";
import { bytesOfMessage, type FieldValues, fieldsOfEvent, fieldsOfMessage } from "../wire/event-fields.ts";
import { kindOf, type NodeRecordType } from "../wire/record-table.ts";
import { FlowCounts } from "./flow-counts.ts";
import type { FeedOptions } from "./options.ts";
import { Recorder } from "./recorder.ts";
import { Subscription, type SubscriptionPorts } from "./subscription.ts";

export interface NodeFeedOptions extends FeedOptions {
  readonly node: NodeId;
  readonly life: number;
}

export interface NodeFeedPorts {
  /** The machine's monotonic clock. */
  readonly now: () => Millis;
}

/** What befell a message here. */
export type SeenHow = "messageSent" | "messageReceived" | "messageLost";

/** Why a message went no further here. */
export type LostWhy = "fault" | "noLink" | "queueFull";

/** All that is seen of one node: made into records while somebody watches, and given to each who does. */
export class NodeFeed {
  readonly #options: NodeFeedOptions;
  readonly #ports: NodeFeedPorts;
  readonly #recorder: Recorder;
  readonly #flows = new FlowCounts();
  readonly #subscriptions = new Set<Subscription>();
  #number = 0;
  #started: ObservedRecord | null = null;
  /** Records that some observer was not told of, though it was to be. */
  droppedCount = 0;

  constructor(options: NodeFeedOptions, ports: NodeFeedPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#recorder = new Recorder({ recordsMax: options.recorderRecordsMax });
  }

  /** Whether anybody watches. If not, nothing is to be noted. */
  get isObserved(): boolean {
    return this.#subscriptions.size > 0;
  }

  get observerCount(): number {
    return this.#subscriptions.size;
  }

  subscribe(options: { readonly messagesPerSecond: number }, { onDue }: Pick<SubscriptionPorts, "onDue">): Subscription {
    const subscription = new Subscription(
      { ...this.#options, ...options },
      {
        recorder: this.#recorder,
        flows: this.#flows,
        onDue,
        onDropped: (count) => {
          this.droppedCount += count;
        },
      },
    );
    this.#subscriptions.add(subscription);
    if (this.#started !== null) subscription.begin(this.#started);
    return subscription;
  }

  unsubscribe(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
  }

  /** The life has begun now: each observer is told so first, whenever it comes. */
  start(fields: { readonly version: string; readonly processId: number }): void {
    const { node, life } = this.#options;
    this.#started = { node, life, number: 0, at: this.#ports.now(), turn: 0, type: "nodeStarted", ...fields } as ObservedRecord;
  }

  /** To be called at least as often as ranges are told. */
  onTime(): void {
    const now = this.#ports.now();
    for (const subscription of this.#subscriptions) subscription.onTime(now);
  }

  /** @param turn 0: outside of any turn */
  onEvent(event: NodeEvent, turn: number): void {
    this.note(event.type, fieldsOfEvent(event), turn);
  }

  onSent(message: PeerMessage, turn: number): void {
    this.onSeen("messageSent", fieldsOfMessage(message), turn, bytesOfMessage(message));
  }

  onReceived(message: PeerMessage, turn: number): void {
    this.onSeen("messageReceived", fieldsOfMessage(message), turn);
  }

  onLost(message: PeerMessage, why: LostWhy, turn: number): void {
    this.onSeen("messageLost", { ...fieldsOfMessage(message), why }, turn);
  }

  /** A question of a call among nodes, or its answer. */
  onPart(type: SeenHow, part: SeenPart & Pick<MessageFields, "from" | "to" | "sequence">, turn: number, why?: LostWhy): void {
    const { from, to, sequence } = part;
    const fields = { message: messageOfPart(part), from, to, term: 0, sequence, ...fieldsOfPart(part) };
    this.onSeen(type, why === undefined ? fields : { ...fields, why }, turn, type === "messageSent" ? bytesOfPart(part) : 0);
  }

  /** Also of what is no message of the core. */
  onSeen(type: SeenHow, fields: MessageFields, turn: number, bytes = 0): void {
    this.#flows.count(fields, counted[type], bytes);
    this.note(type, fields, turn);
  }

  note(type: NodeRecordType, fields: FieldValues, turn: number): void {
    const kind = kindOf(type);
    if (kind === null || this.#subscriptions.size === 0) return;
    this.#number += 1;
    const { node, life } = this.#options;
    const at = this.#ports.now();
    const record = { node, life, number: this.#number, at, turn, ...fields, type } as ObservedRecord;
    this.#recorder.add(record);
    for (const subscription of this.#subscriptions) subscription.onRecord(record, kind);
  }
}

const counted = { messageSent: "sent", messageReceived: "received", messageLost: "lost" } as const;
