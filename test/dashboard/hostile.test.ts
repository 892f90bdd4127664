import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DashboardLimits } from "../../src/dashboard/base/limits.ts";
import { Dashboard } from "../../src/dashboard/dashboard.ts";
import { until } from "../support/until.ts";
import { FakeNodes } from "./fake-feed.ts";
import { LivePage } from "./live-page.ts";

const withinMs = 15_000;

let folder: string;
let dashboard: Dashboard;
const sockets: Socket[] = [];

async function start(limits: Partial<DashboardLimits> = {}): Promise<void> {
  const nodes = new FakeNodes();
  const options = { host: "127.0.0.1", port: 0, endpoints: ["n1:8000"], showsValues: false, hasControls: true };
  dashboard = new Dashboard({ ...options, pageFolder: folder, limits }, { open: nodes.open, processes: null });
  nodes.meet("n1:8000", { node: 1 });
  await dashboard.start();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "balsa-page-"));
  writeFileSync(join(folder, "index.html"), "<title>Balsa</title>");
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await dashboard.close();
  rmSync(folder, { recursive: true });
});

function holds(what: string, condition: () => boolean): Promise<true> {
  return until(what, withinMs, () => condition() || undefined);
}

/** A connection that says what nobody should, never closes its half, and keeps what it is told. */
function raw(...lines: string[]): { readonly socket: Socket; readonly heard: () => string; readonly isOver: () => boolean } {
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(dashboard.url).port), allowHalfOpen: true });
  sockets.push(socket);
  let [text, isOver] = ["", false];
  socket.on("data", (data) => {
    text += data.toString("latin1");
  });
  for (const event of ["end", "close", "error"])
    socket.on(event, () => {
      isOver = true;
    });
  if (lines.length > 0) socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return { socket, heard: () => text, isOver: () => isOver };
}

const upgrade = (host: string) => ["GET /live HTTP/1.1", `Host: ${host}`, "Connection: Upgrade", "Upgrade: websocket"];

test("a range that ends before it begins is no reason to stop: the file is sent whole", async () => {
  await start();
  const asked = raw("GET / HTTP/1.1", "Host: localhost", "Range: bytes=5-2");
  await holds("the page comes", () => asked.heard().includes("<title>Balsa</title>"));
  expect(asked.heard()).toMatch(/^HTTP\/1.1 200 OK/);
});

test("a file that cannot be read costs its own request only", async () => {
  const notRead: Server = createServer().listen(join(folder, "file"));
  await holds("it listens", () => notRead.listening);
  await start();
  const asked = raw("GET /file HTTP/1.1", "Host: localhost");
  await holds("the connection ends", asked.isOver);
  const next = raw("GET / HTTP/1.1", "Host: localhost");
  await holds("the page comes", () => next.heard().includes("Balsa"));
  notRead.close();
});

test("a refused WebSocket whose other end stays open does not keep the server from closing", async () => {
  await start();
  const asked = raw(...upgrade("evil.example"));
  await holds("it is refused", () => asked.heard().startsWith("HTTP/1.1 421"));
  await dashboard.close();
});

test("connections have a limit, and those beyond it are closed and counted", async () => {
  await start({ connectionsMax: 2 });
  const many = [raw(), raw(), raw(), raw()];
  await holds("two are closed", () => many.filter(({ isOver }) => isOver()).length === 2);
  expect(dashboard.refused).toBe(2);
});

test("whoever connects and says nothing, or half a request, is disconnected", async () => {
  await start({ requestMs: 200 });
  const silent = raw();
  const slow = raw();
  slow.socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nX-");
  await holds("both are closed", () => silent.isOver() && slow.isOver());
});

test("a page that is quiet for longer than a request may take looks on", async () => {
  await start({ requestMs: 200 });
  const page = await LivePage.open(dashboard.url);
  const heard = page.frames.length;
  await holds("frames come for a second", () => page.frames.length > heard + 10);
  page.close();
});

test("pings of a page that reads no answers end its connection before they pile up", async () => {
  await start({ unreadBytesMax: 100_000 });
  const page = await LivePage.open(dashboard.url);
  page.socket.pause();
  const timer = setInterval(() => {
    for (let i = 0; i < 2_000; i++) page.socket.ping(Buffer.alloc(125), true, () => undefined);
  }, 5);
  await holds("it is disconnected", () => dashboard.pages === 0);
  clearInterval(timer);
  page.close();
});
