import { ClusterPin } from "../../src/client/connection/cluster-pin.ts";
import { ConnectionPool } from "../../src/client/connection/connection-pool.ts";
import { Connector } from "../../src/client/connection/connector.ts";
import { RequestQueue } from "../../src/client/requests/request-queue.ts";
import { Session } from "../../src/client/requests/session.ts";
import { completeOptions } from "../../src/client/values/options.ts";
import { FakeNetwork, type Sent } from "./fake-network.ts";

// What a client does while its answers do not come: load must not make load. Time is the test's own.

const addresses = ["a:1", "b:1", "c:1"];
const answerCheckMs = 100;
/** Many times as long as the longest pause between two looks. */
const longMs = 200 * answerCheckMs;

interface Request {
  readonly name: string;
  sequence?: number;
}

let network: FakeNetwork;
let connector: Connector;
let writes: RequestQueue<Request, unknown>;
let answered: string[];

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
  network = new FakeNetwork();
  answered = [];
  start({ isInSession: true });
  // Node 1 leads; the others follow it.
  leads(1, 5);
});
afterEach(() => {
  writes.close();
  connector.close();
  jest.useRealTimers();
});

function start({ isInSession }: { isInSession: boolean }): void {
  const options = completeOptions({
    endpoints: addresses,
    answerCheckMs,
    requestTimeoutMs: 10 * longMs,
    membersCheckMs: 10 * longMs,
  });
  const pin = new ClusterPin("");
  const pool = new ConnectionPool(async () => (endpoint) => network.connect(endpoint));
  connector = new Connector(options, {
    pool,
    pin,
    onOtherCluster: () => undefined,
    onLost: () => undefined,
    onLeader: () => undefined,
    onConnected: () => writes.onConnected(),
  });
  const session = new Session({ id: 1, incarnationId: "", timeoutMs: longMs }, 1_000);
  const sessions = {
    use: () => session,
    onLost: () => undefined,
    ended: () => null,
    put: (request: Request, { sequence }: { sequence: number }) => {
      request.sequence = sequence;
    },
  };
  writes = new RequestQueue<Request, unknown>(
    { ...options, definition: {} as never, changes: true },
    {
      pin,
      connect: () => connector.connect(),
      onLost: (connection) => connector.onLost(connection),
      onLeaderMoved: () => connector.onLeaderMoved(),
      onNoAnswer: () => connector.onNoAnswer(),
      lateMs: () => connector.lateMs,
      onAnswer: (tookMs: number) => connector.onAnswer(tookMs),
      sessions: isInSession ? sessions : null,
    },
  );
}

/** All of them answer, and say that this one leads. */
function leads(id: number, term: number): void {
  for (const [place, address] of addresses.entries()) network.said.set(address, { id: place + 1, term, leaderId: id });
}

function write(name: string): void {
  writes.send({ name }, 10, { timeoutMs: 10 * longMs, signal: null }).then(
    () => answered.push(name),
    (error) => answered.push(`${name}: ${error.code}`),
  );
}

async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}

/** Sends writes and waits until they are at the leader. */
async function writeMany(count: number): Promise<Sent> {
  for (let i = 0; i < count; i += 1) write(`write ${i}`);
  await pass(answerCheckMs / 2);
  const [sent] = network.sent;
  if (sent === undefined) throw new Error("nothing was sent");
  return sent;
}

function sentCount(): number {
  return network.sent.reduce((sum, { ids }) => sum + ids.length, 0);
}

test("however slowly a leader answers, it keeps what it was sent: nothing is sent again while nobody else leads", async () => {
  const sent = await writeMany(50);
  expect(sent.endpoint).toBe("a:1");
  await pass(longMs);
  expect(sentCount()).toBe(50);
  sent.stream.answer(sent.ids);
  await pass(0);
  expect(answered).toHaveLength(50);
});

test("one question at a time is asked for all who wait, over at most two connections, and ever less often", async () => {
  await writeMany(50);
  const made = network.made.length;
  network.questions.length = 0;
  await pass(longMs / 2);
  const first = network.questions.length;
  await pass(longMs / 2);
  const second = network.questions.length - first;
  // A question of the leader itself, and one for a second opinion, each time.
  expect(second).toBeGreaterThan(0);
  expect(second).toBeLessThanOrEqual(first);
  expect(first).toBeLessThan((2 * longMs) / 2 / answerCheckMs / 2);
  expect(network.made.length - made).toBeLessThanOrEqual(1);
  expect(network.openCount).toBeLessThanOrEqual(2);
});

test("a leader that does not even say its status is not dead while others hear it", async () => {
  const sent = await writeMany(5);
  const made = network.made.length;
  network.said.set("a:1", null);
  await pass(longMs);
  expect(sentCount()).toBe(5);
  expect(connector.current?.endpoint).toBe("a:1");
  expect(network.made.length - made).toBeLessThanOrEqual(1);
  sent.stream.answer(sent.ids);
  await pass(0);
  expect(answered).toHaveLength(5);
});

test("a leader that goes on saying that it leads is not believed for ever: another node is asked as well", async () => {
  await writeMany(3);
  leads(2, 6);
  network.said.set("a:1", { id: 1, term: 5, leaderId: 1 });
  await pass(longMs);
  expect(connector.current?.endpoint).toBe("b:1");
  expect(network.sent.map(({ endpoint }) => endpoint)).toEqual(["a:1", "b:1"]);
});

test("once another leader of a higher term is known, what waits is sent again there, once, in its own place", async () => {
  const sent = await writeMany(3);
  leads(2, 6);
  network.said.set("a:1", null);
  await pass(longMs);
  expect(connector.current?.endpoint).toBe("b:1");
  expect(network.sent.map(({ endpoint, ids }) => [endpoint, ids.length])).toEqual([
    ["a:1", 3],
    ["b:1", 3],
  ]);
  expect(network.sent[1]?.requests).toEqual(sent.requests);
  network.sent[1]?.stream.answer(network.sent[1].ids);
  await pass(0);
  expect(answered).toHaveLength(3);
  expect(writes.repeats).toBe(3);
});

test("a node that was cut off says that it hears no leader: what waits there goes to the one who leads", async () => {
  await writeMany(3);
  leads(2, 6);
  network.said.set("a:1", { id: 1, term: 5, leaderId: 0 });
  await pass(10 * answerCheckMs);
  expect(network.sent.map(({ endpoint }) => endpoint)).toEqual(["a:1", "b:1"]);
});

test("without a session nothing is sent again, whoever leads by now", async () => {
  writes.close();
  connector.close();
  start({ isInSession: false });
  const sent = await writeMany(3);
  leads(2, 6);
  network.said.set("a:1", null);
  await pass(longMs);
  expect(connector.current?.endpoint).toBe("b:1");
  expect(sentCount()).toBe(3);
  sent.stream.answer(sent.ids);
  await pass(0);
  expect(answered).toHaveLength(3);
});

test("from a follower the client goes over to the leader, and what the follower has stays there until it is answered", async () => {
  network.said.set("a:1", { id: 1, term: 5, leaderId: 2 });
  network.said.set("c:1", { id: 3, term: 5, leaderId: 2 });
  network.said.delete("b:1");
  const sent = await writeMany(3);
  expect(sent.endpoint).not.toBe("b:1");
  // The leader can be reached again.
  network.said.set("b:1", { id: 2, term: 5, leaderId: 2 });
  await pass(longMs);
  expect(connector.current?.endpoint).toBe("b:1");
  expect(sentCount()).toBe(3);
  write("another");
  await pass(answerCheckMs);
  expect(network.sent.at(-1)).toMatchObject({ endpoint: "b:1", requests: [{ name: "another" }] });
  sent.stream.answer(sent.ids);
  await pass(0);
  expect(answered).toHaveLength(3);
});

test("what was under way on a connection that is surely lost is sent again", async () => {
  const sent = await writeMany(3);
  leads(2, 6);
  network.said.delete("a:1");
  sent.stream.break();
  await pass(longMs);
  expect(network.sent.map(({ endpoint, ids }) => [endpoint, ids.length])).toEqual([
    ["a:1", 3],
    ["b:1", 3],
  ]);
});

test("answers that come as they should make the next look a quick one again; others that do not come are not forgotten for them", async () => {
  const sent = await writeMany(2);
  await pass(longMs);
  const [first = 0, second = 0] = sent.ids;
  // One answer of long ago says nothing of now.
  sent.stream.answer([first]);
  network.questions.length = 0;
  write("prompt");
  await pass(answerCheckMs / 4);
  const prompt = network.sent.at(-1);
  prompt?.stream.answer(prompt.ids);
  await pass(longMs / 2);
  expect(network.questions.length).toBeGreaterThan(0);
  sent.stream.answer([second]);
  await pass(2 * answerCheckMs);
  // It takes some of them until answers are known to come soon.
  for (let i = 0; i < 20; i += 1) {
    write("prompt as well");
    await pass(answerCheckMs / 4);
    const last = network.sent.at(-1);
    last?.stream.answer(last.ids);
  }
  network.questions.length = 0;
  write("slow");
  await pass(3 * answerCheckMs);
  expect(network.questions).toContain("a:1");
});

test("where answers usually take long, one that takes as long again is not asked about; one that takes far longer is", async () => {
  const usualMs = 5 * answerCheckMs;
  for (let i = 0; i < 10; i += 1) {
    write(`write ${i}`);
    await pass(usualMs);
    const sent = network.sent.at(-1);
    sent?.stream.answer(sent.ids);
  }
  await pass(usualMs);
  expect(answered).toHaveLength(10);
  network.questions.length = 0;
  write("as slow");
  await pass(usualMs);
  const sent = network.sent.at(-1);
  sent?.stream.answer(sent.ids);
  await pass(answerCheckMs);
  expect(answered).toHaveLength(11);
  expect(network.questions).toEqual([]);
  write("slower");
  await pass(3 * usualMs);
  expect(network.questions).toContain("a:1");
});

test("with a node to talk to, a second opinion that is late is waited for: nobody else is connected to meanwhile", async () => {
  await writeMany(3);
  network.questions.length = 0;
  for (const address of addresses) network.said.set(address, null);
  await pass(8 * answerCheckMs);
  // The node in use, and one more.
  expect(network.questions[0]).toBe("a:1");
  expect(new Set(network.questions).size).toBe(2);
  expect(network.openCount).toBe(2);
});
