import { Dashboard } from "../../src/dashboard/dashboard.ts";
import { observeFeed } from "../../src/dashboard/follow/observe-feed.ts";
import type { Action, Frame } from "../../src/observe/live.ts";
import { ThreeNodes } from "../main/three-nodes.ts";
import { until } from "../support/until.ts";
import { LivePage } from "./live-page.ts";

// The dashboard before three real nodes. One cluster serves all tests in their order; the last one kills its leader.

let nodes: ThreeNodes;
let dashboard: Dashboard;
let page: LivePage;

beforeAll(async () => {
  nodes = await ThreeNodes.start({ faults: "on" });
  // Of one node alone: the others are found.
  const endpoints = nodes.addresses.slice(0, 1);
  dashboard = new Dashboard(
    { host: "127.0.0.1", port: 0, endpoints, showsValues: false, hasControls: true },
    { open: observeFeed({ showsValues: false }), processes: null },
  );
  await dashboard.start();
  page = await LivePage.open(dashboard.url);
}, 30_000);
afterAll(async () => {
  page.close();
  await dashboard.close();
  await nodes.remove();
}, 30_000);

/** The newest frame, once this holds in it. */
function frame(what: string, test: (frame: Frame) => boolean): Promise<Frame> {
  return until(`a frame says ${what}`, 15_000, () => page.frames.slice(-1).find(test));
}

/** Who leads the highest term, once all nodes that are heard say so. */
async function leader(not = 0): Promise<{ leader: number; term: number }> {
  const { nodes: samples } = await frame("who leads", ({ nodes: samples }) => {
    const [first] = samples;
    const agree = samples.every((one) => one.leader === first?.leader && one.term === first.term);
    return agree && samples.length >= 2 && first !== undefined && first.leader !== 0 && first.leader !== not;
  });
  return { leader: samples[0]?.leader ?? 0, term: samples[0]?.term ?? 0 };
}

function control(action: Action): Promise<{ readonly ok: boolean; readonly text: string }> {
  return page.control(action);
}

test("from one address all nodes are heard, by one clock, and a leader is named", async () => {
  const whole = await frame("all three nodes", ({ nodes: samples }) => samples.length === 3);
  expect(whole.nodes.map(({ node }) => node)).toEqual([1, 2, 3]);
  expect(page.welcome.cluster.incarnation).toMatch(/^[0-9a-f]{32}$/);
  expect(page.welcome.clocks).toEqual({ kind: "one machine", errorMs: 0 });
  expect((await leader()).leader).toBeGreaterThan(0);
});

test("a control stands in the timeline of every page, and tells no key where values are hidden", async () => {
  const other = await LivePage.open(dashboard.url.replace(/#.*/, ""));
  expect(await control({ do: "submit", node: 0, command: "set secret of mine" })).toMatchObject({
    ok: true,
    text: expect.stringMatching(/^Set "secret" at revision \d+\.$/),
  });
  for (const each of [page, other]) {
    const record = await each.record("the control", ({ type }) => type === "control");
    expect(record).toMatchObject({ node: 0, what: "submit a command", outcome: "It was done.", ok: true });
  }
  other.close();
});

test("commands of a client are carried out, by whichever node is asked, and refused with a sentence", async () => {
  expect(await control({ do: "read", node: 3, key: "secret" })).toMatchObject({
    ok: true,
    text: expect.stringContaining('"secret" is "of mine"'),
  });
  expect(await control({ do: "submit", node: 2, command: "cas secret other new" })).toMatchObject({
    ok: false,
    text: 'Not changed: "secret" has another value.',
  });
  expect(await control({ do: "submit", node: 1, command: "delete secret" })).toMatchObject({ ok: true });
  expect(await control({ do: "read", node: 1, key: "secret" })).toMatchObject({ ok: true, text: 'There is no "secret".' });
  expect(await control({ do: "submit", node: 1, command: "drop table" })).toMatchObject({
    ok: false,
    text: expect.stringContaining('"set KEY VALUE"'),
  });
  expect(await control({ do: "read", node: 7, key: "a" })).toMatchObject({ ok: false, text: "No member is node 7." });
});

test("links are cut, slowed and healed, and the faults stand in the frames until they end", async () => {
  expect(await control({ do: "delay", from: 1, to: 2, delayMs: 5, jitterMs: 5 })).toMatchObject({
    ok: true,
    text: "Messages from node 1 to node 2 are 5 to 10 ms late for 60 s.",
  });
  expect(await control({ do: "lose", from: 0, to: 3, ratio: 0.01 })).toMatchObject({
    ok: true,
    text: "1 % of the messages from all nodes to node 3 are lost for 60 s.",
  });
  const { nodes: samples } = await frame("both faults", ({ nodes: all }) => all.flatMap(({ faults }) => faults).length === 2);
  expect(samples.flatMap(({ node, faults }) => faults.map(({ what }) => `${node}: ${what}`))).toEqual([
    "1: messages to node 2: 5 to 10 ms late",
    "3: messages from all other nodes: 1 % lost",
  ]);
  expect(await control({ do: "heal", node: 0 })).toMatchObject({ ok: true, text: "2 faults of all nodes were cleared." });
  await frame("no fault", ({ nodes: all }) => all.every(({ faults }) => faults.length === 0));
  expect(await control({ do: "cut", from: 2, to: 2, both: false })).toMatchObject({
    ok: false,
    text: "Node 2 has no link to itself.",
  });
});

test("the faults of others about a node are healed with its own", async () => {
  await control({ do: "cut", from: 1, to: 2, both: true });
  await control({ do: "delay", from: 2, to: 3, delayMs: 1, jitterMs: 0 });
  expect(await control({ do: "heal", node: 2 })).toMatchObject({ ok: true, text: "2 faults of node 2 were cleared." });
});

test("a node without anybody who has its process is paused by a fault, and goes on", async () => {
  expect(await control({ do: "pause", node: 2 })).toMatchObject({
    ok: true,
    text: "Node 2 takes no turn for 60 s, unless resumed before.",
  });
  expect(await control({ do: "resume", node: 2 })).toMatchObject({ ok: true, text: "Node 2 goes on." });
  expect(await control({ do: "start", node: 2 })).toMatchObject({
    ok: false,
    text: expect.stringContaining("Nothing here can start a node"),
  });
});

test("leadership is handed over", async () => {
  const { leader: old } = await leader();
  const next = (old % 3) + 1;
  // A node has one election timeout for it, which a busy machine may miss: whoever wishes it asks again.
  const done = await until("it is handed over", 15_000, async () => {
    const answer = await control({ do: "transfer", node: next });
    return answer.ok ? answer : undefined;
  });
  expect(done.text).toBe(`Node ${next} leads now.`);
  await page.record("the election", ({ type, leader: elected }) => type === "leaderElected" && elected === next);
});

test("entries of a log are told, and their commands only by their kind where values are hidden", async () => {
  page.say({ type: "entries", id: 900, node: 1, first: 1, last: 1_000 });
  const { entries } = await page.heard("entries");
  expect(entries.length).toBeGreaterThan(3);
  expect(entries.map(({ text }) => text).join()).not.toMatch(/secret|mine/);
});

test("a killed leader is lost, with a reason, and the frames tell who leads after it", async () => {
  const { leader: old, term } = await leader();
  expect(await control({ do: "kill", node: old })).toMatchObject({ ok: true, text: expect.stringContaining("like kill -9") });
  const lost = await page.record("the loss", ({ type, of }) => type === "nodeLost" && of === old);
  expect(String(lost.why)).not.toBe("");
  const next = await leader(old);
  expect(next.term).toBeGreaterThan(term);
  const gone = await frame("that two are left", ({ nodes: samples }) => samples.length === 2);
  expect(gone.nodes.map(({ node }) => node)).not.toContain(old);
  expect(await control({ do: "read", node: old, key: "a" })).toMatchObject({ ok: false });
  expect((await control({ do: "heal", node: 0 })).text).toBe(`0 faults of all nodes were cleared. Node ${old} could not be asked.`);
}, 30_000);

test("all frames can be asked for afterwards, from a keyframe on and without a gap", async () => {
  page.say({ type: "history", id: 901, from: 0, to: 1e12 });
  await until("all of it comes", 15_000, () => page.said.find((said) => said.type === "history" && said.isLast));
  const frames = page.said.flatMap((said) => (said.type === "history" ? said.frames : []));
  expect(frames[0]?.before).toBeDefined();
  expect(frames.slice(1).every((each, i) => each.from === frames[i]?.to)).toBe(true);
  expect(frames.flatMap(({ records }) => records).filter(({ type }) => type === "control").length).toBeGreaterThan(10);
});
