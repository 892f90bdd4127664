import { doorDefaults } from "../../src/door/options.ts";
import { connectionPlaces, handlesOfProcess, placesWarning } from "../../src/server/node/handles.ts";

const limits = (line: string) => () => `Limit                     Soft Limit           Hard Limit           Units\n${line}\n`;

test("the handles of the process are those that the kernel says it may open", () => {
  expect(handlesOfProcess(limits("Max open files            160                  4096                 files"))).toBe(160);
  expect(handlesOfProcess()).toBeGreaterThan(0);
});

test("where the system does not say, there are few handles rather than too many", () => {
  const nowhere = () => {
    throw new Error("no such file");
  };
  expect(handlesOfProcess(nowhere)).toBe(1_024);
  expect(handlesOfProcess(limits("Max open files            unlimited            unlimited            files"))).toBe(1_024);
});

test.each([160, 256, 512, 1_024, 4_096, 20_000, 1_048_576])(
  "of %d handles, connections leave some to the disk and to the peers' own links",
  (handles) => {
    const { client, peer } = connectionPlaces(doorDefaults, handles);
    expect(client.connectionsMax + peer.connectionsMax).toBeLessThanOrEqual(handles - handles / 5 - 48);
    expect(client.connectionsMax).toBeGreaterThanOrEqual(8);
    expect(client.perAddressMax).toBeLessThanOrEqual(client.connectionsMax);
    expect(peer.connectionsMax).toBeGreaterThanOrEqual(8);
    expect(placesWarning({ client, peer }, handles)).toBeNull();
  },
);

test("a usual limit of handles has room for 64 clients on one machine, with a connection and three watches each", () => {
  expect(connectionPlaces(doorDefaults, 1_024).client.perAddressMax).toBeGreaterThanOrEqual(64 * 4);
});

test("limits that an operator gives hold, and are warned about where the process cannot keep them", () => {
  const given = { ...doorDefaults, connectionsMax: 900, connectionsPerAddressMax: 5, peerConnectionsMax: 100 };
  const places = connectionPlaces(given, 1_024);
  expect(places.client).toEqual({ connectionsMax: 900, perAddressMax: 5, whenFull: "refuse" });
  expect(places.peer).toMatchObject({ connectionsMax: 100, whenFull: "replace" });
  expect(placesWarning(places, 1_024)).toContain("may open 1024 files and sockets");
});
