import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../src/main/cli/program.ts";
import { type OneNode, startOneNode } from "./one-node.ts";

let node: OneNode;
beforeAll(async () => {
  node = await startOneNode();
});
afterAll(() => node.remove());

/** Changes one bit of the first file in the folder that holds the text. */
function flipBit(folder: string, text: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const file = files.find((path) => readFileSync(path).includes(text)) ?? "no file holds it";
  const bytes = readFileSync(file);
  const at = bytes.indexOf(text);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly bytes: Buffer;
  readonly complaints: string[];
}

async function cli(...args: string[]): Promise<Ran> {
  const output: Buffer[] = [];
  const complaints: string[] = [];
  const code = await runCli(args, {
    print: async (text) => void output.push(Buffer.from(text)),
    complain: (line) => void complaints.push(line),
  });
  const bytes = Buffer.concat(output);
  return { code, out: bytes.toString(), bytes, complaints };
}

function balsa(...args: string[]): Promise<Ran> {
  return cli(...args, "--endpoints", node.address);
}

test("watch prints changes as they come, those of before included if asked", async () => {
  const first = await balsa("set", "watched/a", "1", "--json");
  await balsa("set", "other", "1");
  await balsa("delete", "watched/a");
  const { revision } = JSON.parse(first.out);
  const lines: string[] = [];
  // A reader that goes away ends the command, as nothing else does.
  const world = {
    print: async (text: string | Uint8Array) => {
      lines.push(Buffer.from(text).toString());
      if (lines.length === 3) throw new Error("enough");
    },
    complain: () => undefined,
  };
  const watching = runCli(["watch", "watched/", "--prefix", "--from", String(revision), "--endpoints", node.address], world);
  await balsa("set", "watched/b", "2");
  await expect(watching).rejects.toThrow("enough");
  expect(lines).toEqual([
    `${revision}\twatched/a\t1\n`,
    `${revision + 2}\twatched/a\t(deleted)\n`,
    `${revision + 3}\twatched/b\t2\n`,
  ]);
});

describe("a script that uses the map", () => {
  test("what is set is got, and a second set has a later revision", async () => {
    const first = await balsa("set", "greeting", "hello");
    const second = await balsa("set", "greeting", "hello again", "--json");
    expect(first).toMatchObject({ code: 0, complaints: [] });
    const revision = Number(/revision (\d+)/.exec(first.out)?.[1]);
    expect(JSON.parse(second.out)).toEqual({ revision: revision + 1, existed: true });
    expect(await balsa("get", "greeting")).toMatchObject({ code: 0, out: "hello again\n" });
  });

  test("a key that is not there is exit code 1", async () => {
    expect(await balsa("get", "nothing")).toMatchObject({ code: 1, out: "", complaints: ['There is no "nothing".'] });
    expect(await balsa("get", "nothing", "--json")).toMatchObject({ code: 1, out: "null\n" });
  });

  test("bytes come back as they went, from a file and into one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "balsa-cli-"));
    const content = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    writeFileSync(join(folder, "in"), content);
    expect((await balsa("set", "bytes", "--file", join(folder, "in"))).code).toBe(0);
    expect((await balsa("get", "bytes", "--format", "raw")).bytes).toEqual(content);
    expect((await balsa("get", "bytes", "--format", "hex")).out).toBe(`${content.toString("hex")}\n`);
    rmSync(folder, { recursive: true });
  });

  test("delete says whether there was anything, and is done either way", async () => {
    await balsa("set", "old", "x");
    expect(await balsa("delete", "old")).toMatchObject({ code: 0, out: expect.stringMatching(/^Deleted "old"/) });
    expect(await balsa("delete", "old")).toMatchObject({ code: 0, out: 'There was no "old".\n' });
  });

  test("a local read needs no leader, and prints the same", async () => {
    await balsa("set", "near", "here");
    expect(await balsa("get", "near", "--local")).toMatchObject({ code: 0, out: "here\n" });
  });
});

describe("compare and set", () => {
  test("a comparison that holds is exit code 0, one that does not is 1 and shows what is there", async () => {
    await balsa("delete", "lock");
    expect((await balsa("cas", "lock", "--absent", "--new-value", "mine")).code).toBe(0);
    const refused = await balsa("cas", "lock", "--absent", "--new-value", "yours");
    expect(refused).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^Not changed: "lock" is at revision \d+, with the value "mine"\.\n$/),
    });
    const asJson = JSON.parse((await balsa("cas", "lock", "--value", "yours", "--delete", "--json")).out);
    expect(asJson).toMatchObject({ succeeded: false, current: { key: "lock", value: { text: "mine" } } });
    const { revision } = asJson.current;
    expect((await balsa("cas", "lock", "--revision", String(revision), "--delete")).code).toBe(0);
    expect((await balsa("cas", "lock", "--value", "mine", "--delete")).out).toBe('Not changed: there is no "lock".\n');
  });

  test.each([
    ["no expectation", ["--new-value", "x"]],
    ["two expectations", ["--absent", "--value", "x", "--new-value", "y"]],
    ["nothing to do", ["--absent"]],
    ["two things to do", ["--absent", "--new-value", "x", "--delete"]],
    ["one input for two values", ["--value", "-", "--new-value", "-"]],
  ])("%s is exit code 2", async (_, args) => {
    expect(await balsa("cas", "lock", ...args)).toMatchObject({ code: 2, out: "" });
  });
});

describe("scan", () => {
  beforeAll(async () => {
    for (const key of ["fruit/b", "fruit/a", "fruit/c", "tree/a"]) await balsa("set", key, key.toUpperCase());
  });

  test("prints the keys of a prefix in order, with their values", async () => {
    expect((await balsa("scan", "fruit/")).out).toBe("fruit/a\tFRUIT/A\nfruit/b\tFRUIT/B\nfruit/c\tFRUIT/C\n");
  });

  test("takes a range, a limit, and keys alone", async () => {
    expect((await balsa("scan", "--start", "fruit/b", "--end", "fruit/z", "--keys")).out).toBe("fruit/b\nfruit/c\n");
    expect((await balsa("scan", "fruit/", "--limit", "2", "--keys")).out).toBe("fruit/a\nfruit/b\n");
  });

  test("prints a JSON object a line", async () => {
    const lines = (await balsa("scan", "fruit/", "--json")).out.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))[0]).toEqual({
      key: "fruit/a",
      value: { text: "FRUIT/A" },
      revision: expect.any(Number),
    });
  });
});

describe("what a script learns from the exit code", () => {
  test.each<[string, string[]]>([
    ["no command", []],
    ["an unknown command", ["put", "a", "b"]],
    ["a missing key", ["get"]],
    ["a word too many", ["get", "a", "b"]],
    ["an unknown option", ["get", "a", "--quorum"]],
    ["an endpoint without port", ["get", "a", "--endpoints", "localhost"]],
    ["a timeout that is no number", ["get", "a", "--timeout", "soon"]],
    ["an unknown format", ["get", "a", "--format", "xml"]],
    ["no value", ["set", "a"]],
    ["a value that is no hex", ["set", "a", "xyz", "--as", "hex"]],
    ["no data directory", ["verify"]],
  ])("%s is 2", async (_, args) => {
    expect(await cli(...args)).toMatchObject({ code: 2, out: "" });
  });

  test.each([["get", "a"], ["set", "a", "b"], ["scan"], ["status"]])("nobody there is 3: %s", async (...args) => {
    const { code } = await cli(...args, "--endpoints", "127.0.0.1:1", "--timeout", "300");
    expect(code).toBe(3);
  });

  test("a request that a node refuses for what it is, is 1, with the reason", async () => {
    const { code, complaints } = await balsa("set", "", "x");
    expect(code).toBe(1);
    expect(complaints).toEqual([expect.stringContaining("EMPTY_KEY")]);
  });

  test("with --json the complaint is JSON, and says whether it may have happened", async () => {
    const { complaints } = await cli("set", "a", "b", "--json", "--timeout", "300", "--endpoints", "127.0.0.1:1");
    expect(JSON.parse(complaints[0] ?? "")).toMatchObject({ error: { reason: "UNREACHABLE", mayHaveHappened: false } });
  });

  test("help and version are 0", async () => {
    expect(await cli("--help")).toMatchObject({ code: 0, out: expect.stringContaining("Exit codes") });
    expect(await cli("--version")).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });
});

describe("status", () => {
  test("shows the nodes that answer and those that do not", async () => {
    const { code, out } = await cli("status", "--endpoints", `${node.address},127.0.0.1:1`);
    expect(code).toBe(0);
    expect(out).toContain("Leader");
    expect(out).toContain("does not answer: connect ECONNREFUSED 127.0.0.1:1");
    expect(out).toContain('Node 1 leads cluster "balsa"');
  });

  test("prints JSON", async () => {
    const [status] = JSON.parse((await balsa("status", "--json")).out);
    expect(status).toMatchObject({ address: node.address, nodeId: 1, role: "ROLE_LEADER" });
  });
});

describe("verify", () => {
  test("a data directory in use is not touched: exit code 4", async () => {
    const { code, complaints } = await cli("verify", "--data", node.dataDir);
    expect(code).toBe(4);
    expect(complaints[0]).toMatch(/in use by another process/);
  });

  test("a stopped node's data is read in full; a bit that flipped is found", async () => {
    const stopped = await startOneNode();
    await cli("set", "a", "some text that fills the record", "--endpoints", stopped.address);
    await stopped.stop();
    const copy = mkdtempSync(join(tmpdir(), "balsa-verify-"));
    cpSync(stopped.dataDir, copy, { recursive: true });
    rmSync(stopped.dataDir, { recursive: true });
    expect(await cli("verify", "--data", copy)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^All is well: node 1 .* a log up to entry 2 of term 1, 1 records as of entry 2/),
    });
    flipBit(join(copy, "log"), "some text");
    const { code, complaints } = await cli("verify", "--data", copy);
    expect(code).toBe(4);
    expect(complaints[0]).toMatch(/is damaged/);
    rmSync(copy, { recursive: true });
  });

  test("what is no data directory is refused: exit code 4", async () => {
    expect((await cli("verify", "--data", "/nowhere")).code).toBe(4);
  });
});
