import { Dashboard } from "../../src/dashboard/dashboard.ts";
import { until } from "../support/until.ts";
import { FakeNodes, membersAt, sampleOf } from "./fake-feed.ts";
import { LivePage } from "./live-page.ts";

// A cluster that is wiped and begun again has the addresses and the ids of the first, and nothing else of it.

const withinMs = 15_000;
const address = "n1:8000";

let nodes: FakeNodes;
let dashboard: Dashboard;
const pages: LivePage[] = [];

beforeEach(async () => {
  nodes = new FakeNodes();
  dashboard = new Dashboard(
    { host: "127.0.0.1", port: 0, endpoints: [address], showsValues: false, hasControls: true, limits: { retryMaxMs: 100 } },
    { open: nodes.open, processes: null },
  );
  await dashboard.start();
});
afterEach(async () => {
  for (const page of pages.splice(0)) page.close();
  await dashboard.close();
});

async function open(): Promise<LivePage> {
  const page = await LivePage.open(dashboard.url);
  pages.push(page);
  return page;
}

function hear(incarnationId: string, commitIndex: number, members: readonly string[]): void {
  nodes.meet(address, { node: 1, incarnationId });
  nodes.tell(address, { node: 1, sample: sampleOf({ node: 1, commitIndex, members: membersAt(...members) }) });
}

test("pages begin again, and nothing of the first cluster is among what they are told then", async () => {
  hear("one", 1_000, [address, "n2:8000"]);
  const first = await open();
  await until("the first is shown", withinMs, () => first.frames.find((frame) => frame.nodes[0]?.commitIndex === 1_000));
  nodes.end(address);
  await until("it is listened to again", withinMs, () => nodes.listeners(address) || undefined);
  hear("two", 3, [address]);
  expect((await first.closed()).reason).toBe("Another cluster is shown now.");
  const second = await open();
  expect(second.welcome.cluster.incarnation).toBe("two");
  await until("the second is shown", withinMs, () => second.frames.find((frame) => frame.nodes[0]?.commitIndex === 3));
  second.say({ type: "history", id: 1, from: 0, to: 1e12 });
  await until("its history is told", withinMs, () => second.said.find((said) => said.type === "history" && said.isLast));
  const history = second.said.flatMap((said) => (said.type === "history" ? said.frames : []));
  expect(history.length).toBeGreaterThan(0);
  const told = JSON.stringify([second.welcome, history]);
  expect(told).not.toContain('"commitIndex":1000');
  expect(told).not.toContain("n2:8000");
  expect(history[0]?.before?.nodes.map(({ node }) => node) ?? []).toEqual([]);
});
