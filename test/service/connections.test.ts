import { BalsaClient } from "../../src/client/client.ts";
import { RawClient } from "../door/raw-client.ts";
import { RunningServer, until } from "./running-server.ts";

let server: RunningServer;

afterEach(() => server.stop());

test("a BalsaClient whose connection was closed for idleness goes on as if nothing had been", async () => {
  server = await RunningServer.start({}, null, { idleTimeoutMs: 80 });
  const client = new BalsaClient({ endpoints: [server.address], session: false, discover: false });
  for (let round = 0; round < 5; round++) {
    expect(await client.scan({ prefix: "k" })[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
    await until(() => server.server.door.connectionCount === 0, "the connection is closed");
  }
  expect(server.server.door.counters.closed.idle).toBeGreaterThan(2);
  await client.close();
});

test("clients past the limit of connections are told so by a reset, and those inside are served", async () => {
  server = await RunningServer.start({}, null, { connectionsMax: 4 });
  const inside = new BalsaClient({ endpoints: [server.address], session: false, discover: false });
  await inside.get("k");
  const port = Number(server.address.split(":")[1]);
  const others = await Promise.all(Array.from({ length: 20 }, () => RawClient.open(port)));
  await until(() => others.filter(({ ending }) => ending === "ECONNRESET").length >= 16, "they are refused");
  await inside.get("k");
  for (const other of others) other.close();
  await inside.close();
});
