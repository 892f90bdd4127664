import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dashboard, type DashboardOptions } from "../../src/dashboard/dashboard.ts";
import { until } from "../support/until.ts";
import { FakeNodes } from "./fake-feed.ts";
import { LivePage } from "./live-page.ts";

let folder: string;
let dashboard: Dashboard;
const pages: LivePage[] = [];

async function start(options: Partial<DashboardOptions> = {}): Promise<void> {
  const nodes = new FakeNodes();
  dashboard = new Dashboard(
    {
      host: "127.0.0.1",
      port: 0,
      endpoints: ["n1:8000"],
      showsValues: false,
      hasControls: true,
      pageFolder: folder,
      ...options,
    },
    { open: nodes.open, processes: null },
  );
  nodes.meet("n1:8000", { node: 1 });
  await dashboard.start();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "balsa-page-"));
  writeFileSync(join(folder, "index.html"), "<title>Balsa</title>");
  await start();
});
afterEach(async () => {
  for (const page of pages.splice(0)) page.close();
  await dashboard.close();
  rmSync(folder, { recursive: true });
});

async function connect(headers: Readonly<Record<string, string>> = {}): Promise<LivePage> {
  const page = await LivePage.connect(dashboard.url, headers);
  pages.push(page);
  return page;
}

async function open(url = dashboard.url): Promise<LivePage> {
  const page = await LivePage.open(url);
  pages.push(page);
  return page;
}

/** What a browser gets, whatever it calls this server. */
function get(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") {
  const { port } = new URL(dashboard.url);
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on("error", reject).end();
  });
}

const withoutToken = () => dashboard.url.replace(/#.*/, "");

test("the page is served, with a policy that lets nothing of others in", async () => {
  const { status, headers, text } = await get("/");
  expect([status, text]).toEqual([200, "<title>Balsa</title>"]);
  expect(headers["content-security-policy"]).toMatch(/^default-src 'self';.*frame-ancestors 'none'$/);
  expect(headers["content-security-policy"]).not.toContain("unsafe");
  expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
  expect(headers["access-control-allow-origin"]).toBeUndefined();
  expect((await get("/../../package.json")).status).toBe(404);
});

test("where the page is not built, that is said with what to do", async () => {
  rmSync(join(folder, "index.html"));
  await dashboard.close();
  await start();
  expect(await get("/")).toMatchObject({ status: 503, text: expect.stringContaining("npm run build") });
});

test("a name that somebody has pointed at this machine is refused, and one that was named is not", async () => {
  expect(await get("/", { Host: "evil.example:8080" })).toMatchObject({ status: 421, text: expect.stringContaining("--host") });
  await expect(connect({ Host: "evil.example:8080" })).rejects.toThrow(/421/);
  expect(dashboard.refused).toBe(2);
  for (const host of ["evil.example@localhost", "localhost@evil.example", "localhost/evil", "localhost.evil.example", "localhost."])
    expect([host, (await get("/", { Host: host })).status]).toEqual([host, 421]);
  expect((await get("/", { Host: "localhost:9999" })).status).toBe(200);
  expect((await get("/", { Host: "[::1]:8080" })).status).toBe(200);
  await dashboard.close();
  await start({ hostNames: ["evil.example"] });
  expect((await get("/", { Host: "evil.example" })).status).toBe(200);
});

test("a page of another server gets no WebSocket", async () => {
  await expect(connect({ Origin: "http://evil.example" })).rejects.toThrow(/403/);
  await expect(connect({ Origin: "null" })).rejects.toThrow(/403/);
  const { host } = new URL(dashboard.url);
  await connect({ Host: host, Origin: `http://${host}` });
  expect(dashboard.refused).toBe(2);
});

test("nothing is changed by a request, and no WebSocket is served elsewhere", async () => {
  expect((await get("/", {}, "POST")).status).toBe(405);
  await expect(LivePage.connect(`${withoutToken()}elsewhere/`)).rejects.toThrow(/404/);
});

test("without the token a page may look on, and its controls are refused with a sentence", async () => {
  const page = await open(withoutToken());
  expect(page.welcome.can).toEqual({ control: false, faults: false, processes: false, values: false });
  expect(await page.control({ do: "kill", node: 1 })).toMatchObject({
    ok: false,
    text: expect.stringMatching(/only look on.*token/),
  });
});

test("a wrong token is told, and allows nothing", async () => {
  const page = await open(`${withoutToken()}#token=guessed`);
  expect(await page.answer(0)).toMatchObject({ ok: false, text: expect.stringContaining("This token is not the one") });
  expect(page.welcome.can.control).toBe(false);
  expect(await page.control({ do: "heal", node: 0 })).toMatchObject({ ok: false });
  expect(dashboard.refused).toBe(2);
});

test("where there are no controls there is no token, and none is right", async () => {
  await dashboard.close();
  await start({ hasControls: false });
  expect(dashboard.url).not.toContain("token");
  const page = await open(`${dashboard.url}#token=x`);
  expect(page.welcome.can.control).toBe(false);
});

test.each<[string, string, RegExp]>([
  ["what is no JSON", "{", /is no JSON/],
  ["another type", '{"type":"shutdown"}', /"type"/],
  ["a field of another kind", '{"type":"history","id":7,"from":"now","to":1}', /"from"/],
  ["a number that is none", '{"type":"control","id":7,"action":{"do":"kill","node":-1}}', /"action.node"/],
  ["an action that there is not", '{"type":"control","id":7,"action":{"do":"format","node":1}}', /"action.do"/],
  ["a ratio above 1", '{"type":"control","id":7,"action":{"do":"lose","from":1,"to":2,"ratio":2}}', /"action.ratio"/],
])("%s is refused with a sentence and counted", async (_, text, expected) => {
  const page = await open();
  page.socket.send(text);
  const { id } = { id: 0, ...(JSON.parse(text.replace(/^\{$/, "{}")) as { id?: number }) };
  expect(await page.answer(id)).toMatchObject({ ok: false, text: expect.stringMatching(expected) });
  expect(dashboard.refused).toBe(1);
});

test("a message that is too long is refused with a sentence, and a far longer one ends the connection", async () => {
  const page = await open();
  page.socket.send(`"${"x".repeat(20_000)}"`);
  expect((await page.answer(0)).text).toBe("This message has 20002 bytes; at most 16384 are read.");
  page.socket.send("x".repeat(1_000_000));
  expect((await page.closed()).code).toBe(1009);
  expect(dashboard.refused).toBe(2);
});

test("bytes are no message, and whoever says nothing right for too long is disconnected", async () => {
  const page = await open();
  for (let i = 0; i < 100; i++) page.socket.send(Buffer.from([0, 255]));
  expect(await page.closed()).toEqual({ code: 1008, reason: "Too many messages were refused." });
});

test("a page of another schema is told to load again", async () => {
  const page = await connect();
  page.say({ type: "hello", schema: 99, token: "" });
  expect((await page.answer(0)).text).toMatch(/speaks schema 99.*load the page again/);
  expect((await page.closed()).code).toBe(1008);
});

test("whoever does not say hello is disconnected, and may say nothing else before it", async () => {
  await dashboard.close();
  await start({ limits: { helloMs: 200 } });
  const page = await connect();
  page.say({ type: "history", id: 3, from: 0, to: 1 });
  expect((await page.answer(3)).text).toBe("A page says hello first.");
  expect((await page.closed()).reason).toBe("This page has not said hello.");
});

test("no more pages look on than may", async () => {
  await dashboard.close();
  await start({ limits: { browsersMax: 1 } });
  const first = await open();
  await expect(connect()).rejects.toThrow(/503/);
  first.close();
  await until("the place is free", 10_000, () => connect().catch(() => undefined));
});
