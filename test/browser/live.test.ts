import type { Page } from "playwright-core";
import { Visitor, verdictSays } from "./browser.ts";
import { LiveCluster } from "./live-cluster.ts";

// The page on five real nodes: what it says is what they do.

jest.setTimeout(120_000);

const cluster = new LiveCluster();
const visitor = new Visitor();
let page: Page;
beforeAll(async () => {
  const url = await cluster.open();
  await visitor.open();
  page = await visitor.visit(url);
});
afterAll(async () => {
  await visitor.close();
  await cluster.close();
});

const open = (view: string): Promise<void> => page.getByRole("button", { name: view, exact: true }).click();

/** Who leads, by the page. */
async function leader(): Promise<number> {
  await open("Picture");
  const name = await page.getByRole("button", { name: /^Node \d, leader, term/ }).getAttribute("aria-label");
  return Number(/\d/.exec(name ?? "")?.[0]);
}

test("the verdict names the leader of a real cluster, and its messages are drawn", async () => {
  await verdictSays(page, "Two more nodes can fail.");
  await verdictSays(page, `Node ${await leader()} leads term`);
  await page.getByText("Messages as a table").click();
  await page.getByRole("rowheader", { name: "Heartbeat", exact: true }).first().waitFor();
  await visitor.picture(page, "live-picture");
});

test("a command that is submitted can be followed to the log of every node", async () => {
  await open("Controls");
  await page.getByLabel("Command").fill("set boat balsa");
  await page.getByRole("button", { name: "Submit" }).click();
  // Whoever cannot see is told the same, outside of what is shown.
  await page
    .locator("main")
    .getByText(/Set "boat" at revision/)
    .waitFor();
  await open("Log");
  for (const node of [1, 2, 3, 4, 5]) {
    await page
      .getByRole("region", { name: `Log of node ${node}` })
      .getByText("set boat balsa")
      .waitFor();
  }
  await open("Events");
  await page.getByLabel("Text").fill("submit set boat balsa");
  await page.getByRole("region", { name: "Events, oldest first" }).getByText("Control", { exact: true }).waitFor();
});

test("a link that is cut is told at both its ends, and heals", async () => {
  const first = await leader();
  const other = first === 1 ? 2 : 1;
  await open("Controls");
  await page.getByRole("combobox", { name: "From" }).selectOption(String(first));
  await page.getByRole("combobox", { name: "To" }).selectOption(String(other));
  await page.getByRole("button", { name: "Cut", exact: true }).click();
  await verdictSays(page, "Broken on purpose");
  await open("Dashboard");
  await page.locator(".matrix .loss").nth(1).waitFor();
  await visitor.picture(page, "live-cut");
  await open("Controls");
  await page.getByRole("button", { name: "Heal everything" }).click();
  await page.getByText("None: nothing is broken on purpose.").waitFor();
});

test("a leader that is killed by the button is gone from the page, until another leads", async () => {
  const first = await leader();
  await open("Controls");
  await page
    .getByRole("group", { name: `Controls of node ${first}` })
    .getByRole("button", { name: "Kill" })
    .click();
  await open("Picture");
  await page.getByRole("button", { name: new RegExp(`^Node ${first}, down`) }).waitFor();
  await page.getByRole("button", { name: new RegExp(`^Node [^${first}], leader, term`) }).waitFor();
  await visitor.picture(page, "live-killed");
  expect(visitor.complaints).toEqual([]);
});
