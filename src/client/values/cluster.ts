/** What a cluster says of itself, as BalsaAdmin and BalsaClient.status give it. */

export interface MemberInfo {
  readonly nodeId: number;
  /** "" as long as the node has not joined. */
  readonly peerAddress: string;
  /** "" where nobody has said it. */
  readonly clientAddress: string;
  /** Names the node's disk; "" as long as it has not joined. */
  readonly diskId: string;
  readonly role: MemberRole;
  /** A learner that gets a vote once it has caught up. */
  readonly toBePromoted: boolean;
  readonly toBeRemoved: boolean;
}

export type MemberRole = "MEMBER_ROLE_UNSPECIFIED" | "MEMBER_ROLE_VOTER" | "MEMBER_ROLE_LEARNER" | "MEMBER_ROLE_LEAVING";

/** How far a follower is, as its leader sees it. */
export interface PeerProgress {
  readonly nodeId: number;
  readonly address: string;
  readonly linkState: LinkState;
  /** Last entry known to be on the follower's disk. */
  readonly matchIndex: number;
  /** Next entry to send. */
  readonly nextIndex: number;
  /** Entries that the follower lacks. */
  readonly lag: number;
  readonly progress: string;
  /** Time since the follower was heard, in ms. */
  readonly lastHeardMs: number;
}

export type LinkState = "LINK_STATE_UNSPECIFIED" | "LINK_STATE_CONNECTING" | "LINK_STATE_CONNECTED" | "LINK_STATE_BROKEN";

/** A snapshot that is on its way to a node. */
export interface SnapshotProgressInfo {
  readonly toNodeId: number;
  /** Last entry that is in it. */
  readonly index: number;
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface ClusterMembers {
  readonly clusterId: string;
  /** The life of the cluster. */
  readonly incarnationId: string;
  readonly members: readonly MemberInfo[];
  /** Log index of the change that made them the members. */
  readonly index: number;
  /** Whether no change is under way. */
  readonly settled: boolean;
  /** 0: no leader is known. */
  readonly leaderId: number;
  /** "": not known. */
  readonly leaderAddress: string;
  readonly term: number;
  readonly lastIndex: number;
  /** Known to the leader only. */
  readonly progress: readonly PeerProgress[];
  readonly snapshots: readonly SnapshotProgressInfo[];
}

export type NodeRoleName = "ROLE_UNSPECIFIED" | "ROLE_FOLLOWER" | "ROLE_PRE_CANDIDATE" | "ROLE_CANDIDATE" | "ROLE_LEADER";

export interface NodeStatus {
  readonly clusterId: string;
  readonly incarnationId: string;
  readonly nodeId: number;
  readonly role: NodeRoleName;
  readonly term: number;
  /** 0: no leader is known. */
  readonly leaderId: number;
  readonly leaderAddress: string;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  /** Of a leader: its followers. */
  readonly peers: readonly PeerProgress[];
  readonly members: readonly MemberInfo[];
  readonly snapshots: readonly SnapshotProgressInfo[];
  /** Count and digest of the records as of one applied index: equal on all nodes that have come to it. */
  readonly stateDigest: { readonly appliedIndex: number; readonly records: number; readonly digest: string } | null;
  readonly verification: VerificationInfo | null;
  readonly diskBytes: number;
  readonly memoryBytes: number;
  readonly uptimeMs: number;
  readonly processId: number;
  readonly version: string;
  /** Whether FaultService is served. */
  readonly faultsEnabled: boolean;
  readonly sessions: number;
  readonly sessionsMax: number;
  /** Calls of peers that were refused because of who they come from. */
  readonly strangersRefused: number;
  /** Messages of peers that were refused because they cannot be. */
  readonly messagesRefused: number;
}

/** How often a node has verified its disk, and compared its state with the others'. */
export interface VerificationInfo {
  readonly scrubRounds: number;
  readonly scrubbedBytes: number;
  readonly compared: number;
  readonly differed: number;
  readonly comparedIndex: number;
}

/** A session, as operators see it. */
export interface SessionInfo {
  readonly sessionId: number;
  /** What its client calls itself. */
  readonly name: string;
  /** Where it was opened from. */
  readonly address: string;
  readonly timeoutMs: number;
  readonly expiresInMs: number;
  readonly openForMs: number;
  readonly attachedCount: number;
  /** Empty unless asked for. */
  readonly attachedKeys: readonly string[];
}

export interface SessionPage {
  readonly sessions: readonly SessionInfo[];
  /** Where the next page begins; 0 at the end. */
  readonly nextStartId: number;
  readonly count: number;
  readonly countMax: number;
  readonly appliedIndex: number;
}

/** A node that is to join. */
export interface AddNodeOptions {
  readonly peerAddress: string;
  readonly clientAddress?: string | undefined;
  /** Left out for a node that is started later with --join. */
  readonly diskId?: string | undefined;
  /** Whether it stays without a vote. */
  readonly learner?: boolean | undefined;
}

export interface AddedNode {
  readonly nodeId: number;
  readonly clusterId: string;
  readonly incarnationId: string;
  readonly members: readonly MemberInfo[];
}

export interface RemoveNodeOptions {
  readonly nodeId: number;
  /** Even if no majority of the remaining voters is known to be up. */
  readonly force?: boolean | undefined;
}

/** Left out, the new node is where the old one was. */
export interface ReplaceNodeOptions extends RemoveNodeOptions {
  readonly peerAddress?: string | undefined;
  readonly clientAddress?: string | undefined;
  readonly diskId?: string | undefined;
}

/** What is left out stays as it is. */
export interface ChangeAddressOptions {
  readonly nodeId: number;
  readonly peerAddress?: string | undefined;
  readonly clientAddress?: string | undefined;
}
