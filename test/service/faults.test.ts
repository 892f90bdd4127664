import { type Client, credentials, makeClientConstructor, status } from "@grpc/grpc-js";
import { Root } from "protobufjs";
import type { FaultServiceClient } from "../../src/generated/balsa/admin/v1/FaultService.ts";
import type { SetFaultRequest } from "../../src/generated/balsa/admin/v1/SetFaultRequest.ts";
import { definitions } from "../../src/generated/definitions.ts";
import { errorKinds } from "../../src/grpc/error-kinds.ts";
import { faultServiceDefinition } from "../../src/grpc/service-definitions.ts";
import { FaultBook } from "../../src/node/faults/fault-book.ts";
import { type ActiveFault, type Fault, faultKinds, faultLimits } from "../../src/node/faults/faults.ts";
import { HandClock } from "../node/fakes.ts";
import { servicesOf } from "./reflect.ts";
import { ask, errorOf, RunningServer } from "./running-server.ts";

const FaultClient = makeClientConstructor(faultServiceDefinition, "FaultService");

let clock: HandClock;
let book: FaultBook;
let ended: [ActiveFault, string][];
let running: RunningServer;
let faults: FaultServiceClient;

async function serve(withFaults: boolean): Promise<void> {
  clock = new HandClock();
  // The server of these tests says that it is always this time.
  clock.stall(10_000);
  ended = [];
  const ports = { clock, onChange: () => undefined, onSet: () => undefined };
  book = new FaultBook({ ...ports, onCleared: (active, why) => ended.push([active, why]) });
  running = await RunningServer.start({}, withFaults ? book : null);
  faults = new FaultClient(running.address, credentials.createInsecure()) as Client as FaultServiceClient;
}

beforeEach(() => serve(true));

afterEach(async () => {
  faults.close();
  await running.stop();
});

const set = (request: SetFaultRequest) => ask(faults.setFault.bind(faults), request);
const cut = (peerId: number): SetFaultRequest => ({ link: { peerId, direction: "LINK_DIRECTION_OUT", cut: true } });

test("a fault that was set is listed, until it is cleared", async () => {
  const { fault } = await set({ ...cut(2), durationMs: 500 });
  expect(fault).toMatchObject({
    id: 1,
    remainingMs: 500,
    struck: 0,
    link: { peerId: 2, cut: true, direction: "LINK_DIRECTION_OUT" },
  });
  await set({ disk: { slowMs: 20 } });
  const listed = await ask(faults.listFaults.bind(faults), {});
  expect(listed.faults.map(({ id, fault: kind }) => [id, kind])).toEqual([
    [1, "link"],
    [2, "disk"],
  ]);
  const cleared = await ask(faults.clearFaults.bind(faults), { ids: [2, 9] });
  expect(cleared.faults.map(({ id }) => id)).toEqual([2]);
  await ask(faults.clearFaults.bind(faults), {});
  expect((await ask(faults.listFaults.bind(faults), {})).faults).toEqual([]);
  expect(ended.map(([{ id }, why]) => [id, why])).toEqual([
    [2, "cleared"],
    [1, "cleared"],
  ]);
});

test("a fault with a duration, and a pause, clear by themselves", async () => {
  await set({ ...cut(3), durationMs: 500 });
  await set({ turn: { pauseMs: 300 } });
  clock.run(299);
  expect(book.list()).toHaveLength(2);
  clock.run(1);
  expect(book.list().map(({ id }) => id)).toEqual([1]);
  clock.run(200);
  expect(book.list()).toEqual([]);
  expect(ended.map(([{ id }, why]) => [id, why])).toEqual([
    [2, "over"],
    [1, "over"],
  ]);
});

test("what is told of a fault is what was asked for", async () => {
  const link = { delayMs: 10, jitterMs: 5, loseRatio: 0.1, duplicateRatio: 0.2, reorderRatio: 0.3 };
  const { fault } = await set({ link });
  expect(fault?.link).toEqual({ ...link, peerId: 0, direction: "LINK_DIRECTION_BOTH", cut: false });
  expect(book.list()[0]?.fault).toEqual({ type: "link", peerId: null, direction: "both", cut: false, ...link } satisfies Fault);
});

test("kinds of faults and their values have the same names in admin.proto, and none is left out", () => {
  const root = Root.fromJSON(definitions);
  const typeOf = (message: string) => root.lookupType(`balsa.admin.v1.${message}`);
  const kinds = Object.keys(faultKinds);
  for (const message of ["SetFaultRequest", "Fault"]) {
    expect({ message, kinds: typeOf(message).oneofs.fault?.oneof }).toEqual({ message, kinds });
  }
  for (const [kind, { fields }] of Object.entries(faultKinds)) {
    const message = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Fault`;
    expect({ message, fields: Object.keys(typeOf(message).fields).sort() }).toEqual({
      message,
      fields: Object.keys(fields).sort(),
    });
  }
});

test("a fault that makes no sense, or goes beyond a limit, is refused in words", async () => {
  const { delayMsMax, pauseMsMax, slowMsMax, durationMsMax } = faultLimits;
  const refused: [SetFaultRequest, RegExp][] = [
    [{}, /names no fault/],
    [{ link: { peerId: 2 } }, /does nothing/],
    [{ link: { cut: true, delayMs: 3 } }, /cut: leave out/],
    [{ link: { delayMs: delayMsMax, jitterMs: 1 } }, /together at most 60000/],
    [{ link: { loseRatio: 1.5 } }, /lose ratio must be from 0 to 1, not 1.5/],
    [{ link: { reorderRatio: Number.NaN } }, /reorder ratio/],
    [{ link: { peerId: 2, cut: true, direction: 17 as never } }, /names no fault/],
    [{ link: { peerId: 1, cut: true } }, /no link to itself/],
    [{ turn: {} }, /from 1 to 60000/],
    [{ turn: { pauseMs: pauseMsMax + 1 } }, /from 1 to 60000/],
    [{ turn: { pauseMs: 10 }, durationMs: 10 }, /its own end/],
    [{ disk: {} }, /does nothing/],
    [{ disk: { slowMs: slowMsMax + 1 } }, /slowed/],
    [{ disk: { slowMs: 1, failWrites: true } }, /either fails or is slow/],
    [{ ...cut(2), durationMs: durationMsMax + 1 }, /duration/],
  ];
  for (const [request, words] of refused) {
    const { code, reason, message } = await errorOf(set(request));
    expect({ code, reason, message }).toEqual({
      code: status.INVALID_ARGUMENT,
      reason: "FAULT_INVALID",
      message: expect.stringMatching(words),
    });
  }
  expect(book.list()).toEqual([]);
});

test("a link to a node that is no member is refused", async () => {
  expect(await errorOf(set(cut(8)))).toMatchObject({
    code: status.NOT_FOUND,
    reason: "UNKNOWN_MEMBER",
    message: "No member is node 8.",
  });
});

test("there are no more faults in force than the limit", async () => {
  for (let count = 0; count < faultLimits.faultsMax; count += 1) await set(cut(2));
  expect(await errorOf(set(cut(2)))).toMatchObject({ code: status.RESOURCE_EXHAUSTED, reason: "TOO_MANY_FAULTS" });
  expect(errorKinds.TOO_MANY_FAULTS.meaning).toContain(`(${faultLimits.faultsMax})`);
});

test("a node that allows faults says so in its status; one that does not serves nothing of the kind", async () => {
  expect((await ask(running.admin.getStatus.bind(running.admin), {})).faultsEnabled).toBe(true);
  faults.close();
  await running.stop();
  await serve(false);
  expect((await ask(running.admin.getStatus.bind(running.admin), {})).faultsEnabled).toBe(false);
  expect(await errorOf(set(cut(2)))).toMatchObject({ code: status.UNIMPLEMENTED });
  expect(await servicesOf(running.address)).toEqual(expect.not.arrayContaining(["balsa.admin.v1.FaultService"]));
});

test("a node that allows faults tells of the service by reflection", async () => {
  expect(await servicesOf(running.address)).toEqual(
    expect.arrayContaining(["balsa.admin.v1.AdminService", "balsa.admin.v1.FaultService"]),
  );
});
