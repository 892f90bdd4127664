import type { History } from "./history.ts";
import type { ObservedRecord } from "./records.ts";

/** What the dashboard's server and the page say to each other: JSON texts over one WebSocket, at `/live`. */

/** What one node is at one moment, by its own word. Times are in ms. */
export interface NodeSample {
  readonly node: number;
  readonly life: number;
  readonly at: number;
  readonly role: "follower" | "preCandidate" | "candidate" | "leader";
  readonly term: number;
  /** 0: nobody. So is `leader`. */
  readonly votedFor: number;
  readonly leader: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly durableIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  /** Time until it campaigns if it hears nothing; null for a leader and for whoever may not vote. */
  readonly electionInMs: number | null;
  /** The whole of that time, as it was drawn. */
  readonly electionTimeoutMs: number;
  /** Who has voted for it in the election that it stands in; empty otherwise. */
  readonly votes: readonly number[];
  readonly members: readonly MemberSample[];
  /** Of a leader, one for each other member; else empty. */
  readonly peers: readonly PeerSample[];
  readonly queues: {
    /** News that waits for the node's turn. */
    readonly turn: number;
    /** Messages that the core holds back until the disk has what they promise. */
    readonly disk: number;
    /** Commands and reads of clients that wait for their outcome. */
    readonly requests: number;
    /** Messages that wait to be sent, for each peer, and those that a fault holds back. */
    readonly out: readonly { readonly peer: number; readonly messages: number; readonly bytes: number; readonly held: number }[];
  };
  /** Runs of terms in its log: from index `first` on each entry is of this term. At most 64, the newest. */
  readonly runs: readonly { readonly first: number; readonly term: number }[];
  readonly faults: readonly FaultSample[];
  /** Cumulative since the start of this life. */
  readonly counts: Readonly<Record<string, number>>;
  /**
   * Stages of writes and of linearizable reads since the start of this life, in the order in which they come: writeTurn, writeDisk,
   * writeQuorum, writeApply, writeAnswer of those that this node led; readTurn, readQuorum, readApply, readAnswer of those that it
   * was asked. `counts` is cumulative: how many took at most each bound, and at its end, one longer than `boundsMs`, how many there were.
   */
  readonly stages: readonly {
    readonly name: string;
    readonly boundsMs: readonly number[];
    readonly counts: readonly number[];
    readonly sumMs: number;
  }[];
}

export interface MemberSample {
  readonly id: number;
  /** While joint: in the configuration that begins. */
  readonly isVoter: boolean;
  /** While joint: it votes in the configuration that ends. */
  readonly isOutgoing?: boolean;
  readonly peerAddress: string;
  readonly clientAddress: string;
}

export interface PeerSample {
  readonly id: number;
  readonly isVoter: boolean;
  /** "probe", "replicate" or "snapshot". */
  readonly state: string;
  readonly matchIndex: number;
  readonly nextIndex: number;
  readonly heardAgoMs: number;
}

export interface FaultSample {
  readonly id: number;
  readonly what: string;
  /** Null: until it is cleared. */
  readonly expiresInMs: number | null;
}

/** Exact counts of one type of message on one link since the frame before. */
export interface Flow {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly bytes: number;
}

/** What happened from `from` until `to`, ten times a second; at once if something rare did. */
export interface Frame {
  readonly type: "frame";
  readonly from: number;
  readonly to: number;
  /** Of each node that was heard. A node that is missing here is told by `nodeLost`. */
  readonly nodes: readonly NodeSample[];
  readonly flows: readonly Flow[];
  /** In the order of `at`. */
  readonly records: readonly ObservedRecord[];
  /** Records that are missing here, because there were too many. */
  readonly dropped: number;
  /** In a keyframe: all that was known before it, so that whoever begins here knows as much as whoever began long ago. */
  readonly before?: State;
}

/** What all frames up to a moment add up to. `fold.ts` makes it: live, from a recording and in the simulator. */
export interface State {
  /** The moment. */
  readonly at: number;
  /** From when on what happened is known. */
  readonly since: number;
  /** In rising order. */
  readonly nodes: readonly NodeState[];
  readonly history: History;
}

/** What is known of one node. */
export interface NodeState {
  readonly node: number;
  /** The last word of it, made newer by the records that came after; null: none was heard. */
  readonly sample: NodeSample | null;
  /** Whether the server hears it. One that it does not hear need not be down. */
  readonly isHeard: boolean;
  /** Since when it is heard or not. */
  readonly since: number;
  /** Why it is not heard; "" where that is unknown. */
  readonly why: string;
}

export interface Welcome {
  readonly type: "welcome";
  readonly schema: number;
  readonly cluster: { readonly id: string; readonly incarnation: string };
  /** Add this to an `at` for ms since 1970. */
  readonly toEpochMs: number;
  readonly clocks: { readonly kind: "one machine" | "estimated"; readonly errorMs: number };
  /** What this page may do: nothing without the token. */
  readonly can: { readonly control: boolean; readonly faults: boolean; readonly processes: boolean; readonly values: boolean };
  /** The nodes that the server looks for, heard or not. */
  readonly nodes: readonly number[];
  /** The history that can be asked for. */
  readonly history: { readonly from: number; readonly to: number };
  /** The newest frame. */
  readonly now: Frame | null;
}

export type ServerMessage =
  | Welcome
  | Frame
  | { readonly type: "history"; readonly id: number; readonly frames: readonly Frame[]; readonly isLast: boolean }
  | { readonly type: "entries"; readonly id: number; readonly node: number; readonly entries: readonly LogEntry[] }
  | { readonly type: "answer"; readonly id: number; readonly ok: boolean; readonly text: string };

export interface LogEntry {
  readonly index: number;
  readonly term: number;
  /** "command", "noop" or "members". */
  readonly kind: string;
  /** The command in words, as `set a b`; only its kind where values are hidden. */
  readonly text: string;
}

export type PageMessage =
  | { readonly type: "hello"; readonly schema: number; readonly token: string }
  | { readonly type: "history"; readonly id: number; readonly from: number; readonly to: number }
  | { readonly type: "entries"; readonly id: number; readonly node: number; readonly first: number; readonly last: number }
  | { readonly type: "control"; readonly id: number; readonly action: Action };

/** What a control does. A node of 0 stands for all. */
export type Action =
  | { readonly do: "pause" | "resume" | "kill" | "start"; readonly node: number }
  | { readonly do: "cut"; readonly from: number; readonly to: number; readonly both: boolean }
  | { readonly do: "delay"; readonly from: number; readonly to: number; readonly delayMs: number; readonly jitterMs: number }
  | { readonly do: "lose"; readonly from: number; readonly to: number; readonly ratio: number }
  | { readonly do: "isolate"; readonly node: number }
  | { readonly do: "heal"; readonly node: number }
  | { readonly do: "submit"; readonly node: number; readonly command: string }
  | { readonly do: "read"; readonly node: number; readonly key: string }
  | { readonly do: "transfer"; readonly node: number }
  | { readonly do: "addNode"; readonly peerAddress: string }
  | { readonly do: "removeNode"; readonly node: number };
