import { createServer, type Socket } from "node:net";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { Acquaintance } from "../../src/generated/balsa/raft/v1/Acquaintance.ts";
import type { Introduction, IntroductionAnswer } from "../../src/node/founding/introduction.ts";
import { FoundingService } from "../../src/transport/in/founding-service.ts";
import { transportDefaults } from "../../src/transport/link/transport-options.ts";
import { askIntroduction } from "../../src/transport/out/introduction-call.ts";
import {
  readIntroduction,
  readIntroductionAnswer,
  writeIntroduction,
  writeIntroductionAnswer,
} from "../../src/transport/wire/introductions.ts";
import { raftProto, raftService } from "../../src/transport/wire/raft-service.ts";
import { incarnationId } from "../incarnations.ts";
import { RawCaller, streamError } from "./raw-caller.ts";
import { listen, TestNode } from "./test-node.ts";
import { until } from "./until.ts";

/** What nodes say to each other before they know whether they belong together. */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const list = [1, 2].map((id) => ({ id, peerAddress: `host${id}:7000` }));
const members = list.map((listed) => ({ ...listed, clientAddress: `host${listed.id}:8000`, diskId: `disk ${listed.id}` }));
const question: Introduction = { clusterId: "balsa", from: 1, to: 2, diskId: "a disk", list };
const founding: IntroductionAnswer = { clusterId: "balsa", from: 2, diskId: "its disk", stage: { type: "founding", list } };
const born = {
  clusterId: "balsa",
  from: 2,
  diskId: "its disk",
  stage: { type: "born", birth: { incarnationId, members }, acquaintance: "sameDisk", clientAddress: "host2:8000" },
} as const satisfies IntroductionAnswer;

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

describe("on the wire", () => {
  test("a question and every answer come out as they went in", () => {
    expect(readIntroduction(writeIntroduction(question))).toEqual({ type: "message", body: question });
    const acquaintances = ["sameDisk", "unknownDisk", "otherDisk", "removed", "stranger", "untold"] as const;
    const answers: IntroductionAnswer[] = [
      founding,
      ...acquaintances.map((acquaintance) => ({ ...born, stage: { ...born.stage, acquaintance } })),
      { ...born, stage: { ...born.stage, birth: { incarnationId, members: [] }, clientAddress: "" } },
    ];
    for (const answer of answers) {
      expect(readIntroductionAnswer(writeIntroductionAnswer(answer))).toEqual({ type: "message", body: answer });
    }
  });

  test.each<[what: string, changed: object]>([
    ["without an id", { from: 0 }],
    ["with an id beyond 2^53 - 1", { to: 2 ** 53 }],
    ["without a disk", { diskId: "" }],
    ["that lists a node twice", { list: [list[0], list[0]] }],
    ["that lists a node without an id", { list: [{ id: 0, peerAddress: "a:1" }] }],
    [
      "with a longer list than any cluster's",
      { list: Array.from({ length: 1_001 }, (_, at) => ({ id: at + 1, peerAddress: "" })) },
    ],
    ["with an address that is none", { list: [{ id: 1, peerAddress: "a".repeat(1_001) }] }],
  ])("a question %s is malformed", (_what, changed) => {
    expect(readIntroduction(raftProto.Introduce.requestSerialize({ ...question, list: [...list], ...changed }))).toMatchObject({
      type: "malformed",
    });
  });

  test.each<[what: string, changed: object]>([
    ["that says neither the one nor the other", { born: undefined }],
    ["without a disk", { diskId: "" }],
    ["of no incarnation", { born: { ...born.stage, incarnationId: "balsa", members: [] } }],
    ["with members that cannot be", { born: { incarnationId, members: [members[0], members[0]] } }],
    ["with a member without an id", { born: { incarnationId, members: [{ ...members[0], id: 0 }] } }],
  ])("an answer %s is malformed", (_what, changed) => {
    const whole = { clusterId: "balsa", from: 2, diskId: "its disk", born: { incarnationId, members: [...members] } };
    expect(readIntroductionAnswer(raftProto.Introduce.responseSerialize({ ...whole, ...changed }))).toMatchObject({
      type: "malformed",
    });
  });

  test.each([["ffffffffffffffffffffffff"], [""], ["0a0368656c6c6f"]])("garbage is malformed: %j", (hex) => {
    expect(readIntroduction(Buffer.from(hex, "hex"))).toMatchObject({ type: "malformed" });
    expect(readIntroductionAnswer(Buffer.from(hex, "hex"))).toMatchObject({ type: "malformed" });
  });

  test("an acquaintance of a later version is taken for that of a node which knows nothing yet", () => {
    const born = { incarnationId, members: [], acquaintance: 99 as unknown as Acquaintance };
    const answer = { clusterId: "balsa", from: 2, diskId: "its disk", born };
    expect(readIntroductionAnswer(raftProto.Introduce.responseSerialize(answer))).toMatchObject({
      body: { stage: { acquaintance: "untold" } },
    });
  });
});

describe("a node whose cluster is yet to be born", () => {
  async function serve(introduce: (asked: Introduction) => IntroductionAnswer | null): Promise<string> {
    const server = new Server();
    new FoundingService({ introduce }).addTo(server);
    stops.push(() => server.forceShutdown());
    const port = await new Promise((resolve) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, at) => resolve(at)),
    );
    return `127.0.0.1:${port}`;
  }

  test("answers whoever introduces itself", async () => {
    const asked: Introduction[] = [];
    const address = await serve((each) => {
      asked.push(each);
      return founding;
    });
    expect(await ask(address)).toEqual(founding);
    expect(asked).toEqual([question]);
  });

  test("is silent while it has nothing to tell", async () => {
    expect(await ask(await serve(() => null))).toEqual({ silent: "This node is starting or stopping" });
  });

  test("takes part in nothing else", async () => {
    const caller = new RawCaller(await serve(() => founding));
    stops.push(() => caller.close());
    const refusal = { code: status.UNAVAILABLE, details: "This node is not in a cluster yet" };
    expect((await caller.requestVote(Buffer.alloc(0)).ended).error).toMatchObject(refusal);
    for (const stream of [caller.openAppends(), caller.openForwards(), caller.openSnapshots()]) {
      const ended = streamError(stream);
      stream.write(Buffer.alloc(0));
      expect(await ended).toMatchObject(refusal);
    }
  });
});

describe("a node in a cluster", () => {
  test("answers whoever introduces itself, of whichever cluster, and takes it for nobody's message", async () => {
    const { server, address } = await listen();
    const node = new TestNode({ id: 2, peers: new Map() }, server);
    stops.push(() => node.stop());
    const other = { ...question, clusterId: "raft" };
    expect(await ask(address, other)).toMatchObject({
      clusterId: "balsa",
      from: 2,
      stage: { type: "born", birth: { incarnationId } },
    });
    expect(node.introductions).toEqual([other]);
    expect(node.received).toEqual([]);
    expect(node.transport.counters.strangersRefused).toBe(0);
  });

  test("refuses a malformed question, and counts it", async () => {
    const { server, address } = await listen();
    const node = new TestNode({ id: 2, peers: new Map() }, server);
    stops.push(() => node.stop());
    const reply = await ask(address, { ...question, diskId: "" });
    expect(reply).toEqual({ silent: "A message is malformed: its disk_id is empty" });
    expect(node.transport.counters.malformedRefused).toBe(1);
  });
});

describe("a node that asks", () => {
  test("is told that nobody is there", async () => {
    expect(await ask("127.0.0.1:1")).toEqual({ silent: "connect ECONNREFUSED 127.0.0.1:1" });
  });

  test("waits no longer for one that takes the connection and says nothing, and leaves nothing behind", async () => {
    const open = new Set<Socket>();
    const mute = createServer((socket) => {
      open.add(socket.resume());
      socket.on("error", () => undefined);
      socket.on("close", () => open.delete(socket));
    });
    stops.push(() => mute.close());
    const address = await new Promise<string>((resolve) =>
      mute.listen(0, "127.0.0.1", () => resolve(`127.0.0.1:${(mute.address() as { port: number }).port}`)),
    );
    expect(await ask(address, question, 200)).toEqual({ silent: "no answer came in time" });
    await until("its socket is closed", () => open.size === 0);
  });

  test("does not believe an answer that makes no sense", async () => {
    const server = new Server();
    server.addService(
      { Introduce: raftService.Introduce },
      { Introduce: (_call: unknown, answer: (error: null, bytes: Buffer) => void) => answer(null, Buffer.from("0a00", "hex")) },
    );
    stops.push(() => server.forceShutdown());
    const port = await new Promise((resolve) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, at) => resolve(at)),
    );
    expect(await ask(`127.0.0.1:${port}`)).toEqual({
      silent: "its answer is malformed: it does not say whether its node has a cluster",
    });
  });
});

function ask(address: string, asked = question, callTimeoutMs = 5_000): Promise<unknown> {
  return new Promise((resolve) => askIntroduction(address, asked, { ...transportDefaults, callTimeoutMs }, resolve));
}
