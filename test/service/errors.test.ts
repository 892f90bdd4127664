import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Metadata, status } from "@grpc/grpc-js";
import { BalsaError, clientErrorKinds, errorOfCall, worthAnotherTry } from "../../src/client/balsa-error.ts";
import { errorKinds, type Retry } from "../../src/service/errors.ts";
import { failure, itemErrorOf, statusOf } from "../../src/service/failure.ts";
import { errorInfoOf } from "../../src/transport/error-info.ts";

const words: Readonly<Record<Retry, string>> = {
  never: "no",
  backOff: "after a pause",
  elsewhere: "at another node",
  readFirst: "read first",
};

interface Kind {
  readonly code: status;
  readonly mayHaveHappened: boolean;
  readonly retry: Retry;
  readonly meaning: string;
}

/** The rows of docs/errors.md under a heading, without the table's head. */
function rowsUnder(heading: string): string[] {
  const text = readFileSync(join(__dirname, "../../docs/errors.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  return section.split("\n").filter((line) => line.startsWith("| `"));
}

function rowsOf(kinds: Readonly<Record<string, Kind>>): string[] {
  return Object.entries(kinds).map(([reason, { code, mayHaveHappened, retry, meaning }]) => {
    const outcome = mayHaveHappened ? "may have happened" : "surely nothing happened";
    return `| \`${reason}\` | ${status[code]} | ${outcome} | ${words[retry]} | ${meaning} |`;
  });
}

test("docs/errors.md lists every error of a node, and no other, as the code has it", () => {
  expect(rowsUnder("From a node").sort()).toEqual(rowsOf(errorKinds).sort());
});

test("docs/errors.md lists every error of the client, and no other, as the code has it", () => {
  expect(rowsUnder("From BalsaClient itself").sort()).toEqual(rowsOf(clientErrorKinds).sort());
});

test("no error is dead: each reason is given somewhere in the code", () => {
  const dead = (kinds: object, room: string, registry: string): string[] => {
    const directory = join(__dirname, "../../src", room);
    const files = readdirSync(directory).filter((name) => name.endsWith(".ts") && name !== registry);
    const source = files.map((name) => readFileSync(join(directory, name), "utf8")).join();
    return Object.keys(kinds).filter((reason) => !source.includes(`"${reason}"`));
  };
  expect(dead(errorKinds, "service", "errors.ts")).toEqual([]);
  expect(dead(clientErrorKinds, "client", "balsa-error.ts")).toEqual([]);
});

test("rule 21: an error whose outcome is unknown is not of a code that gRPC libraries repeat by themselves", () => {
  const unknown = Object.values<Kind>({ ...errorKinds, ...clientErrorKinds }).filter((kind) => kind.mayHaveHappened);
  expect(unknown.length).toBeGreaterThan(0);
  for (const { code, retry } of unknown) {
    expect([status.UNAVAILABLE, status.RESOURCE_EXHAUSTED]).not.toContain(code);
    expect(retry).toBe("readFirst");
  }
});

test("a call's error carries google.rpc.ErrorInfo, byte for byte as other languages read it", () => {
  const { code, details, metadata } = statusOf(failure("OVERLOADED", "Too much.", { id: 2, address: "host:8000" }));
  expect([code, details]).toEqual([status.RESOURCE_EXHAUSTED, "Too much."]);
  const bytes = metadata.get("grpc-status-details-bin")[0];
  const text = Buffer.isBuffer(bytes) ? bytes.toString("latin1") : "";
  // google.rpc.Status: code 8, message, then one Any with an ErrorInfo.
  expect(text.startsWith("\x08\x08\x12\x09Too much.\x1a")).toBe(true);
  expect(text).toContain("\x0a\x28type.googleapis.com/google.rpc.ErrorInfo\x12");
  expect(text).toContain("\x0a\x0aOVERLOADED\x12\x05balsa\x1a");
  expect(text).toContain("\x0a\x0fmayHaveHappened\x12\x05false");
  expect(errorInfoOf(metadata)).toEqual({
    reason: "OVERLOADED",
    metadata: { mayHaveHappened: "false", leader: "2", leaderAddress: "host:8000" },
  });
});

test("an item's error carries the same facts", () => {
  expect(itemErrorOf(failure("LEADER_CHANGED"))).toEqual({
    code: status.ABORTED,
    reason: "LEADER_CHANGED",
    message: errorKinds.LEADER_CHANGED.meaning,
    mayHaveHappened: true,
  });
});

test("the client knows an explained error from one that gRPC made, which may hide a change", () => {
  const explained = Object.assign(new Error(), statusOf(failure("NO_LEADER")));
  expect(errorOfCall(explained, true)).toMatchObject({ reason: "NO_LEADER", mayHaveHappened: false });
  for (const metadata of [new Metadata(), garbage()]) {
    const bare = Object.assign(new Error(), { code: status.UNAVAILABLE, details: "Connection dropped", metadata });
    expect(errorOfCall(bare, true)).toMatchObject({ reason: "UNAVAILABLE", mayHaveHappened: true, message: "Connection dropped" });
    expect(errorOfCall(bare, false)).toMatchObject({ reason: "UNAVAILABLE", mayHaveHappened: false });
  }
  expect(errorOfCall(explained, true)).toBeInstanceOf(BalsaError);
});

test("rule 21: whatever its code, an error that may hide a change is not worth another try", () => {
  for (const code of [status.UNAVAILABLE, status.DATA_LOSS]) {
    expect(worthAnotherTry(new BalsaError(code, "ANY", false, ""))).toBe(true);
    expect(worthAnotherTry(new BalsaError(code, "ANY", true, ""))).toBe(false);
  }
});

function garbage(): Metadata {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from([0xff, 0x01, 0x02]));
  return metadata;
}
