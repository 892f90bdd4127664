import { until } from "../support/until.ts";
import { PageWorld, verdictSays } from "./browser.ts";

// What a person does with the page, from the first look on, against a cluster that is made up.

jest.setTimeout(60_000);

let world: PageWorld;
beforeEach(async () => {
  world = new PageWorld();
  await world.open();
});
afterEach(() => world.close());

test("the verdict names the leader, over the page, in the title of the tab and by its icon", async () => {
  const page = await world.visit("picture");
  await verdictSays(page, "Healthy. Node 2 leads term 7");
  expect(await page.title()).toContain("Node 2 leads term 7");
  expect(await page.locator('link[rel="icon"]').getAttribute("href")).toBe("/icons/ok.svg");
});

test("a leader that is killed by the button is shown to be down, then that there is none, then who leads", async () => {
  const page = await world.visit("controls");
  await page.getByRole("group", { name: "Controls of node 2" }).getByRole("button", { name: "Kill" }).click();
  await verdictSays(page, "No writes for");
  await page.getByRole("button", { name: "Picture", exact: true }).click();
  await page.getByRole("button", { name: /^Node 2, down/ }).waitFor();
  await verdictSays(page, "Node 1 leads term 8");
  await page.getByRole("button", { name: /^Node 1, leader, .*term 8/ }).waitFor();
  await page.getByRole("button", { name: "Controls", exact: true }).click();
  await page.locator("main").getByText("Node 2 was killed.").waitFor();
  expect(world.complaints).toEqual([]);
});

test("a cut link is told by the verdict, and its messages break", async () => {
  const page = await world.visit("picture");
  world.server.cluster.control({ do: "cut", from: 2, to: 4, both: true });
  await verdictSays(page, "Broken on purpose");
  await page.getByText("Messages as a table").click();
  await page.getByRole("cell", { name: "Lost: a fault that was set on purpose." }).first().waitFor();
});

test("while the picture is paused nothing in it moves, and back to live shows what happened meanwhile", async () => {
  const page = await world.visit("picture");
  await page.keyboard.press(" ");
  await page.getByText("The picture is paused; the cluster is not.").first().waitFor();
  const shown = await page.getByRole("button", { name: /^Node 2, leader/ }).getAttribute("aria-label");
  const before = world.server.cluster.commit;
  await until(
    () => "the cluster goes on",
    10_000,
    async () => (world.server.cluster.commit > before + 10 ? true : undefined),
  );
  expect(await page.getByRole("button", { name: /^Node 2, leader/ }).getAttribute("aria-label")).toBe(shown);
  await page.keyboard.press("l");
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("button", { name: shown ?? "", exact: true }).waitFor({ state: "detached" });
});

test("a connection that is lost is shown, and mends itself", async () => {
  const page = await world.visit("picture");
  await world.server.close();
  await page.getByText("Not connected.").first().waitFor();
  await page.waitForFunction("document.title === 'Not connected – Balsa'");
  await world.server.open();
  await page.getByText("Live", { exact: true }).waitFor();
  await verdictSays(page, "Node 2 leads term 7");
  expect(await page.getByText("Not connected.").count()).toBe(0);
});

test("without the token there are no controls, and all else works", async () => {
  const page = await world.visit("picture", { mayControl: false });
  await verdictSays(page, "Node 2 leads term 7");
  expect(await page.getByRole("button", { name: "Controls" }).count()).toBe(0);
  expect(await page.getByText("Kill").count()).toBe(0);
});

test("the keyboard alone opens a node's details, the help, and closes them", async () => {
  const page = await world.visit("picture");
  await page.keyboard.press("3");
  await page.getByRole("heading", { name: "Node 3" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Node 3" }).waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Node 1/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Node 1" }).waitFor();
});
