import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { inputBytesMax } from "../../src/cli/basics/input.ts";
import { BalsaClient } from "../../src/client/client.ts";
import { type OneNode, startOneNode } from "./one-node.ts";

const cli = resolve(__dirname, "../..", process.env.BALSA_TEST_DIST ?? "dist", "main/cli.js");

// Each command is a process of its own.
jest.setTimeout(30_000);

/** By then a command has come as far as to read its input. */
const lateMs = 2_500;

let node: OneNode;
let client: BalsaClient;
let folder: string;
beforeAll(async () => {
  node = await startOneNode();
  client = new BalsaClient({ endpoints: [node.address] });
  folder = mkdtempSync(join(tmpdir(), "balsa-cli-input-"));
});
afterAll(async () => {
  await client.close();
  await node.remove();
  rmSync(folder, { recursive: true });
});

/**
 * A command with this as its standard input, which it alone holds from then on. Node hands pipes on such that they block
 * their reader; `dd` undoes that, as supervisors and other shells do.
 */
function run(input: number | "ignore", ...args: string[]): ChildProcess {
  const script = 'dd iflag=nonblock count=0 2>/dev/null; exec "$0" "$@"';
  const command = [process.execPath, cli, "--endpoints", node.address, ...args];
  const child = spawn("sh", ["-c", script, ...command], { stdio: [input, "pipe", "pipe"] });
  if (typeof input === "number") closeSync(input);
  return child;
}

async function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (said += text));
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, said };
}

/** Both ends of a pipe. */
function pipe(): { readonly reader: number; readonly writer: number } {
  const path = join(folder, `pipe-${Math.random()}`);
  execFileSync("mkfifo", [path]);
  // Or it would wait for a writer.
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY) };
}

function fileWith(content: string | Buffer): number {
  const path = join(folder, `file-${Math.random()}`);
  writeFileSync(path, content);
  return openSync(path, "r");
}

test.each([
  ["set", ["set", "late", "-"]],
  ["cas", ["cas", "late", "--absent", "--new-value", "-"]],
])("%s waits for a writer that is late, and takes all that it writes", async (_, args) => {
  await client.delete("late");
  const { reader, writer } = pipe();
  const command = run(reader, ...args);
  const end = ended(command);
  await pause(lateMs);
  writeSync(writer, "late, ");
  await pause(100);
  expect(command.exitCode).toBeNull();
  writeSync(writer, "but whole");
  closeSync(writer);
  expect(await end).toMatchObject({ code: 0 });
  expect((await client.get("late"))?.value).toBe("late, but whole");
});

test("a value expected by cas may come late too", async () => {
  await client.set("expected", "this");
  const { reader, writer } = pipe();
  const end = ended(run(reader, "cas", "expected", "--value", "-", "--delete"));
  await pause(lateMs);
  writeSync(writer, "this");
  closeSync(writer);
  expect(await end).toMatchObject({ code: 0 });
  expect(await client.get("expected")).toBeNull();
});

test("a large value comes whole", async () => {
  const value = "grüße ".repeat(120_000);
  expect(await ended(run(fileWith(value), "set", "large", "-"))).toMatchObject({ code: 0 });
  expect((await client.get("large"))?.value).toBe(value);
});

test("an empty input is an empty value, also where there is none at all", async () => {
  const { reader, writer } = pipe();
  closeSync(writer);
  for (const input of [reader, fileWith(""), "ignore"] as const) {
    await client.set("empty", "full");
    expect(await ended(run(input, "set", "empty", "-"))).toMatchObject({ code: 0 });
    expect((await client.get("empty"))?.value).toBe("");
  }
});

test.each<[string, () => number, RegExp]>([
  [
    "a folder",
    () => openSync(folder, "r"),
    /^The value cannot be read: standard input is neither a file nor a pipe nor a terminal\.$/,
  ],
  ["without an end", () => openSync("/dev/zero", "r"), new RegExp(`it has more than ${inputBytesMax} bytes`)],
])("standard input that is %s is wrong usage, and sets nothing", async (_, input, said) => {
  await client.set("untouched", "1");
  const end = await ended(run(input(), "set", "untouched", "-"));
  expect(end.code).toBe(2);
  expect(end.said.trim()).toMatch(said);
  expect((await client.get("untouched"))?.value).toBe("1");
});

test("a mistake among the options is said at once, and no input is waited for", async () => {
  const { reader, writer } = pipe();
  expect(await ended(run(reader, "cas", "k", "--value", "-"))).toMatchObject({ code: 2 });
  closeSync(writer);
});
