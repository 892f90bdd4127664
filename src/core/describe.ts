import type { Answer, Input, Output, Store, View } from "./api.ts";
import type { CoreEvent } from "./events.ts";
import { decodeMembers } from "./members-codec.ts";
import type { MessageType, PeerMessage } from "./messages.ts";
import type { Entry, Members, MembersChange, Role, TermRun } from "./types.ts";

/**
 * One line of text for everything the core takes in or gives out. The log prints these lines, golden scripts
 * compare them, the simulator's failure report shows them. An entry is written term.index, a node n and its id.
 */

/** `[Node 2][Term 3][Follower]`: who speaks. */
export function describeSpeaker(view: Pick<View, "id" | "term" | "role">): string {
  return `[Node ${view.id}][Term ${view.term}][${roleTitle(view.role)}]`;
}

export function describeEvent(event: CoreEvent): string {
  switch (event.type) {
    case "timerExpired":
      return event.role === "follower" ? "Timer expired. Becoming Candidate." : "Timer expired. Trying again.";
    case "stateChange":
      return `${roleTitle(event.from)} becomes ${roleTitle(event.to)}: ${event.why}.`;
    case "termChange":
      return `Term ${event.from} ends, term ${event.to} begins.`;
    case "electionStarted":
      return event.preVote ? `Asking who would vote for it in term ${event.term}.` : `Campaigning in term ${event.term}.`;
    case "voteGranted":
      return `${voteName(event.preVote)} granted to node ${event.to} in term ${event.term}.`;
    case "voteRefused":
      return `${voteName(event.preVote)} refused to node ${event.to} in term ${event.term}: ${event.why}.`;
    case "leaderElected":
      return `Node ${event.leader} leads term ${event.term}.`;
    case "leaderLost":
      return `No leader is known in term ${event.term}.`;
    case "messageRefused":
      return `Refused ${messageNames[event.what]} of node ${event.from}: ${event.why}.`;
    case "termsExhausted":
      return `Term ${event.term} is the last one that can be counted: nobody can be elected. Recover the cluster (balsa cluster recover).`;
    case "logAppended":
      return `Appended ${range(event.first, event.last)}, ${describeTerms(event.terms)}.`;
    case "logTruncated":
      return `Cut off ${range(event.from, event.last)}: the leader's log differs there.`;
    case "logCommitted":
      return `Committed up to ${event.term}.${event.index}.`;
    case "readServed":
      return `A quorum confirmed ${event.count} ${event.count === 1 ? "read" : "reads"} at ${event.index}.`;
    case "progressChanged":
      return describeProgress(event);
    case "logCompacted":
      return `Dropped all entries up to ${event.to}: the state on disk has them.`;
    case "snapshotOffered":
      return `Node ${event.to} needs entry ${event.nextIndex}, which was dropped; sending it a snapshot.`;
    case "snapshotInstalled":
      return `Installed a snapshot that ends with ${event.term}.${event.index}.`;
    case "membersChanged":
      return `As of entry ${event.index} the members are ${describeMembers(event.members)}.`;
    case "learnerCaughtUp":
      return `Learner ${event.learner} has caught up, at ${event.index}.`;
    case "confirmedLost":
      return `Node ${event.peer} has lost entry ${event.index}, which it had confirmed: its data were put back to an older state. It is refused from now on.`;
    case "removed":
      return `This node is no longer a member: entry ${event.index} is committed.`;
    case "transferStarted":
      return `Handing leadership over to node ${event.to}.`;
    case "transferEnded":
      return event.outcome === "done"
        ? `Node ${event.to} has taken over: ${event.why}.`
        : `Node ${event.to} has not taken over: ${event.why}.`;
    case "diskStalled":
      return `A write to disk has taken ${Math.round(event.forMs)} ms so far.`;
    case "wokeLate":
      return `Woke ${Math.round(event.lateMs)} ms late; reading the mail first.`;
    default:
      return event satisfies never;
  }
}

const messageNames: Readonly<Record<MessageType | "snapshot", string>> = {
  voteRequest: "a request for a vote",
  voteReply: "a vote",
  append: "entries",
  appendMatch: "a confirmation",
  appendConflict: "a conflict",
  heartbeat: "a heartbeat",
  heartbeatReply: "an answer to a heartbeat",
  readIndexRequest: "a request for a read index",
  readIndexReply: "a read index",
  timeoutNow: "a call to campaign",
  snapshot: "a snapshot",
};

export function describeMessage(message: PeerMessage): string {
  return `n${message.from}->n${message.to} t${message.term} ${messageBody(message)}`;
}

export function describeInput(input: Input): string {
  switch (input.type) {
    case "message":
      return describeMessage(input.message);
    case "propose":
      return `propose #${input.ticket} ${text(input.data)}`;
    case "read":
      return `read #${input.ticket}`;
    case "stored":
      return `stored up to ${input.lastTerm}.${input.lastIndex}`;
    case "changeMembers":
      return `changeMembers #${input.ticket} ${describeChange(input.change)}`;
    case "transfer":
      return `transfer #${input.ticket} to ${input.to === null ? "the best" : `n${input.to}`}`;
    case "durable":
      return `durable up to ${input.index}`;
    case "snapshotSent":
      return `snapshot ${input.index} to n${input.to} ${input.outcome}`;
    case "snapshotReceived":
      return `snapshot #${input.ticket} ${input.snapshot.term}.${input.snapshot.index} from n${input.from} t${input.term} as ${input.name}`;
    default:
      return input satisfies never;
  }
}

/** One line for each thing an output asks for, in the order in which it must be done. */
export function describeOutput(output: Output): string[] {
  return [
    ...output.send.map((message) => `send ${describeMessage(message)}`),
    ...output.snapshots.map((to) => `send a snapshot to n${to}`),
    ...(output.store === null ? [] : [describeStore(output.store)]),
    ...(output.apply.length === 0 ? [] : [`apply ${entries(output.apply)}`]),
    ...output.answers.map(describeAnswer),
    ...output.events.map(describeEvent),
  ];
}

export function describeStore(store: Store): string {
  const vote = store.hardState?.votedFor === null ? "nobody" : `n${store.hardState?.votedFor}`;
  const hardState = store.hardState === null ? "" : ` term=${store.hardState.term} vote=${vote}`;
  const base = store.base === null ? "" : ` base=${store.base.term}.${store.base.index}`;
  const snapshot = store.snapshot === null ? "" : ` snapshot=${store.snapshot.name}`;
  return `store${hardState}${snapshot}${base}${store.entries.length === 0 ? "" : ` ${entries(store.entries)}`}`;
}

export function describeAnswer(answer: Answer): string {
  switch (answer.type) {
    case "accepted":
      return `answer #${answer.ticket} accepted at ${answer.term}.${answer.index}${answer.ids.map((id) => ` n${id}`).join("")}`;
    case "transferred":
      return `answer #${answer.ticket} transferred to n${answer.to}`;
    case "readable":
      return `answer #${answer.ticket} readable at ${answer.index}`;
    case "snapshotTaken":
      return `answer #${answer.ticket} snapshot taken`;
    case "snapshotStale":
      return `answer #${answer.ticket} snapshot stale, committed up to ${answer.commitIndex}`;
    case "snapshotRefused":
      return `answer #${answer.ticket} snapshot refused: ${answer.why}`;
    case "refused":
      return `answer #${answer.ticket} refused: ${answer.reason}${answer.leader === null ? "" : `, try n${answer.leader}`}`;
    default:
      return answer satisfies never;
  }
}

/** `n1 t2 leader last=5 durable=5 commit=4 applied=4`, and each follower's progress. */
export function describeView(view: View): string {
  const leader = view.role === "follower" ? `(${view.leader === null ? "nobody" : `n${view.leader}`})` : "";
  const peers = view.peers.map((peer) => ` n${peer.id}:${peer.state}(${peer.matchIndex},${peer.nextIndex})`).join("");
  const { id, term, role, lastIndex, durableIndex, commitIndex, appliedIndex } = view;
  return `n${id} t${term} ${role}${leader} last=${lastIndex} durable=${durableIndex} commit=${commitIndex} applied=${appliedIndex}${peers}`;
}

function messageBody(message: PeerMessage): string {
  switch (message.type) {
    case "voteRequest":
      return `${message.preVote ? "preVote?" : "vote?"}${message.transfer ? " transfer" : ""} log=${message.lastLogTerm}.${message.lastLogIndex}`;
    case "voteReply":
      return `${message.preVote ? "preVote" : "vote"} ${message.granted ? "granted" : "refused"}`;
    case "append":
      return `append after ${message.prevTerm}.${message.prevIndex} ${entries(message.entries)} commit=${message.commit}`;
    case "appendMatch":
      return `match ${message.matchIndex}`;
    case "appendConflict":
      return `conflict at ${message.prevIndex}, try ${message.hintTerm}.${message.hintIndex}`;
    case "heartbeat":
      return `heartbeat commit=${message.commit} round=${message.round} sent=${message.lastSent} confirmed=${message.confirmed}`;
    case "heartbeatReply":
      return `heartbeat answer round=${message.round} received=${message.receivedIndex} match=${message.matchIndex}${message.lacks === 0 ? "" : ` lacks=${message.lacks}`}`;
    case "readIndexRequest":
      return "readIndex?";
    case "readIndexReply":
      return `readIndex ${message.index}`;
    case "timeoutNow":
      return "timeoutNow";
    default:
      return message satisfies never;
  }
}

function entries(list: readonly Entry[]): string {
  if (list.length > 4) return `[${list.slice(0, 2).map(describeEntry).join(" ")} .. ${list.slice(-1).map(describeEntry).join("")}]`;
  return `[${list.map(describeEntry).join(" ")}]`;
}

/** `3.7`, or `3.7:x=1`. */
export function describeEntry({ term, index, kind, data }: Entry): string {
  if (kind === "noop") return `${term}.${index}`;
  return `${term}.${index}:${kind === "members" ? describeMembers(decodeMembers(data)) : text(data)}`;
}

/** `1,2,3`; `1,2,4(was 1,2,3)` while joint; `1,2,3+4` with a learner; `1,2,3+4[plan +4 -3]` with a plan. */
export function describeMembers({ voters, outgoing, learners, plan }: Members): string {
  const was = outgoing.length === 0 ? "" : `(was ${outgoing.join(",")})`;
  const learning = learners.length === 0 ? "" : `+${learners.join(",")}`;
  const leaving = plan === null || plan.remove.length === 0 ? "" : ` -${plan.remove.join(",")}`;
  const planned = plan === null ? "" : `[plan +${plan.promote.join(",")}${leaving}]`;
  return `${voters.length === 0 ? "nobody" : voters.join(",")}${was}${learning}${planned}`;
}

export function describeChange(change: MembersChange): string {
  switch (change.type) {
    case "change": {
      const add = change.add.map(({ id }) => ` +n${id === 0 ? "?" : id}${change.asLearners ? " as a learner" : ""}`).join("");
      return `change${add}${change.remove.map((id) => ` -n${id}`).join("")}${change.force ? " by force" : ""}`;
    }
    case "promote":
      return `promote${change.ids.map((id) => ` n${id}`).join("")}`;
    case "cancel":
    case "restate":
      return change.type;
    case "address":
      return `n${change.id} is at ${change.peerAddress}, for clients at ${change.clientAddress}`;
    case "disk":
      return `n${change.id} has disk ${change.diskId}`;
    default:
      return change satisfies never;
  }
}

function describeProgress({ peer, to, nextIndex }: Extract<CoreEvent, { type: "progressChanged" }>): string {
  switch (to) {
    case "probe":
      return `Looking for where node ${peer} agrees, before ${nextIndex}.`;
    case "replicate":
      return `Node ${peer} agrees up to ${nextIndex - 1}; sending it what follows.`;
    case "snapshot":
      return `Node ${peer} needs a snapshot before ${nextIndex}.`;
    default:
      return to satisfies never;
  }
}

/** `term 3`; `term 2 from 5, term 3 from 9`. */
function describeTerms(runs: readonly TermRun[]): string {
  if (runs.length === 1) return `term ${runs[0]?.term}`;
  return runs.map(({ first, term }) => `term ${term} from ${first}`).join(", ");
}

/** A command as text if it is plain ASCII, else its length. */
function text(data: Uint8Array): string {
  const isPlain = data.length <= 32 && data.every((byte) => byte > 0x20 && byte < 0x7f);
  return isPlain ? String.fromCharCode(...data) : `(${data.length} bytes)`;
}

function range(first: number, last: number): string {
  return first === last ? `entry ${first}` : `entries ${first} to ${last}`;
}

function voteName(preVote: boolean): string {
  return preVote ? "Pre-vote" : "Vote";
}

function roleTitle(role: Role): string {
  switch (role) {
    case "follower":
      return "Follower";
    case "preCandidate":
      return "Pre-candidate";
    case "candidate":
      return "Candidate";
    case "leader":
      return "Leader";
    default:
      return role satisfies never;
  }
}
