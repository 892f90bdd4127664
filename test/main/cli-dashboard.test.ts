import { createServer } from "node:net";
import { LivePage } from "../dashboard/live-page.ts";
import { freePorts } from "../support/free-ports.ts";
import { cli } from "./cli-world.ts";
import { type OneNode, startOneNode } from "./one-node.ts";
import { Program } from "./program.ts";

let node: OneNode;
let program: Program | null = null;
beforeAll(async () => {
  node = await startOneNode();
});
afterEach(() => program?.remove());
afterAll(() => node.remove());

async function start(...args: string[]): Promise<string> {
  const [port] = await freePorts(1);
  const listen = ["--listen", `127.0.0.1:${port}`];
  program = new Program("cli", { args: ["dashboard", "--endpoints", node.address, ...listen, ...args] });
  const [, url = ""] = await program.printed(/The cluster is shown at (\S+)/);
  return url;
}

test("the page of a cluster elsewhere is served until it is interrupted, and every page hears the end", async () => {
  const page = await LivePage.open(await start());
  expect(page.welcome).toMatchObject({
    cluster: { id: "balsa" },
    nodes: [1],
    can: { control: true, faults: false, values: false },
  });
  program?.signal("SIGINT");
  expect(await program?.ended()).toEqual({ code: 0, signal: null });
  await page.closed();
}, 30_000);

test("without controls there is no token, and that is said", async () => {
  const url = await start("--no-controls", "--values");
  expect(url).toMatch(/^http:\/\/localhost:\d+\/$/);
  await program?.printed(/It is only looked at/);
  const page = await LivePage.open(url);
  expect(page.welcome.can).toEqual({ control: false, faults: false, processes: false, values: true });
  page.close();
}, 30_000);

test("a busy port is told with a way out, before anything else", async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    }),
  );
  const { code, complaints } = await cli("dashboard", "--listen", `127.0.0.1:${port}`, "--endpoints", node.address);
  server.close();
  expect({ code, complaints }).toEqual({
    code: 5,
    complaints: [`127.0.0.1:${port} is in use by another process. Choose another one with --listen.`],
  });
});

test("a place that is no address is wrong usage", async () => {
  expect(await cli("dashboard", "--listen", "8080")).toMatchObject({ code: 2, complaints: [expect.stringContaining("host:8080")] });
});
