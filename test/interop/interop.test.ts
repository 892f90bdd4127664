import { Cluster } from "../support/harness.ts";
import { installedTools, type Tool, type ToolAnswer } from "./tools.ts";

// What people type at a terminal, against three real nodes, by tools that know nothing of this project.

const service = "balsa.client.v1.ClientService";
const admin = "balsa.admin.v1.AdminService";
const observe = "balsa.admin.v1.ObserveService";
let cluster: Cluster;
let leader: string;
let follower: string;

beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 3 });
  leader = cluster.endpoint((await cluster.leader()).id);
  follower = cluster.endpoint((await cluster.followers())[0]?.id ?? 0);
}, 60_000);
afterAll(() => cluster?.remove(), 30_000);

describe.each(installedTools().map((tool) => [tool.name, tool] as const))("%s", (_, tool) => {
  test("lists every method of the client port, health included", async () => {
    expect((await tool.list(leader)).filter((method) => !method.includes("reflection")).sort()).toEqual([
      `${admin}/AddNode`,
      `${admin}/CancelChange`,
      `${admin}/ChangeAddress`,
      `${admin}/EndSession`,
      `${admin}/GetMembers`,
      `${admin}/GetStatus`,
      `${admin}/ListSessions`,
      `${admin}/PromoteLearner`,
      `${admin}/RemoveNode`,
      `${admin}/ReplaceNode`,
      `${admin}/TransferLeadership`,
      `${observe}/GetEntries`,
      `${observe}/Subscribe`,
      `${service}/CloseSession`,
      `${service}/KeepSession`,
      `${service}/OpenSession`,
      `${service}/Read`,
      `${service}/ReadStream`,
      `${service}/Scan`,
      `${service}/Submit`,
      `${service}/SubmitStream`,
      `${service}/Watch`,
      "grpc.health.v1.Health/Check",
      "grpc.health.v1.Health/List",
      "grpc.health.v1.Health/Watch",
    ]);
  }, 30_000);

  test("writes plain text at a follower and reads it at the leader", async () => {
    const key = keyFor(tool, "plain");
    const written = json(
      await tool.call(follower, `${service}/Submit`, { commands: [{ set: { key, value: { text: "balsa → 🪵" } } }] }),
    );
    expect(written).toMatchObject({ succeeded: true, results: [{ succeeded: true }] });
    const { found } = json(await tool.call(leader, `${service}/Read`, { key }));
    expect(found).toEqual({ key, value: { text: "balsa → 🪵" }, revision: written.revision });
  }, 30_000);

  test("writes data as base64 and reads it at a follower, linearizably and locally", async () => {
    const key = keyFor(tool, "data");
    const data = Buffer.from([0, 127, 128, 255]).toString("base64");
    json(await tool.call(leader, `${service}/Submit`, { commands: [{ set: { key, value: { data } } }] }));
    for (const local of [false, true]) {
      expect(json(await tool.call(follower, `${service}/Read`, { key, local })).found).toMatchObject({ value: { data } });
    }
  }, 30_000);

  test("compares and sets, and is told what is there if it does not hold", async () => {
    const key = keyFor(tool, "cas");
    const cas = { commands: [{ compareAndSet: { key, absent: true, newValue: { text: "1" } } }] };
    expect(json(await tool.call(leader, `${service}/Submit`, cas)).succeeded).toBe(true);
    const second = json(await tool.call(leader, `${service}/Submit`, cas));
    expect(second.succeeded).toBeUndefined();
    expect(second.results).toMatchObject([{ current: { key, value: { text: "1" } } }]);
  }, 30_000);

  test("streams writes and reads, each answered under its id", async () => {
    const key = keyFor(tool, "stream");
    const item = (id: number) => ({ items: [{ id, request: { commands: [{ set: { key, value: { text: `${id}` } } }] } }] });
    const written = await tool.call(leader, `${service}/SubmitStream`, item(1), item(2));
    expect(ids(written)).toEqual(["1", "2"]);
    const read = await tool.call(follower, `${service}/ReadStream`, { items: [{ id: 7, request: { key } }] });
    expect(ids(read)).toEqual(["7"]);
    expect(read.stdout).toContain(key);
  }, 30_000);

  test("scans a prefix", async () => {
    const prefix = keyFor(tool, "scan/");
    const commands = ["b", "a", "c"].map((name) => ({ set: { key: prefix + name, value: { text: name } } }));
    json(await tool.call(leader, `${service}/Submit`, { commands }));
    const page = json(await tool.call(follower, `${service}/Scan`, { prefix, limit: 2 }));
    expect(page.items).toMatchObject([{ key: `${prefix}a` }, { key: `${prefix}b` }]);
    expect(page.nextStart).toBe(`${prefix}c`);
  }, 30_000);

  test("opens a session, sends a request in it twice, and closes it: one effect, one answer, and its key is gone", async () => {
    const key = keyFor(tool, "session");
    const { sessionId } = json(await tool.call(follower, `${service}/OpenSession`, { timeoutMs: 60_000 }));
    const session = { id: sessionId, sequence: 1, firstOutstanding: 1 };
    const set = { compareAndSet: { key, absent: true, newValue: { text: "1" }, attached: true } };
    const answers = [leader, follower].map((node) => tool.call(node, `${service}/Submit`, { session, commands: [set] }));
    const [first, second] = await Promise.all(answers);
    if (first === undefined || second === undefined) throw new Error("both were asked");
    expect(json(first)).toMatchObject({ succeeded: true });
    expect(json(second)).toEqual(json(first));
    json(await tool.call(leader, `${service}/KeepSession`, { sessionId }));
    json(await tool.call(leader, `${service}/CloseSession`, { sessionId }));
    expect(json(await tool.call(leader, `${service}/Read`, { key })).found).toBeUndefined();
  }, 30_000);

  test("asks who the members are, and a follower to change them: it is told who can", async () => {
    expect(json(await tool.call(follower, `${admin}/GetMembers`, {}))).toMatchObject({
      members: [1, 2, 3].map((id) => ({ nodeId: String(id), role: "MEMBER_ROLE_VOTER" })),
      leaderAddress: leader,
    });
    const { exitCode, stderr } = await tool.call(follower, `${admin}/RemoveNode`, { nodeId: 1 });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("does not lead");
  }, 30_000);

  test("is shown an error's code, message and details", async () => {
    const { exitCode, stderr } = await tool.call(leader, `${service}/Submit`, {});
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/invalid_?argument/i);
    expect(stderr).toContain("The request holds no command");
    expect(stderr).toContain("google.rpc.ErrorInfo");
  }, 30_000);

  test("reads the status of a leader, its followers connected and caught up", async () => {
    const status = json(await tool.call(leader, `${admin}/GetStatus`, {}));
    expect(status).toMatchObject({ role: "ROLE_LEADER", clusterId: "balsa", leaderAddress: leader });
    expect(status.peers).toMatchObject([
      { linkState: "LINK_STATE_CONNECTED", progress: "replicate" },
      { linkState: "LINK_STATE_CONNECTED", progress: "replicate" },
    ]);
  }, 30_000);

  test("finds each service healthy", async () => {
    for (const name of ["", service, admin, observe]) {
      expect(json(await tool.call(follower, "grpc.health.v1.Health/Check", { service: name }))).toEqual({ status: "SERVING" });
    }
  }, 30_000);
});

/** Tools share the cluster, so each has keys of its own. */
function keyFor(tool: Tool, name: string): string {
  return `${tool.name}/${name}`;
}

function json({ exitCode, stdout, stderr }: ToolAnswer): Record<string, unknown> {
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}

/** The ids of all results in a stream of answers. */
function ids({ stdout }: ToolAnswer): string[] {
  return [...stdout.matchAll(/"id":\s*"(\d+)"/g)].map((match) => match[1] ?? "").sort();
}
