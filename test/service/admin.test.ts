import { type Client, credentials, makeClientConstructor, status } from "@grpc/grpc-js";
import type { GetStatusResponse__Output } from "../../src/generated/balsa/admin/v1/GetStatusResponse.ts";
import { healthDefinition } from "../../src/grpc/service-definitions.ts";
import { incarnationId } from "../incarnations.ts";
import { ask, errorOf, RunningServer, until } from "./running-server.ts";

let running: RunningServer;
beforeEach(async () => {
  running = await RunningServer.start();
});
afterEach(() => running.stop());

function getStatus(request = {}): Promise<GetStatusResponse__Output> {
  return ask<object, GetStatusResponse__Output>((request, done) => running.admin.getStatus(request, done), request);
}

test("figures are told to whoever asks for them, not to a client that only looks for the leader", async () => {
  expect((await getStatus()).figures).toEqual([]);
});

test("a leader's status tells all it knows, its followers' progress included", async () => {
  running.node.view = {
    ...running.node.view,
    lastIndex: 100,
    commitIndex: 95,
    peers: [{ id: 3, isVoter: true, state: "replicate", matchIndex: 90, nextIndex: 98, lastHeardAt: 9_988 }],
  };
  running.node.appliedIndex = 94;
  const { uptimeMs, memoryBytes, ...rest } = await getStatus({ withFigures: true });
  expect(rest).toEqual({
    clusterId: "test",
    incarnationId,
    sessions: 0,
    sessionsMax: 10_000,
    nodeId: 1,
    role: "ROLE_LEADER",
    term: 3,
    leaderId: 1,
    leaderAddress: "",
    firstIndex: 1,
    lastIndex: 100,
    commitIndex: 95,
    appliedIndex: 94,
    members: [1, 2, 3].map((id) => ({
      nodeId: id,
      peerAddress: `host${id}:7000`,
      clientAddress: id === 2 ? "host2:8000" : "",
      diskId: `disk${id}`,
      role: "MEMBER_ROLE_VOTER",
      toBePromoted: false,
      toBeRemoved: false,
    })),
    snapshots: [{ toNodeId: 3, index: 40, sentBytes: 10, totalBytes: 100 }],
    verification: { scrubRounds: 1, scrubbedBytes: 2, compared: 3, differed: 4, comparedIndex: 5 },
    stateDigest: { appliedIndex: 94, records: 2, digest: "00000000000000ff" },
    diskBytes: 4_096,
    faultsEnabled: false,
    version: "1.2.3",
    processId: process.pid,
    strangersRefused: 7,
    figures: [
      { name: "node_turns", kind: "FIGURE_KIND_COUNTER", unit: "turns", value: 12, histogram: null },
      {
        name: "node_read_turn_ms",
        kind: "FIGURE_KIND_HISTOGRAM",
        unit: "ms",
        value: 7,
        histogram: { bounds: [1, 2], counts: [4, 6, 7], sum: 12.5 },
      },
    ],
    messagesRefused: 8,
    peers: [
      {
        nodeId: 2,
        address: "host2:7000",
        linkState: "LINK_STATE_CONNECTED",
        matchIndex: 0,
        nextIndex: 0,
        lag: 0,
        progress: "",
        lastHeardMs: 0,
      },
      {
        nodeId: 3,
        address: "host3:7000",
        linkState: "LINK_STATE_UNSPECIFIED",
        matchIndex: 90,
        nextIndex: 98,
        lag: 10,
        progress: "replicate",
        lastHeardMs: 12,
      },
    ],
  });
  expect(uptimeMs).toBeGreaterThan(0);
  expect(memoryBytes).toBeGreaterThan(1_000_000);
});

test.each([
  ["follower", "ROLE_FOLLOWER", 2, "host2:8000"],
  ["preCandidate", "ROLE_PRE_CANDIDATE", null, ""],
  ["candidate", "ROLE_CANDIDATE", null, ""],
] as const)("a %s says so, and whom it follows", async (role, seen, leader, leaderAddress) => {
  running.node.view = { ...running.node.view, role, leader };
  expect(await getStatus()).toMatchObject({ role: seen, leaderId: leader ?? 0, leaderAddress });
});

describe("health", () => {
  const services = ["", "balsa.client.v1.ClientService", "balsa.admin.v1.AdminService"];
  type HealthClient = Client & {
    check(request: { service: string }, done: (error: Error | null, response?: { status: string }) => void): unknown;
    watch(request: { service: string }): NodeJS.EventEmitter & { cancel(): void };
  };
  let health: HealthClient;
  beforeEach(() => {
    const HealthClient = makeClientConstructor(healthDefinition, "Health");
    health = new HealthClient(running.address, credentials.createInsecure()) as unknown as HealthClient;
  });
  afterEach(() => health.close());

  const check = (service: string) =>
    ask<{ service: string }, { status: string }>((request, done) => health.check(request, done as never), { service });

  test("a node serves while it knows a leader, as a whole and in each service", async () => {
    for (const service of services) expect(await check(service)).toEqual({ status: "NOT_SERVING" });
    running.server.setServing(true);
    for (const service of services) expect(await check(service)).toEqual({ status: "SERVING" });
    running.server.setServing(false);
    for (const service of services) expect(await check(service)).toEqual({ status: "NOT_SERVING" });
  });

  test("a service that is not there is unknown", async () => {
    expect(await errorOf(check("balsa.client.v2.ClientService"))).toMatchObject({ code: status.NOT_FOUND });
  });

  test("who watches hears of changes only", async () => {
    const seen: string[] = [];
    const call = health.watch({ service: "" });
    call.on("data", (response: { status: string }) => seen.push(response.status));
    call.on("error", () => {});
    await until(() => seen.length === 1, "the present state is told");
    for (const serving of [false, true, true, true, false]) running.server.setServing(serving);
    await until(() => seen.length === 3, "both changes are told");
    expect(seen).toEqual(["NOT_SERVING", "SERVING", "NOT_SERVING"]);
    call.cancel();
  });
});
