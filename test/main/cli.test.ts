import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli, cliRead, type Ran } from "./cli-world.ts";
import { type OneNode, startOneNode } from "./one-node.ts";

jest.setTimeout(30_000);

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

function balsa(...args: string[]): Promise<Ran> {
  return cli(...args, "--endpoints", node.address);
}

test("watch prints changes as they come, those of before included if asked", async () => {
  const first = await balsa("set", "watched/a", "1", "--json");
  await balsa("set", "other", "1");
  const gone = await balsa("delete", "watched/a", "--json");
  const { revision } = JSON.parse(first.out);
  // A reader that goes away ends the command, as nothing else does.
  const watch = ["watch", "watched/", "--prefix", "--from", String(revision), "--endpoints", node.address];
  const watching = cliRead({ outputsMax: 3 }, ...watch);
  const second = await balsa("set", "watched/b", "2", "--json");
  const revisions = [first, gone, second].map(({ out }) => JSON.parse(out).revision);
  expect(await watching).toMatchObject({
    code: 0,
    out: `${revisions[0]}\twatched/a\t1\n${revisions[1]}\twatched/a\t(deleted)\n${revisions[2]}\twatched/b\t2\n`,
  });
});

test("what is meant for another life of the cluster is refused, by every command, and nothing is done", async () => {
  const [{ incarnationId }] = JSON.parse((await balsa("status", "--json")).out) as [{ incarnationId: string }];
  expect(incarnationId).toMatch(/^[0-9a-f]{32}$/);
  const other = ["--incarnation", "fedcba9876543210fedcba9876543210", "--timeout", "1000"];
  const commands = [["get", "a"], ["set", "a", "1"], ["delete", "a"], ["scan"], ["watch", "--from", "1"]];
  for (const command of [...commands, ["cas", "a", "--absent", "--new-value", "1"]]) {
    const { code, complaints } = await balsa(...command, ...other);
    expect([code, complaints.join()]).toEqual([1, expect.stringContaining("OTHER_CLUSTER")]);
  }
  expect(await balsa("get", "a")).toMatchObject({ code: 1 });
  expect(await balsa("set", "a", "1", "--incarnation", incarnationId)).toMatchObject({ code: 0 });
});

describe("a script that uses the map", () => {
  test("what is set is got, and a second set has a later revision", async () => {
    const first = await balsa("set", "greeting", "hello");
    const second = await balsa("set", "greeting", "hello again", "--json");
    expect(first).toMatchObject({ code: 0, complaints: [] });
    const revision = Number(/revision (\d+)/.exec(first.out)?.[1]);
    const told = JSON.parse(second.out);
    expect(told).toEqual({ revision: expect.any(Number), existed: true });
    expect(told.revision).toBeGreaterThan(revision);
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

describe("keys and values that hold control characters", () => {
  const key = "odd/a\nodd/forged\tline\x1b[31m";
  const value = "\x1b]0;title\x07\x9b2J\u202eback\\slash\n";
  const control = /(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e]/u;
  beforeAll(() => balsa("set", key, value));

  test("an item of a scan or of a watch stays one line, which can be turned back", async () => {
    const line = "odd/a\\nodd/forged\\tline\\u001b[31m\t\\u001b]0;title\\u0007\\u009b2J\\u202eback\\\\slash\\n\n";
    expect((await balsa("scan", "odd/")).out).toBe(line);
    expect((await balsa("scan", "odd/", "--keys")).out.split("\n")).toHaveLength(2);
    const { revision } = JSON.parse((await balsa("get", key, "--json")).out);
    const words = ["watch", "odd/", "--prefix", "--from", String(revision), "--endpoints", node.address];
    expect((await cliRead({ outputsMax: 1 }, ...words)).out).toBe(`${revision}\t${line}`);
  });

  test("a person is shown them; a program, --format raw and --json have them exactly", async () => {
    expect((await cliRead({ isTerminal: true }, "get", key, "--endpoints", node.address)).out).toBe(
      "\\u001b]0;title\\u0007\\u009b2J\\u202eback\\slash\n\n",
    );
    expect((await balsa("get", key)).out).toBe(`${value}\n`);
    for (const isTerminal of [true, false]) {
      expect((await cliRead({ isTerminal }, "get", key, "--format", "raw", "--endpoints", node.address)).out).toBe(value);
    }
    for (const command of [
      ["get", key],
      ["scan", "odd/"],
    ]) {
      const { out } = await balsa(...command, "--json");
      expect(JSON.parse(out)).toMatchObject({ key, value: { text: value } });
      expect(out).not.toMatch(control);
    }
  });

  test.each([
    ["get", `${key}, which is not there`],
    ["set", key, value],
    ["cas", key, "--absent", "--delete"],
    ["cas", key, "--value", value, "--new-value", value],
    ["delete", `${key}, which is not there`],
    ["member", "move", "1", "--peer", "host\n\x1b[31m:1"],
    ["scan", "\x1b[31m", "\x9b"],
    ["\x1b[31m"],
  ])("no word that was typed comes back to the terminal as a command: %j", async (...words) => {
    const { out, complaints } = await balsa(...words);
    expect(out + complaints.join()).not.toMatch(control);
    expect(out.split("\n").length).toBeLessThanOrEqual(2);
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
    ["a value that is no base64", ["set", "a", "a", "--as", "base64"]],
    ["an expected value that is no hex", ["cas", "a", "--value", "0", "--new-value", "00", "--as", "hex"]],
    ["a new value that is no base64", ["cas", "a", "--absent", "--new-value", "AP8", "--as", "base64"]],
    ["an encoding that there is not", ["set", "a", "b", "--as", "latin1"]],
    ["a revision with an exponent", ["watch", "--from", "1e3"]],
    ["a revision that is negative", ["watch", "--from=-1"]],
    ["a revision with a fraction", ["watch", "--from", "1.0"]],
    ["a revision in hex", ["watch", "--from", "0x10"]],
    ["a revision that is empty", ["watch", "--from", ""]],
    ["a revision with a blank", ["watch", "--from", " 1"]],
    ["a revision beyond what is exact", ["watch", "--from", "9007199254740993"]],
    ["an expected revision beyond what is exact", ["cas", "a", "--revision", "9007199254740992", "--delete"]],
    ["a limit of none", ["scan", "--limit", "0"]],
    ["a node's id that is none", ["member", "remove", "1.5"]],
    ["a time-out of none", ["get", "a", "--timeout", "0"]],
    ["a time-out beyond what timers take", ["get", "a", "--timeout", "2147483648"]],
    ["a ratio beyond 1", ["fault", "set", "link", "all", "--lose", "1.1"]],
    ["a ratio that is none", ["fault", "set", "link", "all", "--lose", "0.1.1"]],
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
    expect(JSON.parse(complaints[0] ?? "")).toMatchObject({ error: { code: "UNREACHABLE", mayHaveHappened: false } });
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
    // The write is made in a session of its own: its beginning and end are entries too, and the number of sessions is a record.
    // A node that has led for a while adds entries of its own.
    expect(await cli("verify", "--data", copy)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^All is well: node 1 .* a log up to entry ([45]) of term 1, 2 records as of entry \1/),
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
