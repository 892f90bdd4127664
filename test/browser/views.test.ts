import type { Page } from "playwright-core";
import { until } from "../support/until.ts";
import { countIs, PageWorld } from "./browser.ts";

// What each view shows of a cluster that is made up.

jest.setTimeout(60_000);

let world: PageWorld;
beforeAll(async () => {
  world = new PageWorld();
  await world.open();
});
afterAll(() => world.close());

test("the picture has every node with its role, term, indexes and queue, and says what its lines mean", async () => {
  const page = await world.visit("picture");
  for (const node of [1, 2, 3, 4, 5]) {
    const label = await page.getByRole("button", { name: new RegExp(`^Node ${node},`) }).getAttribute("aria-label");
    expect(label).toMatch(/(leader|follower), term 7, commit index \d+, last index \d+, \d+ messages? in its queue/);
  }
  const legend = (await page.locator(".legend").textContent()) ?? "";
  for (const name of ["RequestVote", "RequestVote reply", "AppendEntries", "AppendEntries reply", "lost", "1,000/s"]) {
    expect(legend).toContain(name);
  }
  await world.leave(page);
});

test("what moves is drawn again and again", async () => {
  const page = await world.visit("picture");
  const looks = new Set<string>();
  await until(
    () => "three different pictures were drawn",
    20_000,
    async () => {
      looks.add(await page.evaluate<string>("document.querySelector('.stage canvas').toDataURL()"));
      return looks.size >= 3 ? true : undefined;
    },
  );
  await world.leave(page);
});

test("a message tells its contents to whoever points at it", async () => {
  const page = await world.visit("picture");
  await page.keyboard.press(" ");
  const title = await pointAtSomeArrow(page);
  expect(title).toMatch(/^(AppendEntries|Heartbeat|AppendEntries reply|Heartbeat reply), node \d → \d$/);
  const told = (await page.getByRole("tooltip").textContent()) ?? "";
  expect(told).toMatch(/It took .* ms|Sent; that it arrived/);
  expect(told).toContain("term7");
  await world.leave(page);
});

test("a node's details have its queue, and its entries with what they say", async () => {
  const page = await world.visit("picture");
  await page.getByRole("button", { name: /^Node 2,/ }).click();
  const details = page.getByRole("region", { name: "Node 2", exact: true });
  await details.getByText("requests of clients").waitFor();
  await details
    .getByText(/set key-\d+ value-\d+/)
    .first()
    .waitFor();
  await world.leave(page);
});

test("each node's log is a list, and all of them one strip that tells an entry to whoever points at it", async () => {
  const page = await world.visit("log");
  for (const node of [1, 2, 3, 4, 5]) {
    await countIs(page.getByRole("region", { name: `Log of node ${node}` }).getByRole("listitem"), 12);
  }
  await page.locator(".rows .lane").hover({ position: { x: 30, y: 20 } });
  await page
    .getByRole("tooltip")
    .getByText(/Node 1, entry 7\.\d+/)
    .waitFor();
  await world.leave(page);
});

test("the dashboard has the leader, the four charts with their tables, and how far each node is", async () => {
  const page = await world.visit("dashboard");
  await page.getByRole("region", { name: "Current leader" }).getByText("Node 2", { exact: true }).waitFor();
  for (const title of ["Term history", "Elections per minute", "Messages per second", "Commit index"]) {
    const chart = page.locator("figure").filter({ has: page.getByRole("heading", { name: title }) });
    await chart.locator("canvas").waitFor();
    await chart.getByText("As a table").click();
    await chart.locator("tbody tr").first().waitFor();
  }
  const rows = page.getByRole("region", { name: "Replication of all nodes" }).locator("tbody tr");
  await countIs(rows, 5);
  await world.leave(page);
});

test("the events are all there in order, and a filter by type, node or text leaves those that pass", async () => {
  const page = await world.visit("events");
  const events = page.getByRole("region", { name: "Events, oldest first" });
  await page.getByLabel("Type").selectOption("messageSent");
  await events.getByText("MessageSent").first().waitFor();
  await page.getByLabel("Type").selectOption("logCommitted");
  await page.getByRole("combobox", { name: "Node" }).selectOption("3");
  await events.getByText("LogCommitted").first().waitFor();
  expect(new Set(await events.locator(".type").allTextContents())).toEqual(new Set(["LogCommitted"]));
  expect(new Set(await events.locator(".who").allTextContents())).toEqual(new Set(["node 3"]));
  const times = await events.locator("time").allTextContents();
  expect(times).toEqual([...times].sort());
  await page.getByLabel("Text").fill("nothing says this");
  await page.getByText("No event passes the filter.").waitFor();
  await world.leave(page);
});

test("keys and values of users stay text, whatever they look like", async () => {
  const page = await world.visit("log");
  const key = '<img src=x onerror="document.title=1">';
  world.server.cluster.writes = 0;
  world.server.cluster.write(`set ${key} <b>bold</b>`);
  await page.getByRole("region", { name: "Log of node 1" }).getByText(key).waitFor();
  expect(await page.locator("img").count()).toBe(0);
  world.server.cluster.writes = 1;
  await world.leave(page);
});

test("no page has complained in its console", () => {
  expect(world.complaints).toEqual([]);
});

/** Moves over the lines from the leader until there is an arrow. */
async function pointAtSomeArrow(page: Page): Promise<string> {
  const box = await page.locator(".stage").boundingBox();
  if (box === null) throw new Error("The ring is not there.");
  const tooltip = page.getByRole("tooltip");
  for (let y = box.y + 40; y < box.y + box.height; y += 9) {
    for (let x = box.x + 20; x < box.x + box.width; x += 12) {
      await page.mouse.move(x, y);
      if ((await tooltip.count()) === 0) continue;
      const text = (await tooltip.textContent()) ?? "";
      if (text.includes("It took") || text.includes("Sent;")) return (await tooltip.locator("strong").textContent()) ?? "";
    }
  }
  throw new Error("There is no arrow.");
}
