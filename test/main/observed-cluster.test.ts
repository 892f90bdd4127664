import { BalsaClient } from "../../src/client/client.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";
import { FaultCaller } from "../support/fault-caller.ts";
import { Observer } from "../support/observer.ts";
import { until } from "../support/until.ts";
import { ThreeNodes } from "./three-nodes.ts";

// What three nodes tell of themselves: every arrow has both its ends.

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(120_000);

let three: ThreeNodes;
let observers: Observer[];
let client: BalsaClient;

beforeAll(async () => {
  three = await ThreeNodes.start({ faults: "on", observerMessagesMax: "1000000" });
  observers = await Promise.all(three.addresses.map((address) => Observer.of(address, 1_000_000)));
  client = new BalsaClient({ endpoints: three.addresses, requestTimeoutMs: 30_000 });
});

afterAll(async () => {
  for (const observer of observers) observer.close();
  await client.close();
  await three.remove();
});

const all = (type: string): ObservedRecord[] => observers.flatMap((observer) => observer.of(type));
const leaderOf = (): number => observers.find(({ sample }) => sample?.role === "leader")?.sample?.node ?? 0;

/** Names a message: a sender gives each number once. */
function nameOf(record: ObservedRecord): string {
  return `${record.from} ${record.to} ${record.message} ${record.sequence}`;
}

/** Waits until all that was sent by now has arrived or is lost. */
async function settled(): Promise<void> {
  const upTo = Math.max(...observers.map(({ batches }) => batches.at(-1)?.now ?? 0));
  await until("what was sent has arrived", 20_000, () => {
    const isTold = observers.every(({ batches }) => (batches.at(-1)?.now ?? 0) > upTo + 1_500);
    return isTold || undefined;
  });
}

function expectBothEnds(): void {
  expect(observers.flatMap(({ batches }) => batches.map(({ dropped, leftOut }) => dropped + leftOut)).every((n) => n === 0)).toBe(
    true,
  );
  const sent = new Map(all("messageSent").map((record) => [nameOf(record), record]));
  // Each tells in its own rhythm: up to here all have told.
  const upTo = Math.min(...observers.map(({ batches }) => batches.at(-1)?.now ?? 0));
  const numbered = all("messageReceived").filter(({ sequence, at }) => Number(sequence) > 0 && at < upTo);
  const orphans = numbered.filter((record) => !sent.has(nameOf(record)));
  expect(orphans.map(nameOf)).toEqual([]);
  for (const record of numbered) expect(record.at).toBeGreaterThanOrEqual(sent.get(nameOf(record))?.at ?? Number.POSITIVE_INFINITY);
  // What left in the last second may be on its way; what went before all observers were there had nobody to note its arrival.
  const oldest = Math.max(...observers.map(({ batches }) => batches[0]?.now ?? 0));
  const ended = new Set([...all("messageReceived"), ...all("messageLost")].map(nameOf));
  const hanging = [...sent.values()]
    .filter(({ at }) => at > oldest && at < upTo - 1_000)
    .filter((record) => !ended.has(nameOf(record)));
  expect(hanging.map(nameOf)).toEqual([]);
  expect(numbered.length).toBeGreaterThan(100);
}

test("every message that was received has the record of its sending, by the same number", async () => {
  const before = Math.max(...observers.map(({ sample }) => sample?.commitIndex ?? 0));
  await Promise.all(Array.from({ length: 60 }, (_, i) => client.set(`key ${i}`, "x".repeat(100))));
  await client.get("key 7");
  await until(
    "all tell the commit",
    10_000,
    () => observers.every(({ sample }) => (sample?.commitIndex ?? 0) > before + 10) || undefined,
  );
  await settled();
  expectBothEnds();
  const types = new Set(all("messageReceived").map(({ message }) => message));
  expect([...types]).toEqual(expect.arrayContaining(["append", "appendMatch", "heartbeat", "heartbeatReply"]));
});

test("a command that goes by way of a follower is seen going there and back", async () => {
  const follower = three.addresses.find((_, at) => at + 1 !== leaderOf()) ?? "";
  const direct = new BalsaClient({ endpoints: [follower], discover: false, requestTimeoutMs: 30_000 });
  await direct.set("by way of", "a follower");
  await direct.get("by way of");
  await direct.close();
  await settled();
  expectBothEnds();
  const seen = new Set(all("messageReceived").map(({ message }) => message));
  expect([...seen]).toEqual(expect.arrayContaining(["forward", "forwardReply", "readIndexRequest", "readIndexReply"]));
});

test("a change of leaders is told by each node with its votes, and nothing of it is left out", async () => {
  const leader = leaderOf();
  const { term = 0 } = observers[leader - 1]?.sample ?? {};
  const faults = new FaultCaller(three.addresses[leader - 1] ?? "");
  await faults.set({ link: { peerId: 0, direction: "LINK_DIRECTION_BOTH", cut: true }, durationMs: 3_000 });
  await until("another leads", 20_000, () => {
    const found = leaderOf();
    return (found !== 0 && found !== leader && (observers[found - 1]?.sample?.term ?? 0) > term) || undefined;
  });
  await faults.clear();
  faults.close();
  await settled();
  expectBothEnds();
  expect(all("faultSet")).toMatchObject([{ node: leader, id: 1 }]);
  expect(all("faultCleared")).toMatchObject([{ node: leader, id: 1 }]);
  expect(all("messageLost").filter(({ node, why }) => node === leader && why === "fault").length).toBeGreaterThan(0);
  const grants = all("messageReceived").filter(({ message, granted, preVote }) => message === "voteReply" && granted && !preVote);
  expect(grants.length).toBeGreaterThan(0);
  // Each takes in what its turn had, and gives out what came of it.
  const elected = all("leaderElected").find((record) => record.node === record.leader && Number(record.term) > term);
  expect(grants.some(({ node, turn }) => node === elected?.node && turn === elected?.turn)).toBe(true);
});

test("loss, delay, doubling and overtaking leave no end without the other", async () => {
  const faults = new FaultCaller(three.addresses[0] ?? "");
  const ratios = { loseRatio: 0.2, duplicateRatio: 0.3, reorderRatio: 0.2, delayMs: 5, jitterMs: 20 };
  await faults.set({ link: { peerId: 2, direction: "LINK_DIRECTION_BOTH", ...ratios } });
  await faults.set({ link: { peerId: 3, direction: "LINK_DIRECTION_OUT", ...ratios } });
  const known = all("messageLost").length;
  for (let i = 0; i < 40; i += 1) await client.set(`again ${i}`, "y");
  await until("some were lost", 20_000, () => all("messageLost").length > known + 5 || undefined);
  await faults.clear();
  faults.close();
  await settled();
  expectBothEnds();
  const names = all("messageReceived").map(nameOf);
  expect(new Set(names).size).toBeLessThan(names.length);
});

test("the counts of messages are those of the records", () => {
  const counted = new Map<string, number>();
  for (const { flows } of observers.flatMap(({ batches }) => batches))
    for (const { from, to, message, sent } of flows)
      counted.set(`${from} ${to} ${message}`, (counted.get(`${from} ${to} ${message}`) ?? 0) + sent);
  const told = new Map<string, number>();
  for (const { from, to, message } of all("messageSent"))
    told.set(`${from} ${to} ${message}`, (told.get(`${from} ${to} ${message}`) ?? 0) + 1);
  for (const [way, count] of told) expect(counted.get(way)).toBe(count);
});

test("each store is told with the time that it took, and entries of the log in words", async () => {
  expect(all("stored").length).toBeGreaterThan(0);
  for (const { tookMs } of all("stored")) expect(tookMs).toBeGreaterThan(0);
  const { revision: index } = await client.set("a key", "a value");
  const [entry] = (await observers[leaderOf() - 1]?.entries(index, index, true))?.entries ?? [];
  expect(entry).toMatchObject({ index, kind: "command", text: "set a key a value" });
});
