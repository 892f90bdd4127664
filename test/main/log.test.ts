import { type LogLevels, parseLogLevels } from "../../src/config/log-levels.ts";
import type { View } from "../../src/core/api.ts";
import { noMembers } from "../../src/core/members.ts";
import type { NodeEvent } from "../../src/node/ports/node-events.ts";
import { Log } from "../../src/server/log/log.ts";
import { voice } from "../../src/server/log/log-voice.ts";

const view: View = {
  id: 2,
  role: "candidate",
  term: 3,
  votedFor: 2,
  leader: null,
  lastIndex: 7,
  durableIndex: 7,
  commitIndex: 7,
  appliedIndex: 7,
  firstIndex: 1,
  installing: null,
  members: noMembers,
  membersIndex: 0,
  membersCommitted: true,
  departing: [],
  transferTo: null,
  electionDueAt: null,
  electionTimeoutMs: 200,
  votes: [],
  heldCount: 0,
  time: 0,
  peers: [],
};

/** A log at these levels and the lines of JSON that it wrote. */
function logAt(levels: string): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const log = new Log(
    { node: 2, clusterId: "balsa", levels: parseLogLevels(levels) },
    { write: (line: string) => lines.push(line) },
  );
  return { log, lines };
}

describe("the voice", () => {
  test.each<[string, NodeEvent, string]>([
    [
      "an expired timer is told by the role in which it expired, not by the one that followed",
      { type: "timerExpired", role: "follower", term: 3 },
      "[Node 2][Term 3][Follower] Timer expired. Becoming Candidate.\n",
    ],
    [
      "a change of role is told by the old one",
      { type: "stateChange", from: "leader", to: "follower", term: 4, why: "node 1 has term 4" },
      "[Node 2][Term 4][Leader] Leader becomes Follower: node 1 has term 4.\n",
    ],
    [
      "all else is told by what the node is after the turn",
      { type: "leaderElected", leader: 1, term: 3 },
      "[Node 2][Term 3][Candidate] Node 1 leads term 3.\n",
    ],
  ])("%s", (_, event, expected) => {
    const { log, lines } = logAt("info");
    log.event(event, view);
    expect(lines.map(voice)).toEqual([expected]);
  });

  test("the parts of a node speak for themselves, and main for the node", () => {
    const { log, lines } = logAt("info");
    log.area("main").info("Serving.");
    log.area("transport").info("Connected to node 3.");
    expect(lines.map(voice)).toEqual(["[Node 2] Serving.\n", "[Node 2][Transport] Connected to node 3.\n"]);
  });

  test("warnings and errors say that they are, and why", () => {
    const { log, lines } = logAt("info");
    log.area("main").warn("Nearly full.");
    log.area("storage").error({ err: new Error("no space left") }, "A write failed.");
    expect(lines.map(voice)).toEqual([
      "[Node 2] Warning: Nearly full.\n",
      "[Node 2][Storage] Error: A write failed. (no space left)\n",
    ]);
  });
});

describe("JSON", () => {
  test("a line holds the words and the facts", () => {
    const { log, lines } = logAt("info");
    log.event({ type: "leaderElected", leader: 1, term: 3 }, view);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      cluster: "balsa",
      node: 2,
      area: "election",
      term: 3,
      role: "candidate",
      event: { type: "leaderElected", leader: 1, term: 3 },
      msg: "Node 1 leads term 3.",
    });
  });
});

describe("levels by area", () => {
  const appended: NodeEvent = { type: "logAppended", first: 1, last: 1, term: 3, terms: [{ first: 1, term: 3 }] };
  const voted: NodeEvent = { type: "voteGranted", to: 1, term: 3, preVote: false };

  test("what happens all the time is silent by default", () => {
    const { log, lines } = logAt("info");
    log.event(appended, view);
    log.event(voted, view);
    log.area("client").debug("A call came.");
    expect(lines).toEqual([]);
  });

  test("an area may say more than the others, whatever the order", () => {
    const { log, lines } = logAt("election=debug,warn");
    log.event(voted, view);
    log.event(appended, view);
    log.area("transport").info("Connected.");
    expect(lines).toHaveLength(1);
  });

  test("an area may be silent", () => {
    const { log, lines } = logAt("election=silent");
    log.event({ type: "leaderLost", term: 3 }, view);
    expect(lines).toEqual([]);
  });

  test.each<[string, Partial<LogLevels>]>([
    ["", { election: "info", main: "info" }],
    ["debug", { election: "debug", main: "debug" }],
    ["election=debug, transport=warn", { election: "debug", transport: "warn", main: "info" }],
    ["error,main=info,main=debug", { main: "debug", client: "error" }],
  ])('"%s" is read', (text, expected) => {
    expect(parseLogLevels(text)).toMatchObject(expected);
  });
});
