import { Dashboard } from "../../src/dashboard/dashboard.ts";
import { until } from "../support/until.ts";
import { FakeNodes, recordOf } from "./fake-feed.ts";
import { LivePage } from "./live-page.ts";

/** Interval of frames here, in ms. */
const frameMs = 10;
const frames = 400;
const recordsInFrame = 1_000;

let nodes: FakeNodes;
let dashboard: Dashboard;
let page: LivePage;

beforeEach(async () => {
  nodes = new FakeNodes();
  dashboard = new Dashboard(
    { host: "127.0.0.1", port: 0, endpoints: ["n1:8000"], showsValues: false, hasControls: true, limits: { frameMs } },
    { open: nodes.open, processes: null },
  );
  await dashboard.start();
  nodes.meet("n1:8000", { node: 1 });
  page = await LivePage.open(dashboard.url);
});
afterEach(async () => {
  page.close();
  await dashboard.close();
});

/** Tells far more than any buffer between the two ends holds, and returns how many records that were. */
async function tellMuch(): Promise<number> {
  const records = Array.from({ length: recordsInFrame }, (_, number) =>
    recordOf("messageSent", { number, from: 1, to: 2, term: 1 }),
  );
  for (let i = 0; i < frames; i++) {
    nodes.tell("n1:8000", { node: 1, records });
    await new Promise((resolve) => setTimeout(resolve, frameMs));
  }
  return frames * recordsInFrame;
}

test("a page that did not read for a while goes on with the present, and every record was either told or counted", async () => {
  page.socket.pause();
  const told = await tellMuch();
  page.socket.resume();
  const count = () => page.frames.reduce((sum, { records, dropped }) => sum + records.length + dropped, 0);
  await until(
    () => `all ${told} records are told or counted, of which ${count()} are by now`,
    20_000,
    () => (count() >= told ? true : undefined),
  );
  expect(page.frames.reduce((sum, { dropped }) => sum + dropped, 0)).toBeGreaterThan(0);
  expect(page.frames.slice(1).every(({ from }, i) => from === page.frames[i]?.to)).toBe(true);
}, 60_000);

test("a page that never reads and never answers is disconnected", async () => {
  await dashboard.close();
  dashboard = new Dashboard(
    { host: "127.0.0.1", port: 0, endpoints: [], showsValues: false, hasControls: true, limits: { pingMs: 200, silenceMs: 10 } },
    { open: nodes.open, processes: null },
  );
  await dashboard.start();
  const silent = await LivePage.open(dashboard.url);
  silent.socket.pause();
  await until("it is gone", 10_000, () => (dashboard.pages === 0 ? true : undefined));
  silent.close();
});
