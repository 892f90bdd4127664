import { LeaderSearch, type LeaderSearchOptions, type Verdict } from "../../src/client/connection/leader-search.ts";
import type { Sighting } from "../../src/client/connection/sighting.ts";

// The rules by which a client looks about, without a clock and without connections. Nodes a, b, c have the ids 1, 2, 3.

const ids: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3 };

function follows(endpoint: string, leaderId: number, term: number, leaderAddress: string | null = null): Sighting {
  return {
    endpoint,
    nodeId: ids[endpoint] ?? 9,
    term,
    leads: false,
    leaderId,
    leaderAddress,
    clientAddresses: [],
    incarnationId: "",
  };
}

function leads(endpoint: string, term: number): Sighting {
  return { ...follows(endpoint, ids[endpoint] ?? 9, term), leads: true };
}

/** What is asked, in order, and what it comes to, when these nodes answer so; null: never. */
function search(
  answers: Readonly<Record<string, Sighting | null>>,
  options: Partial<LeaderSearchOptions> = {},
): { asked: string[]; verdict: Verdict | null } {
  const one = new LeaderSearch({
    endpoints: ["a", "b", "c"],
    present: null,
    prefer: "leader",
    discover: true,
    doubts: false,
    isPatient: false,
    homes: new Map(),
    ...options,
  });
  const asked: string[] = [];
  for (;;) {
    const endpoint = one.next();
    if (endpoint === null) return { asked, verdict: one.verdict };
    asked.push(endpoint);
    const answer = answers[endpoint];
    if (answer === undefined) one.onFailure();
    else if (answer !== null) one.onSighting(answer);
    const { verdict } = one;
    if (verdict !== null) return { asked, verdict };
  }
}

const alive = { type: "stay", isSure: true };
const present = leads("a", 5);

describe("with nobody to talk to", () => {
  test("the leader is taken, and nobody else is asked", () => {
    expect(search({ a: leads("a", 5) })).toMatchObject({ asked: ["a"], verdict: { type: "take", found: { endpoint: "a" } } });
  });

  test("a follower names the leader, who is asked next: two nodes are enough", () => {
    const answers = { a: follows("a", 3, 5, "c"), c: leads("c", 5) };
    expect(search(answers)).toMatchObject({ asked: ["a", "c"], verdict: { type: "take", found: { endpoint: "c" } } });
  });

  test("where only a follower was given, the leader it names is asked before there is nobody left", () => {
    const answers = { a: follows("a", 3, 5, "c"), c: leads("c", 5) };
    for (const isPatient of [false, true]) {
      const found = search(answers, { endpoints: ["a"], isPatient });
      expect(found).toMatchObject({ asked: ["a", "c"], verdict: { type: "take", found: { endpoint: "c" } } });
    }
    const unreachable = search({ a: follows("a", 3, 5, "c") }, { endpoints: ["a"], isPatient: true });
    expect(unreachable).toMatchObject({ asked: ["a", "c"], verdict: { type: "take", found: { endpoint: "a" } } });
  });

  test("a leader that is named by an address that is not to be asked is met among the others", () => {
    const answers = { a: follows("a", 3, 5, "c.inside:1"), b: follows("b", 3, 5), c: leads("c", 5) };
    const { asked, verdict } = search(answers, { discover: false });
    expect(asked).toEqual(["a", "b", "c"]);
    expect(verdict).toMatchObject({ type: "take", found: { endpoint: "c" } });
  });

  test("a leader that was met before is asked where it was met, whatever it is called", () => {
    const answers = { a: follows("a", 3, 5, "c.inside:1"), c: leads("c", 5) };
    expect(search(answers, { homes: new Map([[3, "c"]]) }).asked).toEqual(["a", "c"]);
  });

  test("if the leader leads nowhere from here, a node that hears it is taken", () => {
    const answers = { a: follows("a", 0, 5), b: follows("b", 9, 5, "nowhere:1"), c: follows("c", 0, 5) };
    expect(search(answers).verdict).toMatchObject({ type: "take", found: { endpoint: "b" } });
  });

  test("the leader of the highest term is believed", () => {
    const answers = { a: follows("a", 2, 4, "b"), b: follows("b", 3, 6, "c"), c: leads("c", 6) };
    expect(search(answers)).toMatchObject({ asked: ["a", "b", "c"], verdict: { found: { endpoint: "c" } } });
  });

  test("any node that hears a leader does, if any is wanted", () => {
    const answers = { a: follows("a", 0, 5), b: follows("b", 3, 5, "c") };
    expect(search(answers, { prefer: "any" })).toMatchObject({ asked: ["a", "b"], verdict: { found: { endpoint: "b" } } });
  });

  test("one that hears no leader is better than none, and none is none", () => {
    expect(search({ b: follows("b", 0, 5) }).verdict).toMatchObject({ type: "take", found: { endpoint: "b" } });
    expect(search({}).verdict).toEqual({ type: "nobody" });
  });
});

describe("while answers of the leader do not come", () => {
  test("it is asked itself, first; if it leads, the client stays, and asks nobody else", () => {
    expect(search({ a: leads("a", 5) }, { present })).toEqual({ asked: ["a"], verdict: alive });
  });

  test("asked once more, its own word is not enough: one other node is asked too", () => {
    const answers = { a: leads("a", 5), b: follows("b", 1, 5) };
    expect(search(answers, { present, doubts: true })).toEqual({ asked: ["a", "b"], verdict: alive });
  });

  test("a leader that says nothing is not dead while another node hears it", () => {
    expect(search({ a: null, b: follows("b", 1, 5) }, { present })).toEqual({ asked: ["a", "b"], verdict: alive });
  });

  test("it is not dead either if it was elected again meanwhile", () => {
    expect(search({ a: null, b: follows("b", 1, 7) }, { present }).verdict).toEqual(alive);
  });

  test("a leader of a higher term is taken, and what was sent is sent again there", () => {
    const taken = { type: "take", found: { endpoint: "c" }, supersedes: true };
    expect(search({ a: null, b: follows("b", 3, 6, "c"), c: leads("c", 6) }, { present }).verdict).toMatchObject(taken);
    // Also if it believes that it still leads itself.
    const believes = { a: leads("a", 5), b: follows("b", 3, 6, "c"), c: leads("c", 6) };
    expect(search(believes, { present, doubts: true }).verdict).toMatchObject(taken);
  });

  test("a leader of a higher term that leads nowhere from here is reached by a node that hears it", () => {
    const answers = { a: follows("a", 0, 5), b: follows("b", 9, 6, "nowhere:1") };
    const verdict = { type: "take", found: { endpoint: "b" }, supersedes: true };
    expect(search(answers, { present }).verdict).toMatchObject(verdict);
  });

  test("one that steps down and follows the new leader has told its clients so: nothing is sent again", () => {
    const answers = { a: follows("a", 3, 6, "c"), c: leads("c", 6) };
    expect(search(answers, { present }).verdict).toMatchObject({ type: "take", found: { endpoint: "c" }, supersedes: false });
  });

  test("if nobody hears a leader, the client waits where it is", () => {
    const answers = { a: follows("a", 0, 6), b: follows("b", 0, 6), c: follows("c", 0, 6) };
    expect(search(answers, { present }).verdict).toEqual({ type: "stay", isSure: false });
    expect(search({}, { present }).verdict).toEqual({ type: "stay", isSure: false });
  });
});

describe("while answers of a follower do not come", () => {
  const follower = follows("b", 1, 5);

  test("one that hears no leader is left, and what it has is sent again, though the term is the same", () => {
    const answers = { b: follows("b", 0, 5), a: leads("a", 5) };
    expect(search(answers, { present: follower }).verdict).toMatchObject({ found: { endpoint: "a" }, supersedes: true });
  });

  test("one that says nothing is left for the leader, but what it has may yet be answered, and is not sent again", () => {
    const verdict = { type: "take", found: { endpoint: "a" }, supersedes: false };
    expect(search({ b: null, a: leads("a", 5) }, { present: follower }).verdict).toMatchObject(verdict);
  });

  test("one that hears the leader is left for it, if the leader is wanted, and nothing is sent again", () => {
    const answers = { b: follows("b", 1, 5, "a"), a: leads("a", 5) };
    expect(search(answers, { present: follower })).toMatchObject({
      asked: ["b", "a"],
      verdict: { type: "take", supersedes: false },
    });
    expect(search(answers, { present: follower, prefer: "any" })).toEqual({ asked: ["b"], verdict: alive });
  });

  test("one that hears the leader serves on while the leader cannot be reached", () => {
    expect(search({ b: follows("b", 1, 5, "a") }, { present: follower }).verdict).toEqual(alive);
  });
});

test("no node is asked twice in one search", () => {
  const answers = { a: follows("a", 2, 5, "b"), b: follows("b", 1, 5, "a"), c: follows("c", 1, 5, "a") };
  const { asked } = search(answers, { endpoints: ["a", "b", "c", "a"], present: follows("a", 1, 4) });
  expect(asked).toEqual(["a", "b", "c"]);
});
