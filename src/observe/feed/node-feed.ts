import type { PeerMessage } from "../../core/messages.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import { counter, type FiguresOf, gauge, zerosOf } from "../../declared/figures.ts";
import type { NodeEvent } from "../../node/ports/node-events.ts";
import type { MessageFields, ObservedRecord } from "../records.ts";
import { bytesOfPart, fieldsOfPart, messageOfPart, type SeenPart } from "../wire/call-fields.ts";
import { bytesOfMessage, type FieldValues, fieldsOfEvent } from "../wire/event-fields.ts";
import { kindOf, type NodeRecordType } from "../wire/record-table.ts";
import { FlowCounts } from "./flow-counts.ts";
import type { FeedOptions } from "./options.ts";
import { type LostWhy, Recorder, type SeenHead, type SeenHow } from "./recorder.ts";
import { Subscription, type SubscriptionPorts } from "./subscription.ts";

const lossFigures = {
  dropped: counter("records", "Records that an observer was not told, as it had not read those before."),
};

/** What a node has told its observers. */
export const feedFigures = {
  watching: gauge("observers", "Observers that watch this node, such as dashboards."),
  ...lossFigures,
};

export interface NodeFeedOptions extends FeedOptions {
  readonly node: NodeId;
  readonly life: number;
}

export interface NodeFeedPorts {
  /** The machine's monotonic clock. */
  readonly now: () => Millis;
}

/** All that is seen of one node: made into records while somebody watches, and given to each who does. */
export class NodeFeed {
  readonly #options: NodeFeedOptions;
  readonly #ports: NodeFeedPorts;
  readonly #recorder: Recorder;
  readonly #flows: FlowCounts;
  readonly #subscriptions = new Set<Subscription>();
  #number = 0;
  /** Of the message that was seen last. */
  readonly #seen: { -readonly [Field in keyof SeenHead]: SeenHead[Field] } = {
    how: "messageSent",
    why: null,
    number: 0,
    at: 0,
    turn: 0,
  };
  #started: ObservedRecord | null = null;
  readonly #counters = zerosOf(lossFigures);

  constructor(options: NodeFeedOptions, ports: NodeFeedPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#flows = new FlowCounts(options);
    const { node, life, recorderRecordsMax: recordsMax } = options;
    this.#recorder = new Recorder({ node, life, recordsMax });
  }

  /** Whether anybody watches. If not, nothing is to be noted. */
  get isObserved(): boolean {
    return this.#subscriptions.size > 0;
  }

  get figures(): FiguresOf<typeof feedFigures> {
    return { watching: this.#subscriptions.size, ...this.#counters };
  }

  subscribe(options: { readonly messagesPerSecond: number }, { onDue }: Pick<SubscriptionPorts, "onDue">): Subscription {
    const subscription = new Subscription(
      { ...this.#options, ...options },
      {
        recorder: this.#recorder,
        flows: this.#flows,
        onDue,
        onDropped: (count) => {
          this.#counters.dropped += count;
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
    this.#onMessage("messageSent", message, turn, null, bytesOfMessage(message));
  }

  onReceived(message: PeerMessage, turn: number): void {
    this.#onMessage("messageReceived", message, turn, null, 0);
  }

  onLost(message: PeerMessage, why: LostWhy, turn: number): void {
    this.#onMessage("messageLost", message, turn, why, 0);
  }

  /** A question of a call among nodes, or its answer. One that is not known here is not told. */
  onPart(
    how: SeenHow,
    part: SeenPart & Pick<MessageFields, "from" | "to" | "sequence">,
    turn: number,
    why: LostWhy | null = null,
  ): void {
    const message = messageOfPart(part);
    if (message === null || !this.isObserved) return;
    const { from, to, sequence } = part;
    this.#flows.count(from, to, message, counted[how], how === "messageSent" ? bytesOfPart(part) : 0);
    this.#tell(
      this.#recorder.addOther(this.#head(how, why, turn), message, { from, to, term: 0, sequence }, fieldsOfPart(part)),
      sequence,
    );
  }

  /** Of all that is no message. */
  note(type: NodeRecordType, fields: FieldValues, turn: number): void {
    const kind = kindOf(type);
    if (kind === null || !this.isObserved) return;
    this.#number += 1;
    const { node, life } = this.#options;
    const record = { node, life, number: this.#number, at: this.#ports.now(), turn, ...fields, type } as ObservedRecord;
    for (const subscription of this.#subscriptions) subscription.onRecord(record, kind);
  }

  #onMessage(how: SeenHow, message: PeerMessage, turn: number, why: LostWhy | null, bytes: number): void {
    if (!this.isObserved) return;
    this.#flows.count(message.from, message.to, message.type, counted[how], bytes);
    this.#tell(this.#recorder.addMessage(this.#head(how, why, turn), message), message.sequence ?? 0);
  }

  /** Always the same object: whoever gets it keeps nothing of it. */
  #head(how: SeenHow, why: LostWhy | null, turn: number): SeenHead {
    this.#number += 1;
    const head = this.#seen;
    head.how = how;
    head.why = why;
    head.number = this.#number;
    head.at = this.#ports.now();
    head.turn = turn;
    return head;
  }

  #tell(place: number, sequence: number): void {
    for (const subscription of this.#subscriptions) subscription.onMessage(place, sequence, this.#seen.at);
  }
}

const counted = { messageSent: "sent", messageReceived: "received", messageLost: "lost" } as const;
