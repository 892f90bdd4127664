import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalsaClient } from "../../src/client/client.ts";
import { createNode } from "../../src/server/embed/create-node.ts";
import { freePorts } from "../support/free-ports.ts";
import { Program } from "./program.ts";

// The data of a node are for the user alone whom it runs as.

jest.setTimeout(30_000);

let folder: string;
let programs: Program[];
const mask = process.umask();
beforeEach(() => {
  // As most systems have it: what is made is for all to read.
  process.umask(0o022);
  folder = mkdtempSync(join(tmpdir(), "balsa-privacy-"));
  programs = [];
});
afterEach(async () => {
  process.umask(mask);
  for (const program of programs) await program.remove();
  rmSync(folder, { recursive: true });
});

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** The modes of all directories, and of all files, from `directory` on. */
function modesIn(directory: string): { directories: Set<string>; files: Set<string> } {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const pathOf = (entry: (typeof entries)[number]) => join(entry.parentPath, entry.name);
  const directories = [directory, ...entries.filter((entry) => entry.isDirectory()).map(pathOf)];
  return {
    directories: new Set(directories.map(modeOf)),
    files: new Set(entries.filter((entry) => entry.isFile()).map((entry) => modeOf(pathOf(entry)))),
  };
}

async function serve(directory: string): Promise<{ program: Program; address: string }> {
  const [peerPort, clientPort] = await freePorts(2);
  const address = `127.0.0.1:${clientPort}`;
  const args = ["--id", "1", "--listen", `127.0.0.1:${peerPort}`, "--client-listen", address, "--data-dir", directory];
  const program = new Program("server", { args: [...args, "--log-format", "voice"] });
  programs.push(program);
  await program.printed(/leads term/);
  return { program, address };
}

async function stop(program: Program): Promise<void> {
  program.signal("SIGTERM");
  expect(await program.ended()).toEqual({ code: 0, signal: null });
}

test("a node makes directories and files that nobody else can read, also those that come later", async () => {
  const directory = join(folder, "new", "data");
  const { program, address } = await serve(directory);
  const client = new BalsaClient({ endpoints: [address] });
  // More than LevelDB keeps in one file of its log.
  for (let n = 0; n < 12; n += 1) await client.set(`key-${n}`, Buffer.alloc(1_000_000, n));
  await client.close();
  await stop(program);
  for (const path of [join(folder, "new"), directory]) {
    expect(modesIn(path)).toEqual({ directories: new Set(["700"]), files: new Set(["600"]) });
  }
  expect(program.output).not.toContain("Other users");
});

test("a directory that others may look into is warned of, until the command is run that the warning names", async () => {
  const directory = join(folder, "it's open");
  mkdirSync(directory);
  const first = await serve(directory);
  const [, command = ""] = await first.program.printed(/whose mode is 0755\. Keep them out: (chmod .*)$/m);
  await stop(first.program);
  chmodSync(join(directory, "log.mark"), 0o644);
  execFileSync("sh", ["-c", command]);
  expect(modesIn(directory)).toEqual({ directories: new Set(["700"]), files: new Set(["600"]) });
  const second = await serve(directory);
  await stop(second.program);
  expect(second.program.output).not.toContain("Other users");
});

test.each([
  ["group", 0o750],
  ["everybody", 0o701],
])("a directory open to its %s is warned of by a node in a program too", async (_, mode) => {
  const directory = join(folder, "data");
  mkdirSync(directory, { mode });
  const [port] = await freePorts(1);
  const lines: string[] = [];
  const node = await createNode({
    id: 1,
    listen: `127.0.0.1:${port}`,
    dataDir: directory,
    logTo: { write: (line) => lines.push(line) },
  });
  await node.stop();
  expect(lines.join("")).toContain(`Other users of this machine may get at the data in ${directory}`);
});

test("a node in a program closes its directories, whatever files the program's mask allows, and leaves the mask alone", async () => {
  const directory = join(folder, "data");
  const [port] = await freePorts(1);
  const node = await createNode({ id: 1, listen: `127.0.0.1:${port}`, dataDir: directory });
  await node.stop();
  expect(modesIn(directory).directories).toEqual(new Set(["700"]));
  for (const name of ["identity.json", "log.mark", "log/owner.json"]) expect(modeOf(join(directory, name))).toBe("600");
  expect(process.umask()).toBe(0o022);
});
