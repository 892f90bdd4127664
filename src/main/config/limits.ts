import { optionDefaults as core } from "../../core/options.ts";
import { nodeOptionDefaults as node } from "../../node/options.ts";
import { serviceOptionDefaults as service } from "../../service/options.ts";
import { scrubDefaults as scrub } from "../../storage/scrubber.ts";
import { transportDefaults as transport } from "../../transport/transport-options.ts";
import { countKey, countOrNoneKey, millisKey, type NumberKey } from "./key.ts";

/** Timing and limits, each with the default of the part that keeps it. Every number of those parts is a key. */

export const coreKeys = {
  electionTimeoutMinMs: millisKey(
    core.electionTimeoutMinMs,
    "Shortest time without a leader after which a node stands for election.",
  ),
  electionTimeoutMaxMs: millisKey(
    core.electionTimeoutMaxMs,
    "Longest such time. A leader that hears no majority for so long steps down.",
  ),
  heartbeatMs: millisKey(
    core.heartbeatMs,
    "A leader speaks to each follower at least so often. At most half of electionTimeoutMinMs.",
  ),
  diskStallMs: millisKey(core.diskStallMs, "A write to disk that takes longer makes a leader step down."),
  appendBytesMax: countKey(
    core.appendBytesMax,
    "bytes",
    "Most bytes of entries in one message to a follower; a single larger entry goes alone.",
  ),
  appendEntriesMax: countKey(core.appendEntriesMax, "entries", "Most entries in one message to a follower."),
  inflightMessagesMax: countKey(core.inflightMessagesMax, "messages", "Most messages with entries under way to one follower."),
  inflightBytesMax: countKey(core.inflightBytesMax, "bytes", "Most bytes of entries under way to one follower."),
  uncommittedBytesMax: countKey(
    core.uncommittedBytesMax,
    "bytes",
    "Most bytes of entries that a leader holds uncommitted; further writes are refused.",
  ),
  pendingReadsMax: countKey(
    core.pendingReadsMax,
    "reads",
    "Most linearizable reads waiting for a majority at one node; further ones are refused.",
  ),
  logTailEntriesMax: countKey(
    core.logTailEntriesMax,
    "entries",
    "So many of the newest entries stay in the log when it is compacted, for followers that are behind.",
  ),
  logTailBytesMax: countKey(core.logTailBytesMax, "bytes", "Most bytes of memory for these entries."),
  snapshotRetryMs: millisKey(
    core.snapshotRetryMs,
    "After a snapshot could not be sent to a node, so long passes before another try.",
  ),
  membersMax: countKey(core.membersMax, "nodes", "Most members, learners included; a change that would make them more is refused."),
  removedTellMs: millisKey(core.removedTellMs, "So long a node that was removed is still told so."),
} as const satisfies Record<keyof typeof core, NumberKey>;

export const nodeKeys = {
  applyEntriesMax: countKey(node.applyEntriesMax, "entries", "Most entries that are applied and written in one batch."),
  applyBytesMax: countKey(
    node.applyBytesMax,
    "bytes",
    "Most bytes of commands in one such batch; a single larger command goes alone.",
  ),
  recordCacheBytesMax: countKey(node.recordCacheBytesMax, "bytes", "Most bytes of recently used records kept in memory."),
  pendingMax: countKey(
    node.pendingMax,
    "requests",
    "Most requests waiting for their outcome at this node; further ones are refused.",
  ),
  pendingBytesMax: countKey(
    node.pendingBytesMax,
    "bytes",
    "Most bytes of commands waiting for their outcome at this node; further ones are refused.",
  ),
  leaderWaitMs: millisKey(node.leaderWaitMs, "How long a request waits for a leader to be found before it is refused."),
  operationsMax: countKey(
    node.operationsMax,
    "operations",
    "Most changes of the members and transfers waiting for their outcome at this node; further ones are refused.",
  ),
  changeWaitMs: millisKey(
    node.changeWaitMs,
    "How long a change of the members waits for an earlier one to end before it is refused.",
  ),
  leaveMs: millisKey(
    node.leaveMs,
    "Longest time that a node that stops takes to hand its leadership over and to answer those who wait.",
  ),
  compactEntries: countKey(
    node.compactEntries,
    "entries",
    "After so many applied entries the state is made durable, and the log may drop entries.",
  ),
  compactBytes: countKey(node.compactBytes, "bytes", "The same, after so many bytes of them."),
  compactHoldBytesMax: countKey(
    node.compactHoldBytesMax,
    "bytes",
    "Most bytes of entries kept in the log beyond that for nodes that are getting a snapshot.",
  ),
  snapshotBytesPerSecondMax: countKey(
    node.snapshotBytesPerSecondMax,
    "bytes",
    "Most bytes of snapshots that a leader sends in a second, to all nodes together.",
  ),
  snapshotStreamsMax: countKey(node.snapshotStreamsMax, "snapshots", "Most snapshots sent at once; further nodes wait."),
  snapshotChunkBytes: countKey(
    node.snapshotChunkBytes,
    "bytes",
    "Most bytes of records in one piece of a snapshot; a single larger record goes alone.",
  ),
  snapshotBackOffMs: millisKey(node.snapshotBackOffMs, "After so long the sending of a snapshot goes on over a link that broke."),
  snapshotPatienceMs: millisKey(node.snapshotPatienceMs, "A link that stays broken for so long ends the sending of a snapshot."),
  snapshotKeepMs: millisKey(
    node.snapshotKeepMs,
    "A snapshot that could not be sent stays open for so long, for the next try to go on with it.",
  ),
  choresMs: millisKey(node.choresMs, "How often a leader looks for what has become due with time, such as the end of sessions."),
  compareMs: millisKey(node.compareMs, "How often a node compares the digest of its state with that of the others."),
  compareEntries: countKey(
    node.compareEntries,
    "entries",
    "Every node remembers the digest of its state each so many entries, for the others to compare. All nodes should share it. No batch of entries is applied across such a point, so a small number makes every write to the state small.",
  ),
  changeHistoryBytesMax: countKey(node.changeHistoryBytesMax, "bytes", "Most bytes of changes kept in memory for watches."),
  changeHistoryEntriesMax: countKey(
    node.changeHistoryEntriesMax,
    "entries",
    "Most entries whose changes are kept in memory for watches.",
  ),
  watchersMax: countKey(node.watchersMax, "watches", "Most watches at one node; further ones are refused."),
  watchLeaderlessMs: millisKey(node.watchLeaderlessMs, "A watch at a node that hears no leader for so long ends."),
} as const satisfies Record<keyof typeof node, NumberKey>;

export const scrubKeys = {
  scrubBytesPerSecondMax: countOrNoneKey(
    scrub.scrubBytesPerSecondMax,
    "bytes",
    "Most bytes of log and state that are read and verified in a second, beside all other work; 0: none ever are.",
  ),
  scrubPeriodMs: millisKey(
    scrub.scrubPeriodMs,
    "So often such a round through all records begins, or as soon as the last one has ended.",
  ),
} as const satisfies Record<keyof typeof scrub, NumberKey>;

export const transportKeys = {
  messageBytesMax: countKey(
    transport.messageBytesMax,
    "bytes",
    "Most bytes of one message between nodes; a longer one breaks the link.",
  ),
  queueBytesMax: countKey(
    transport.queueBytesMax,
    "bytes",
    "Most bytes waiting to be written to one peer; past it, entries are dropped and sent again later.",
  ),
  queueMessagesMax: countKey(
    transport.queueMessagesMax,
    "messages",
    "Most messages waiting to be written to one peer; past it, any message is dropped.",
  ),
  streamWindowBytes: countKey(
    transport.streamWindowBytes,
    "bytes",
    "Most bytes handed to one peer's socket that it has not yet taken.",
  ),
  forwardPendingMax: countKey(
    transport.forwardPendingMax,
    "commands",
    "Most commands forwarded to one peer whose outcome is not yet known; further ones are refused.",
  ),
  forwardPendingBytesMax: countKey(transport.forwardPendingBytesMax, "bytes", "Most bytes of such commands."),
  forwardBatchBytesMax: countKey(
    transport.forwardBatchBytesMax,
    "bytes",
    "Most bytes of forwarded commands in one message; a single larger command goes alone.",
  ),
  callsPendingMax: countKey(
    transport.callsPendingMax,
    "calls",
    "Most calls for a vote or a digest open at once with one peer, in each direction; the oldest gives way.",
  ),
  callTimeoutMs: millisKey(transport.callTimeoutMs, "A vote or digest that has not come after this time is no longer waited for."),
  chunkTimeoutMs: millisKey(
    transport.chunkTimeoutMs,
    "A piece of a snapshot that is not answered within this time is given up; the last one is answered when all is installed.",
  ),
  connectTimeoutMs: millisKey(
    transport.connectTimeoutMs,
    "A connection to a peer that is not accepted within this time is given up.",
  ),
  backOffMinMs: millisKey(transport.backOffMinMs, "Wait before the first retry of a broken link; it doubles with each failure."),
  backOffMaxMs: millisKey(transport.backOffMaxMs, "Longest wait before a retry of a broken link."),
  keepaliveMs: millisKey(transport.keepaliveMs, "A quiet link is probed so often."),
  keepaliveTimeoutMs: millisKey(transport.keepaliveTimeoutMs, "A probe that is not answered within this time breaks the link."),
} as const satisfies Record<keyof typeof transport, NumberKey>;

/** Of two limits of one name, that of clients' messages has another one here. */
export const serviceKeys = {
  keyBytesMax: countKey(service.keyBytesMax, "bytes", "Longest key, as UTF-8."),
  valueBytesMax: countKey(service.valueBytesMax, "bytes", "Largest value."),
  batchCommandsMax: countKey(service.batchCommandsMax, "commands", "Most commands in one request."),
  batchBytesMax: countKey(service.batchBytesMax, "bytes", "Most bytes of keys and values in a request of several commands."),
  requestTimeoutMs: millisKey(service.requestTimeoutMs, "A request that brings no earlier deadline is given up after so long."),
  streamItemsMax: countKey(
    service.streamItemsMax,
    "items",
    "A client's stream with so many unanswered items is not read on until some are answered.",
  ),
  messageItemsMax: countKey(
    service.messageItemsMax,
    "items",
    "Most items in one message of a client's stream; those beyond are refused.",
  ),
  waitingReadsMax: countKey(
    service.waitingReadsMax,
    "reads",
    "Most reads that wait at one node for whatever reason; further ones are refused.",
  ),
  readKeysMax: countKey(service.readKeysMax, "keys", "Most keys that are read from the disk in one go."),
  scanLimitDefault: countKey(service.scanLimitDefault, "keys", "Keys in a page of a scan that names no limit."),
  scanLimitMax: countKey(service.scanLimitMax, "keys", "Most keys in a page of a scan."),
  scanBytesMax: countKey(service.scanBytesMax, "bytes", "Most bytes in a page of a scan; one key goes in any case."),
  watchProgressMs: millisKey(service.watchProgressMs, "A watcher whose keys do not change is told so often how far it is."),
  sessionTimeoutMs: millisKey(
    service.sessionTimeoutMs,
    "A session for which no time-out is asked expires when nothing is heard of its client for so long.",
  ),
  callsPerConnectionMax: countKey(
    service.callsPerConnectionMax,
    "calls",
    "Most calls under way on one client's connection; further ones wait there.",
  ),
  clientMessageBytesMax: countKey(
    service.messageBytesMax,
    "bytes",
    "Most bytes of results in one message of a client's stream; a single larger one goes alone.",
  ),
} as const satisfies Record<Exclude<keyof typeof service, "messageBytesMax"> | "clientMessageBytesMax", NumberKey>;
