import { Malformed } from "../../src/machine/bytes.ts";
import { kvMachine } from "../../src/machine/kv.ts";
import { clientNameBytesMax, decodeSessionCommand, encodeSessionCommand } from "../../src/machine/session-codec.ts";
import { decodeClient, decodeLife, lifeKey, ownerKey } from "../../src/machine/session-records.ts";
import type { SessionResult } from "../../src/machine/session-results.ts";
import { SessionRun } from "./run-sessions.ts";

// Sessions count for whom they are opened, so that one client cannot have them all.

const timeoutMs = 8_000;
let map: SessionRun;
beforeEach(() => {
  map = new SessionRun(kvMachine);
});

function openAs(owner: string, ownerMax = 2, name = ""): SessionResult {
  return map.tell({ type: "openAs", timeoutMs, owner, ownerMax, name });
}

function idOf(result: SessionResult): number {
  if (result.type !== "opened") throw new Error(`no session: ${JSON.stringify(result)}`);
  return result.session;
}

const full = { type: "refused", reason: "tooManyOfOwner" };
const ownerRecords = () => map.records().filter(([key]) => key.toString("latin1").startsWith("\0o"));

test("an owner has no more sessions than it may have, whatever others have", () => {
  openAs("a");
  openAs("a");
  expect(openAs("a")).toMatchObject(full);
  expect(openAs("b")).toMatchObject({ type: "opened" });
  expect(openAs("a", 3)).toMatchObject({ type: "opened" });
  // One that is opened for nobody, as before there were owners, counts for nobody.
  expect(map.open().id).toBeGreaterThan(0);
});

test.each<[string, (id: number) => void]>([
  ["closed", (id) => void map.tell({ type: "close", session: id })],
  [
    "expired",
    () => {
      map.time += 2 * timeoutMs;
      map.expire();
    },
  ],
])("a session that is %s no longer counts for its owner", (_, end) => {
  const first = idOf(openAs("a", 1));
  expect(openAs("a", 1)).toMatchObject(full);
  end(first);
  expect(ownerRecords()).toEqual([]);
  expect(openAs("a", 1)).toMatchObject({ type: "opened" });
});

test("of several that expire in one entry each is counted off, from its own owner", () => {
  for (const owner of ["a", "a", "b"]) openAs(owner);
  map.time += timeoutMs / 2;
  const kept = idOf(openAs("b"));
  map.time += timeoutMs;
  expect(map.expire()).toBe(3);
  expect(ownerRecords().map(([key]) => key)).toEqual([ownerKey("b")]);
  expect(openAs("b", 1)).toMatchObject(full);
  expect(map.tell({ type: "keepAlive", session: kept })).toMatchObject({ type: "keptAlive" });
});

test("a refused session leaves nothing, also where the limit of all is reached", () => {
  openAs("a", 1);
  const before = map.records();
  openAs("a", 1);
  expect(map.records()).toEqual(before);
});

test("its record says whose it is and since when, and goes on saying so when it is heard of", () => {
  map.time = 100;
  const id = idOf(openAs("10.0.0.1", 2, "worker"));
  map.time += timeoutMs;
  map.tell({ type: "keepAlive", session: id });
  const record = map.records().find(([key]) => key.equals(lifeKey(id)))?.[1] ?? new Uint8Array(0);
  expect(decodeLife(record).expiresAt).toBeGreaterThan(map.time + timeoutMs);
  expect(decodeClient(decodeLife(record))).toEqual({ openedAt: 100, owner: "10.0.0.1", name: "worker" });
});

test("records and commands of before there were owners are read as ever", () => {
  const old = Buffer.from("00001f400000000000000064", "hex");
  expect(decodeLife(old)).toMatchObject({ timeoutMs: 8_000, expiresAt: 100 });
  expect(decodeClient(decodeLife(old))).toBeNull();
  expect(decodeSessionCommand(Buffer.from("000200001f40", "hex"))).toEqual({ type: "open", timeoutMs: 8_000 });
});

test("the command says the same when it is read again; a name beyond the limit is malformed", () => {
  const command = { type: "openAs", timeoutMs, owner: "2001:db8::/64", ownerMax: 7, name: "grüße" } as const;
  const bytes = encodeSessionCommand(command);
  expect(bytes.toString("hex").slice(0, 20)).toBe("000600001f4000000007");
  expect(decodeSessionCommand(bytes)).toEqual(command);
  const long = encodeSessionCommand({ ...command, name: "x".repeat(clientNameBytesMax) });
  const at = long.length - clientNameBytesMax - 1;
  long[at] = clientNameBytesMax + 1;
  expect(() => decodeSessionCommand(Buffer.concat([long, Buffer.from("x")]))).toThrow(Malformed);
  expect(() => decodeSessionCommand(bytes.subarray(0, -1))).toThrow(Malformed);
});
