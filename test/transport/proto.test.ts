import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyDefinition, loadSync } from "@grpc/proto-loader";
import { loadOptions, packageDefinition } from "../../src/grpc/load-proto.ts";

/** The .proto files: their style, what may not change in them, and the types made from them. */

// What clients and nodes of this version rely on. After a release, or once new messages are settled: npx buf build proto --exclude-source-info -o test/transport/proto-baseline.txtpb
const baseline = "test/transport/proto-baseline.txtpb";

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const scratch = mkdtempSync(join(tmpdir(), "balsa-proto-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("the .proto files keep to buf's standard style", () => {
  expect(buf("lint", "proto")).toEqual({ status: 0, says: "" });
});

test("nodes and clients of the last release still understand this one", () => {
  expect(buf("breaking", "proto", "--against", baseline)).toEqual({ status: 0, says: "" });
});

test("a change that would break them is noticed: a field that gets another number, type or name", () => {
  const breaks: [string, string, string][] = [
    ["uint64 term = 4;", "uint64 term = 40;", "Envelope"],
    ["uint64 term = 4;", "string term = 4;", "Envelope"],
    ["uint64 term = 4;", "uint64 era = 4;", "Envelope"],
    ["bytes records = 2;", "bytes records = 20;", "SnapshotChunk"],
    ["bool transfer = 5;", "bool transfers = 5;", "RequestVoteRequest"],
  ];
  for (const [at, [from, to, message]] of breaks.entries()) {
    const copy = join(scratch, `broken-${at}`);
    cpSync("proto", copy, { recursive: true });
    const file = join(copy, "balsa/raft/v1/raft.proto");
    const text = readFileSync(file, "utf8");
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
    const { status, says } = buf("breaking", copy, "--against", baseline);
    expect(status).not.toBe(0);
    expect(says).toContain(message);
  }
});

test("src/generated is what npm run proto makes of them", () => {
  const fresh = join(scratch, "generated");
  const { status, stderr } = spawnSync(process.execPath, ["scripts/proto.mjs", fresh], { encoding: "utf8" });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const names = filesUnder("src/generated");
  expect(filesUnder(fresh)).toEqual(names);
  for (const name of names) expect(readFileSync(join("src/generated", name), "utf8")).toBe(readFileSync(join(fresh, name), "utf8"));
});

test("the definitions that are part of the program are those of the .proto files", () => {
  const files = readdirSync("proto", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".proto"));
  const read = loadSync(files, { ...loadOptions, includeDirs: ["proto"] });
  expect(Object.keys(packageDefinition).sort()).toEqual(Object.keys(read).sort());
  for (const [name, definition] of Object.entries(read))
    expect([name, shape(packageDefinition[name])]).toEqual([name, shape(definition)]);
});

/** What a message, an enum or a service consists of, without the functions that were made for it. */
function shape(definition: AnyDefinition | undefined): unknown {
  return JSON.parse(JSON.stringify(definition ?? null, (key, value) => (key === "fileDescriptorProtos" ? undefined : value)));
}

function buf(...words: string[]): { status: number | null; says: string } {
  const { status, stdout, stderr } = spawnSync(join("node_modules", ".bin", "buf"), words, { encoding: "utf8" });
  return { status, says: stdout + stderr };
}

function filesUnder(directory: string): string[] {
  const found = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return found.filter((name) => name.endsWith(".ts")).sort();
}
