import type { View } from "../../core/api.ts";
import { describeEvent, describeSpeaker } from "../../core/describe.ts";
import type { CoreEvent } from "../../core/events.ts";
import type { Index, Millis, NodeId, Role, Term } from "../../core/types.ts";

/** What an observer of a node sees: what its core tells, and what befalls the shell around it. */
export type NodeEvent = CoreEvent | ShellEvent;

/** What befalls a node's disk, and snapshots on their way. */
export type ShellEvent =
  /** Of the `of` bytes that a snapshot has `bytes` have arrived at node `peer`, or from it (`direction`). */
  | {
      readonly type: "snapshotProgress";
      readonly direction: "to" | "from";
      readonly peer: NodeId;
      readonly bytes: number;
      readonly of: number;
    }
  /** Every record on this node's disk was read again, `bytes` in `forMs`, and is sound. */
  | { readonly type: "scrubbed"; readonly bytes: number; readonly forMs: Millis }
  /** Not every record could be read again this time, and `why`. What was read is sound. */
  | { readonly type: "scrubCutShort"; readonly why: string }
  /** What is on this node's disk is not what was written, `what` in words; the node stops. */
  | { readonly type: "damageFound"; readonly what: string }
  /** At the same applied `index` these `nodes` have another state than this one. */
  | { readonly type: "stateDiffers"; readonly index: Index; readonly nodes: readonly NodeId[] };

/** An event as the log prints it, its speaker first. */
export function describeSpoken(event: NodeEvent, view: View): string {
  return `${describeSpeaker({ id: view.id, ...termAndRole(event, view) })} ${describeNodeEvent(event)}`;
}

/** The term and role in which a node met an event; the view may be that after the whole turn. */
export function termAndRole(event: NodeEvent, view: View): { term: Term; role: Role } {
  if (event.type === "timerExpired") return { term: event.term, role: event.role };
  if (event.type === "stateChange") return { term: event.term, role: event.from };
  return { term: view.term, role: view.role };
}

export function describeNodeEvent(event: NodeEvent): string {
  switch (event.type) {
    case "snapshotProgress":
      return `Snapshot ${event.direction} node ${event.peer}: ${event.bytes} of ${event.of} bytes are there.`;
    case "scrubbed":
      return `Read all records again, ${event.bytes} bytes in ${Math.round(event.forMs)} ms: they are sound.`;
    case "scrubCutShort":
      return `Could not read all records again this time: ${event.why}.`;
    case "damageFound":
      return event.what;
    case "stateDiffers":
      return `After entry ${event.index} the state of this node is not that of node ${event.nodes.join(", ")}.`;
    default:
      return describeEvent(event);
  }
}
