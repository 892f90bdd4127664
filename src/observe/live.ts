import type { Index, Millis, NodeId, Term } from "../core/types.ts";
import type { FlowCounts, History, StageCounts } from "./history.ts";
import type { Bytes, ObservedRecord, Share } from "./records.ts";

/** What the dashboard's server and the page say to each other: JSON texts over one WebSocket, at `/live`. docs/records.md lists it. */

/** What one node is at one moment, by its own word. */
export interface NodeSample {
  /** Its id. */
  readonly node: NodeId;
  /** Names the process of that node: a later one has a higher number. */
  readonly life: number;
  /** The moment, by the clock of the frame. */
  readonly at: Millis;
  /** What it does by now. */
  readonly role: "follower" | "preCandidate" | "candidate" | "leader";
  /** The one that it is in. */
  readonly term: Term;
  /** For whom it voted in `term`; 0: nobody. */
  readonly votedFor: NodeId;
  /** Who leads for all it knows; 0: nobody. */
  readonly leader: NodeId;
  /** The oldest entry that its log still has. */
  readonly firstIndex: Index;
  /** The newest entry of its log. */
  readonly lastIndex: Index;
  /** Up to here its own disk has the log. */
  readonly durableIndex: Index;
  /** Entries up to here are committed for all it knows. */
  readonly commitIndex: Index;
  /** Entries up to here are in its state. */
  readonly appliedIndex: Index;
  /** Time until it campaigns if it hears nothing; null for a leader and for whoever may not vote. */
  readonly electionInMs: Millis | null;
  /** The whole of that time, as it was drawn. */
  readonly electionTimeoutMs: Millis;
  /** Who has voted for it in the election that it stands in; empty otherwise. */
  readonly votes: readonly NodeId[];
  /** Who takes part for all it knows, itself included. */
  readonly members: readonly MemberSample[];
  /** Of a leader, one for each other member; else empty. */
  readonly peers: readonly PeerSample[];
  /** What waits in it. */
  readonly queues: QueueSample;
  /** Runs of terms in its log. At most 64, the newest. */
  readonly runs: readonly TermRunSample[];
  /** Faults that it was told to have, and has still. */
  readonly faults: readonly FaultSample[];
  /** Figures of docs/figures.md that are counters, by their names, since the start of this life. */
  readonly counts: Readonly<Record<string, number>>;
  /**
   * Stages of writes and of linearizable reads since the start of this life, in the order in which they come: writeTurn, writeDisk,
   * writeQuorum, writeApply, writeAnswer of those that this node led; readTurn, readQuorum, readApply, readAnswer of those that it
   * was asked.
   */
  readonly stages: readonly StageCounts[];
}

/** A member of the cluster, as a node knows it. */
export interface MemberSample {
  /** Its id. */
  readonly id: NodeId;
  /** Whether it votes. While joint: in the configuration that begins. */
  readonly isVoter: boolean;
  /** While joint: it votes in the configuration that ends. */
  readonly isOutgoing?: boolean;
  /** Where other nodes call it, as "host:port"; "" where it is not known. */
  readonly peerAddress: string;
  /** Where clients call it; "" where it is not known. */
  readonly clientAddress: string;
}

/** What a leader knows of another member. */
export interface PeerSample {
  /** Its id. */
  readonly id: NodeId;
  /** Whether it votes. */
  readonly isVoter: boolean;
  /** "probe", "replicate" or "snapshot". */
  readonly state: string;
  /** Up to here its log is known to be equal to the leader's, and on its disk. */
  readonly matchIndex: Index;
  /** The entry that is sent to it next. */
  readonly nextIndex: Index;
  /** Time since it was heard last. */
  readonly heardAgoMs: Millis;
}

/** How much waits in a node, and for what. */
export interface QueueSample {
  /** News that waits for the node's turn. */
  readonly turn: number;
  /** Messages that the core holds back until the disk has what they promise. */
  readonly disk: number;
  /** Commands and reads of clients that wait for their outcome. */
  readonly requests: number;
  /** One for each peer. */
  readonly out: readonly PeerQueueSample[];
}

/** What waits for one peer. */
export interface PeerQueueSample {
  /** Its id. */
  readonly peer: NodeId;
  /** Messages that wait to be sent. */
  readonly messages: number;
  /** What they take together. */
  readonly bytes: Bytes;
  /** Messages that a fault holds back. */
  readonly held: number;
}

/** From entry `first` on each entry is of this `term`, up to the next run. */
export interface TermRunSample {
  readonly first: Index;
  readonly term: Term;
}

/** A fault on purpose. */
export interface FaultSample {
  /** Rises by one with each fault of a life. */
  readonly id: number;
  /** In words. */
  readonly what: string;
  /** Time until it ends by itself; null: it stays until it is cleared. */
  readonly expiresInMs: Millis | null;
}

/** What went over one link since the frame before. */
export type Flow = FlowCounts;

/** What happened from `from` until `to`, ten times a second; at once if something rare did. */
export interface Frame {
  readonly type: "frame";
  readonly from: Millis;
  readonly to: Millis;
  /** Of each node that was heard. A node that is missing here is told by `nodeLost`. */
  readonly nodes: readonly NodeSample[];
  /** One for each type of message and each link that had any. */
  readonly flows: readonly Flow[];
  /** In the order of `at`. Those that a node tells late, as of the time before something rare, may be older than `from`. */
  readonly records: readonly ObservedRecord[];
  /** Records that are missing here, because there were too many. */
  readonly dropped: number;
  /** In a keyframe: all that was known before it, so that whoever begins here knows as much as whoever began long ago. */
  readonly before?: State;
}

/** What all frames up to a moment add up to. `fold.ts` makes it: live, from a recording and in the simulator. */
export interface State {
  /** The moment. */
  readonly at: Millis;
  /** From when on what happened is known. */
  readonly since: Millis;
  /** In rising order. */
  readonly nodes: readonly NodeState[];
  /** What is kept of the past. */
  readonly history: History;
}

/** What is known of one node. */
export interface NodeState {
  /** Its id. */
  readonly node: NodeId;
  /** The last word of it, made newer by the records that came after; null: none was heard. */
  readonly sample: NodeSample | null;
  /** Whether the server hears it. One that it does not hear need not be down. */
  readonly isHeard: boolean;
  /** Since when it is heard or not. */
  readonly since: Millis;
  /** Why it is not heard; "" where that is unknown. */
  readonly why: string;
}

/** The first message of the server, and its answer to `hello`. Said again, without `now`, when what it says has changed. */
export interface Welcome {
  readonly type: "welcome";
  /** Version of all that docs/records.md lists. A page of another one says so, and goes no further. */
  readonly schema: number;
  /** Which cluster it is. */
  readonly cluster: ClusterName;
  /** Add this to an `at` for ms since 1970. */
  readonly toEpochMs: Millis;
  /** How far times can be relied on. */
  readonly clocks: Clocks;
  /** What this page may do: nothing without the token. */
  readonly can: Permissions;
  /** The nodes that the server looks for, heard or not. */
  readonly nodes: readonly NodeId[];
  /** The history that can be asked for. */
  readonly history: Span;
  /** The newest frame. */
  readonly now: Frame | null;
}

/** Which cluster it is: its name `id`, and the `incarnation` that tells its lives apart. */
export interface ClusterName {
  readonly id: string;
  readonly incarnation: string;
}

/** How the times of different nodes compare. */
export interface Clocks {
  /** Nodes on one machine share its clock; between machines offsets are estimated. */
  readonly kind: "one machine" | "estimated";
  /** By how much two nodes' times may be apart. */
  readonly errorMs: Millis;
}

/** What a page may do. */
export interface Permissions {
  /** Client commands, transfers, changes of the members. */
  readonly control: boolean;
  /** Faults on links: cut, delay, lose, isolate, heal. */
  readonly faults: boolean;
  /** Pause, resume, kill and start processes. */
  readonly processes: boolean;
  /** See keys and values of commands. */
  readonly values: boolean;
}

/** All from `from` until `to`. */
export interface Span {
  readonly from: Millis;
  readonly to: Millis;
}

/** Texts from the server to the page. */
export type ServerMessage = Welcome | Frame | HistoryAnswer | EntriesAnswer | ControlAnswer;

/** A part of what was asked for as `history`; the last part says `isLast`. */
export interface HistoryAnswer {
  readonly type: "history";
  /** That of the question. */
  readonly id: number;
  /** In the order of time; the first of the first part is a keyframe. */
  readonly frames: readonly Frame[];
  readonly isLast: boolean;
}

/** What was asked for as `entries`, as far as the `node` still has it. */
export interface EntriesAnswer {
  readonly type: "entries";
  /** That of the question. */
  readonly id: number;
  readonly node: NodeId;
  /** In the order of the log. */
  readonly entries: readonly LogEntry[];
}

/** What came of a `control`. Also any message that is refused is answered so, with `ok` false. */
export interface ControlAnswer {
  readonly type: "answer";
  /** That of the question; 0: it had none that could be read. */
  readonly id: number;
  /** Whether it was done. */
  readonly ok: boolean;
  /** What happened, in a sentence. */
  readonly text: string;
}

/** One entry of a node's log, by its `index` and `term`. */
export interface LogEntry {
  readonly index: Index;
  readonly term: Term;
  /** "command", "noop" or "members". */
  readonly kind: string;
  /** The command in words, as `set a b`; only its kind where values are hidden. */
  readonly text: string;
}

/** Texts from the page to the server. */
export type PageMessage = Hello | AskHistory | AskEntries | AskControl;

/** The first message of a page. */
export interface Hello {
  readonly type: "hello";
  /** As in `welcome`. */
  readonly schema: number;
  /** The one that the server has printed; "" for a page that only looks. */
  readonly token: string;
}

/** Asks for all frames from `from` until `to`. */
export interface AskHistory {
  readonly type: "history";
  /** Chosen by the page: the answer has it too. */
  readonly id: number;
  readonly from: Millis;
  readonly to: Millis;
}

/** Asks for the entries of a `node` from `first` to `last`. */
export interface AskEntries {
  readonly type: "entries";
  /** Chosen by the page: the answer has it too. */
  readonly id: number;
  readonly node: NodeId;
  readonly first: Index;
  readonly last: Index;
}

/** Asks the server to do something. */
export interface AskControl {
  readonly type: "control";
  /** Chosen by the page: the answer has it too. */
  readonly id: number;
  /** What it is to do. */
  readonly action: Action;
}

/** What a control does. A node of 0 stands for all. */
export type Action =
  /** Stops the process of `node` for a while, lets it go on, ends it as kill -9 does, or starts it again. */
  | { readonly do: "pause" | "resume" | "kill" | "start"; readonly node: NodeId }
  /** Nothing goes from `from` to `to` any more; with `both` neither the other way. */
  | { readonly do: "cut"; readonly from: NodeId; readonly to: NodeId; readonly both: boolean }
  /** Holds messages from `from` to `to` back by `delayMs`, and by up to `jitterMs` more. */
  | { readonly do: "delay"; readonly from: NodeId; readonly to: NodeId; readonly delayMs: Millis; readonly jitterMs: Millis }
  /** Loses this `ratio` of the messages from `from` to `to`. */
  | { readonly do: "lose"; readonly from: NodeId; readonly to: NodeId; readonly ratio: Share }
  /** Cuts all links of `node`, both ways. */
  | { readonly do: "isolate"; readonly node: NodeId }
  /** Clears all faults on links of `node`. */
  | { readonly do: "heal"; readonly node: NodeId }
  /** Has `node` submit the `command`, as `set a b`. */
  | { readonly do: "submit"; readonly node: NodeId; readonly command: string }
  /** Reads `key` at `node`. */
  | { readonly do: "read"; readonly node: NodeId; readonly key: string }
  /** Hands leadership to `node`; 0: to the best one. */
  | { readonly do: "transfer"; readonly node: NodeId }
  /** Takes the node at `peerAddress` in as a member. */
  | { readonly do: "addNode"; readonly peerAddress: string }
  /** `node` is no member any more. */
  | { readonly do: "removeNode"; readonly node: NodeId };
