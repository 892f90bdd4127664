import { chmodSync, chownSync, cpSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNode } from "../../src/server/embed/create-node.ts";
import { imageOf } from "../storage/image.ts";
import { freePorts } from "../support/free-ports.ts";
import { startOneNode } from "./one-node.ts";
import { Program } from "./program.ts";

// A start that is refused changes nothing, and neither does a command that only looks.

jest.setTimeout(60_000);

let folder: string;
let made: string;
let directory: string;
let ports: number[];
let programs: Program[];
let busy: Server | null;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "balsa-refused-"));
  made = join(folder, "made");
  const node = await startOneNode();
  await node.stop();
  cpSync(node.dataDir, made, { recursive: true, preserveTimestamps: true });
  await node.remove().catch(() => undefined);
});
beforeEach(async () => {
  directory = join(mkdtempSync(join(folder, "each-")), "data");
  cpSync(made, directory, { recursive: true, preserveTimestamps: true });
  ports = await freePorts(3);
  programs = [];
  busy = null;
});
afterEach(async () => {
  for (const program of programs) await program.remove();
  busy?.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (place: number) => `127.0.0.1:${ports[place]}`;

async function run(name: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const program = new Program(name, { args, cwd: folder });
  programs.push(program);
  const { code } = await program.ended();
  return { code, output: program.output };
}

function serve(...more: string[]) {
  return run("server", "--listen", at(0), "--client-listen", at(1), "--data-dir", directory, ...more);
}

async function take(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  busy = server;
}

async function expectUnchanged(what: () => Promise<{ code: number | null; output: string }>, code: number): Promise<void> {
  const before = imageOf(directory);
  const found = await what();
  expect({ code: found.code, output: found.output, image: imageOf(directory) }).toEqual({
    code,
    output: found.output,
    image: before,
  });
}

test.each([
  ["for a peer port that is in use", 0],
  ["for a client port that is in use", 1],
])("a start that is refused %s leaves the data, or their absence, as they were", async (_, place) => {
  await take(ports[place] ?? 0);
  await expectUnchanged(() => serve("--id", "1"), 5);
  rmSync(directory, { recursive: true });
  await expectUnchanged(() => serve("--id", "1"), 5);
});

test.each([
  ["a configuration that makes no sense", ["--id", "1", "--heartbeat-ms", "soon"], 2],
  ["another id", ["--id", "2"], 4],
  ["another cluster", ["--id", "1", "--cluster-id", "other"], 4],
  ["a file that is no configuration", ["--id", "1", "--config", "/nowhere"], 2],
])("a start with %s leaves the data as they are", async (_, args, code) => {
  await expectUnchanged(() => serve(...args), code);
});

test("a start without a part of the log is refused, and with it in its place again the node starts as before", async () => {
  const log = join(directory, "log.mark");
  renameSync(log, join(folder, "moved"));
  await expectUnchanged(() => serve("--id", "1"), 4);
  await expectUnchanged(() => serve("--id", "1"), 4);
  renameSync(join(folder, "moved"), log);
  const program = new Program("server", {
    args: ["--id", "1", "--listen", at(0), "--client-listen", at(1), "--data-dir", directory],
  });
  programs.push(program);
  await program.printed(/leads term|leader/);
});

test.each([
  ["verify", ["verify"], ["--data"], 0],
  ["cluster recover without --force", ["cluster", "recover"], ["--data-dir"], 1],
  ["node rejoin that reaches nobody", ["node", "rejoin", "--join", "127.0.0.1:1"], ["--data-dir"], 3],
])("balsa %s changes nothing", async (_, args, [flag = ""], code) => {
  await expectUnchanged(() => run("cli", ...args, flag, directory), code);
});

test("a node in a program is refused for a port that is in use, and nothing is made or changed", async () => {
  await take(ports[0] ?? 0);
  const settings = { id: 1, listen: at(0), dataDir: directory };
  const before = imageOf(directory);
  await expect(createNode(settings)).rejects.toThrow(`${at(0)} is in use by another process.`);
  expect(imageOf(directory)).toEqual(before);
  rmSync(directory, { recursive: true });
  await expect(createNode(settings)).rejects.toThrow("in use");
  expect(imageOf(directory)).toEqual({});
});

test.each([".", "log", "log/LOCK", "log.mark", "state", "state/LOCK"])(
  "what the user may not write in %s is found before anything is changed",
  async (name) => {
    // Root may do everything, so another user has to try, whose directory it is but for one thing in it.
    const user = 65_534;
    const isRoot = process.getuid?.() === 0;
    for (const open of [folder, join(directory, "..")]) chmodSync(open, 0o755);
    if (isRoot) {
      const all = [".", ...readdirSync(directory, { recursive: true }).map(String)];
      for (const own of all.filter((each) => each !== name)) chownSync(join(directory, own), user, user);
    }
    chmodSync(join(directory, name), statSync(join(directory, name)).isDirectory() ? 0o555 : 0o444);
    const program = new Program("server", {
      args: ["--id", "1", "--listen", at(0), "--client-listen", at(1), "--data-dir", directory],
      ...(isRoot && { user }),
    });
    programs.push(program);
    const before = imageOf(directory);
    expect((await program.ended()).code).toBe(4);
    expect(program.output).toMatch(/EACCES.* Check its permissions/);
    expect(imageOf(directory)).toEqual(before);
  },
);
