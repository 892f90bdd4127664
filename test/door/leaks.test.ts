import { until } from "../service/running-server.ts";
import { Doorway, sockets } from "./doorway.ts";
import { RawClient } from "./raw-client.ts";
import { wrongs } from "./raw-http2.ts";

const at = 40;
const lookingOften = { unreadTimeoutMs: 400 };

jest.setTimeout(20_000);

describe("a connection whose peer has closed it is closed here too, whatever it said", () => {
  test.each(Object.keys(wrongs))("%s", async (name) => {
    const doorway = await Doorway.open(lookingOften);
    const clients = await Promise.all(Array.from({ length: at }, () => RawClient.open(doorway.port, wrongs[name])));
    // What was said is heard before the end is.
    await until(() => doorway.door.counters.accepted >= at, "all are accepted");
    for (const [i, client] of clients.entries()) {
      if (i % 2 === 0) client.finish();
      else client.close();
    }
    await until(() => doorway.count === 0, "the door has no connection left");
    for (const client of clients) client.close();
    await doorway.close();
  });
});

test("a door that has stopped leaves no socket behind, not even of a client that stays", async () => {
  const doorway = await Doorway.open();
  const before = sockets();
  const client = await RawClient.open(doorway.port);
  await until(() => doorway.count === 1, "it is accepted");
  await doorway.close();
  await until(() => client.ending !== null, "it is told");
  client.close();
  await until(() => doorway.count === 0 && sockets() <= before, "no socket is left");
});
