/** What the transport has done since it was made. Plain numbers that only grow. */
export class TransportCounters {
  messagesSent = 0;
  bytesSent = 0;
  messagesReceived = 0;
  bytesReceived = 0;
  /** Messages that had nowhere to go, or found a queue full. The core copes with loss. */
  messagesDropped = 0;
  /** Messages of another cluster, for another node, or from a node that is no peer. */
  strangersRefused = 0;
  /** Messages that were not as raft.proto has them, or whose numbers or checksums were wrong. */
  malformedRefused = 0;
  /** Times an outgoing link was lost after it had been accepted. */
  linksLost = 0;
}
