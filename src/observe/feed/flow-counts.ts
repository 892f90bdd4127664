import type { NodeId } from "../../core/types.ts";
import type { Flow } from "../live.ts";

export interface Way {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: string;
}

type Counts = { -readonly [Field in "sent" | "received" | "lost" | "bytes"]: number };
type Row = Way & Counts;

/** How many messages of each type went over each link, exactly, since the counting began. */
export class FlowCounts {
  /** By `from`, `to` and type: an object each, as a text put together for each message would cost more than the counting. */
  readonly #rows = new Map<NodeId, Map<NodeId, Map<string, Row>>>();
  readonly #max: number;
  #size = 0;

  /** @param options flowsMax: how many rows there may be */
  constructor(options: { readonly flowsMax: number }) {
    this.#max = options.flowsMax;
  }

  count(from: NodeId, to: NodeId, message: string, what: "sent" | "received" | "lost", bytes: number): void {
    const row = this.#row(from, to, message);
    if (row === null) return;
    row[what] += 1;
    row.bytes += bytes;
  }

  all(): Flow[] {
    const flows: Flow[] = [];
    for (const byTo of this.#rows.values())
      for (const byType of byTo.values()) for (const row of byType.values()) flows.push({ ...row });
    return flows;
  }

  /** Null: there is no room for another one. */
  #row(from: NodeId, to: NodeId, message: string): Row | null {
    const known = this.#rows.get(from)?.get(to)?.get(message);
    if (known !== undefined) return known;
    if (this.#size >= this.#max) return null;
    this.#size += 1;
    const byTo = entryOf(this.#rows, from, () => new Map<NodeId, Map<string, Row>>());
    const byType = entryOf(byTo, to, () => new Map<string, Row>());
    return entryOf(byType, message, () => ({ from, to, message, sent: 0, received: 0, lost: 0, bytes: 0 }));
  }
}

/** What came on top of `before`; rows without any are left out. */
export function flowsSince(before: readonly Flow[], now: readonly Flow[]): Flow[] {
  const known = new Map(before.map((flow) => [keyOf(flow), flow]));
  return now
    .map((flow) => {
      const old = known.get(keyOf(flow));
      if (old === undefined) return flow;
      const { sent, received, lost, bytes } = flow;
      return { ...flow, sent: sent - old.sent, received: received - old.received, lost: lost - old.lost, bytes: bytes - old.bytes };
    })
    .filter(({ sent, received, lost }) => sent + received + lost > 0);
}

function keyOf({ from, to, message }: Way): string {
  return `${from} ${to} ${message}`;
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
