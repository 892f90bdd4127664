import { type CountersOf, counter, zerosOf } from "../../declared/figures.ts";

/** What the links to other nodes have done, in both directions. */
export const transportFigures = {
  messagesSent: counter("messages", "Messages to other nodes."),
  sentBytes: counter("bytes", "Messages to other nodes, without gRPC's own bytes."),
  messagesReceived: counter("messages", "Messages from other nodes that were let in."),
  receivedBytes: counter("bytes", "All that other nodes have sent, without gRPC's own bytes."),
  messagesDropped: counter("messages", "Messages that had nowhere to go, or found a queue full. Raft copes with loss."),
  strangersRefused: counter("messages", "Messages of another cluster, for another node, or from a node that is no peer."),
  malformedRefused: counter("messages", "Messages that were not as raft.proto has them, or whose numbers or checksums were wrong."),
  linksLost: counter("links", "Times that an outgoing link was lost after it had been accepted."),
};

export type TransportCounters = CountersOf<typeof transportFigures>;

export function newTransportCounters(): TransportCounters {
  return zerosOf(transportFigures);
}
