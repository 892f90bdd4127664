import { compareState } from "../../node/duties/digest-watch.ts";
import type { PeerCall } from "../../node/ports/peer-calls.ts";
import { forward } from "../../node/requests/requests.ts";

/**
 * How the network treats a call.
 * - `once`: it may be lost either way, but never arrives twice: as on a stream that keeps its order.
 * - `again`: it may be lost either way, and may arrive twice, or when its sender has long given it up: as when a new stream
 *   overtakes what an old one still had under way.
 * - `aside`: it is lost only where the link is cut, and takes no chance from the world: what only looks on must not change it.
 */
type Manner = "once" | "again" | "aside";

/** Any other call is treated in the harshest manner. */
const manners = new Map<PeerCall<unknown, unknown>, Manner>([
  [forward, "once"],
  [compareState, "aside"],
]);

export function mannerOf(call: PeerCall<unknown, unknown>): Manner {
  return manners.get(call) ?? "again";
}
