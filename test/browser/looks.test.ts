import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import axe, { type AxeResults } from "axe-core";
import { PageWorld, verdictSays } from "./browser.ts";

// How the page looks: measured for those who do not look, and left as pictures for those who do.

jest.setTimeout(120_000);

let world: PageWorld;
beforeEach(async () => {
  world = new PageWorld();
  await world.open();
});
afterEach(() => world.close());

const rules = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];
const views = ["picture", "log", "dashboard", "events", "controls"] as const;

test.each(views)("nothing in the view %s keeps anybody out, in dark and in light", async (view) => {
  for (const colorScheme of ["dark", "light"] as const) {
    const page = await world.visit(view, { colorScheme });
    await verdictSays(page, "Node 2 leads");
    if (view === "picture") await page.keyboard.press("2");
    await page.evaluate(axe.source);
    const found = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify({ runOnly: rules })})`);
    expect(found.passes.length).toBeGreaterThan(10);
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`)).toEqual([]);
    await world.picture(page, `${view}-${colorScheme}`);
    await world.leave(page);
  }
});

test.each(views)("the view %s fits a phone and a screen of 320 pixels", async (view) => {
  for (const width of [390, 320]) {
    const page = await world.visit(view, { viewport: { width, height: 844 } });
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(wide).toBeLessThanOrEqual(width);
    await world.picture(page, `${view}-${width}`);
    await world.leave(page);
  }
});

test("a cluster in trouble is told in every view", async () => {
  const { cluster } = world.server;
  for (const node of [2, 4, 5]) cluster.control({ do: "kill", node });
  for (const view of views) {
    const page = await world.visit(view, { colorScheme: "dark" });
    await verdictSays(page, "No writes for");
    await world.picture(page, `${view}-trouble`);
    await world.leave(page);
  }
});

test("with reduced motion arrows stand still", async () => {
  const page = await world.visit("picture", { reducedMotion: "reduce" });
  await verdictSays(page, "Node 2 leads");
  await world.picture(page, "picture-still");
  expect(world.complaints).toEqual([]);
});

test("the page weighs less than 150 KB, packed", () => {
  const folder = join(__dirname, "../../dist/page/assets");
  const bytes = readdirSync(folder).reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
  expect(bytes).toBeLessThan(150_000);
});
