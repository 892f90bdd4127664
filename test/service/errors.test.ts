import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Metadata, status } from "@grpc/grpc-js";
import { failureOf } from "../../src/client/connection/node-connection.ts";
import { BalsaError, errorOfCall, errorOfItem, worthAnotherTry } from "../../src/client/values/balsa-error.ts";
import { clientErrorKinds } from "../../src/client/values/client-errors.ts";
import { errorInfoOf } from "../../src/grpc/error-info.ts";
import { type ErrorKind, errorKinds } from "../../src/grpc/error-kinds.ts";
import { grpcStatuses } from "../../src/grpc/grpc-statuses.ts";
import type { Retry } from "../../src/grpc/retry.ts";
import { failure, itemErrorOf, statusOf } from "../../src/service/answers/failure.ts";
import { expectTables, tableOf } from "../doc-tables.ts";

const words: Readonly<Record<Retry, string>> = {
  never: "no",
  backOff: "after a pause",
  elsewhere: "at another node",
  readFirst: "read first",
};

const advice: Readonly<Record<Retry, string>> = {
  never: "Correct the request, or what it asks for: the same one would fail again.",
  backOff: "Send it again after a pause, which grows from try to try.",
  elsewhere: "Send it to another node at once; `BalsaClient` has done so by itself.",
  readFirst:
    "Read what is there, and send it again only if the change is not. In a session, `BalsaClient` finds out by itself as long as it has time.",
};

/** All codes, by what to do about them. */
function retryLines(): string[] {
  const kinds = Object.entries<ErrorKind>({ ...errorKinds, ...clientErrorKinds });
  const rows = (Object.keys(advice) as Retry[]).map((retry) => {
    const codes = kinds.filter(([, kind]) => kind.retry === retry).map(([code]) => `\`${code}\``);
    return [`\`${retry}\``, advice[retry], codes.join(" ")];
  });
  return tableOf(["`retry`", "What to do", "Codes"], rows);
}

function linesOf(kinds: Readonly<Record<string, ErrorKind>>): string[] {
  const head = ["Code", "gRPC status", "Outcome", "Send it again?", "Meaning"];
  const rows = Object.entries(kinds).map(([code, { grpcStatus, mayHaveHappened, retry, meaning }]) => {
    const outcome = mayHaveHappened ? "may have happened" : "no effect";
    return [`\`${code}\``, grpcStatus, outcome, words[retry], meaning];
  });
  return tableOf(head, rows);
}

test("gRPC's words stand in the places of their numbers", () => {
  expect(Object.fromEntries(grpcStatuses.map((word, number) => [word, number]))).toEqual(
    Object.fromEntries(Object.entries(status).filter(([, number]) => typeof number === "number")),
  );
});

test("docs/errors.md lists every error of a node and of the client, and no other, as the code has it", () => {
  expectTables("docs/errors.md", { retry: retryLines(), node: linesOf(errorKinds), client: linesOf(clientErrorKinds) });
});

test("no error is dead: each reason is given somewhere in the code", () => {
  const dead = (kinds: object, room: string, registry?: string): string[] => {
    const directory = join(__dirname, "../../src", room);
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".ts") && name !== registry,
    );
    const source = files.map((name) => readFileSync(join(directory, name), "utf8")).join();
    return Object.keys(kinds).filter((reason) => !source.includes(`"${reason}"`));
  };
  expect(dead(errorKinds, "service")).toEqual([]);
  expect(dead(clientErrorKinds, "client", "values/client-errors.ts")).toEqual([]);
});

test("rule 21: an error whose outcome is unknown is not of a code that gRPC libraries repeat by themselves", () => {
  const unknown = Object.values<ErrorKind>({ ...errorKinds, ...clientErrorKinds }).filter((kind) => kind.mayHaveHappened);
  expect(unknown.length).toBeGreaterThan(0);
  for (const { grpcStatus, retry } of unknown) {
    expect(["UNAVAILABLE", "RESOURCE_EXHAUSTED"]).not.toContain(grpcStatus);
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
    metadata: { mayHaveHappened: "false", retry: "backOff", leader: "2", leaderAddress: "host:8000" },
  });
});

test("an item's error carries the same facts", () => {
  expect(itemErrorOf(failure("LEADER_CHANGED"))).toEqual({
    code: status.ABORTED,
    reason: "LEADER_CHANGED",
    message: errorKinds.LEADER_CHANGED.meaning,
    mayHaveHappened: true,
    retry: "readFirst",
  });
});

test("the client knows an explained error from one that gRPC made, which may hide a change", () => {
  const explained = Object.assign(new Error(), statusOf(failure("NO_LEADER")));
  expect(errorOfCall(failureOf(explained), true)).toMatchObject({ code: "NO_LEADER", mayHaveHappened: false });
  for (const metadata of [new Metadata(), garbage()]) {
    const bare = Object.assign(new Error(), { code: status.UNAVAILABLE, details: "Connection dropped", metadata });
    expect(errorOfCall(failureOf(bare), true)).toMatchObject({
      code: "UNAVAILABLE",
      mayHaveHappened: true,
      message: "Connection dropped",
    });
    expect(errorOfCall(failureOf(bare), false)).toMatchObject({ code: "UNAVAILABLE", mayHaveHappened: false });
  }
  expect(errorOfCall(failureOf(explained), true)).toBeInstanceOf(BalsaError);
});

test("the client says by the same word what was the same of both, and only then", () => {
  const both = Object.keys(clientErrorKinds).filter((code) => code in errorKinds);
  expect(both.sort()).toEqual(["OTHER_CLUSTER", "READ_TIMEOUT", "SESSION_LOST", "TIMEOUT"]);
  for (const code of both) {
    const { meaning: _, ...kind } = errorKinds[code as keyof typeof errorKinds];
    expect(clientErrorKinds[code as keyof typeof clientErrorKinds]).toMatchObject(kind);
  }
});

test("a word of a later version is told by gRPC's word for its kind; the rest is taken as it is", () => {
  const said = { reason: "TOO_HOT", message: "Too hot.", mayHaveHappened: false, retry: "elsewhere" };
  const unavailable = errorOfItem({ ...said, code: status.UNAVAILABLE });
  expect(unavailable).toMatchObject({ code: "UNAVAILABLE", grpcStatus: "UNAVAILABLE", retry: "elsewhere" });
  expect(unavailable.facts).toEqual({ reason: "TOO_HOT" });
  // ABORTED is the code of a call that was given up.
  expect(errorOfItem({ ...said, code: status.ABORTED })).toMatchObject({ code: "UNKNOWN", grpcStatus: "ABORTED" });
  expect(errorOfItem({ ...said, code: 99, retry: "tomorrow" })).toMatchObject({ code: "UNKNOWN", retry: "never" });
});

test("what an older node leaves unsaid is taken from the table of errors", () => {
  const said = { code: status.UNAVAILABLE, message: "Gone.", mayHaveHappened: false, retry: "" };
  expect(errorOfItem({ ...said, reason: "STOPPING" }).retry).toBe("elsewhere");
  expect(errorOfItem({ ...said, reason: "STOPPING", retry: "never" }).retry).toBe("never");
});

test("rule 21: whatever its code, an error that may hide a change is not worth another try", () => {
  for (const grpcStatus of ["UNAVAILABLE", "DATA_LOSS"] as const) {
    expect(worthAnotherTry(new BalsaError("UNKNOWN", "", { grpcStatus, mayHaveHappened: false }))).toBe(true);
    expect(worthAnotherTry(new BalsaError("UNKNOWN", "", { grpcStatus, mayHaveHappened: true }))).toBe(false);
  }
});

function garbage(): Metadata {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from([0xff, 0x01, 0x02]));
  return metadata;
}
