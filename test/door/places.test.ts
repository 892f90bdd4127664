import { networkOf, Places } from "../../src/door/places.ts";
import { until } from "../service/running-server.ts";
import { ask, Doorway } from "./doorway.ts";
import { RawClient } from "./raw-client.ts";

describe("at the door", () => {
  let doorway: Doorway;

  afterEach(() => doorway.close());

  const open = (count: number) => Promise.all(Array.from({ length: count }, () => RawClient.open(doorway.port)));

  test("connections past the limit are refused at once, and those that have a place are served", async () => {
    doorway = await Doorway.open({ connectionsMax: 10 });
    const client = doorway.client();
    expect(await ask(client, 5)).toHaveLength(5);
    const others = await open(30);
    await until(() => others.filter(({ ending }) => ending === "ECONNRESET").length === 21, "those past the limit are reset");
    expect(doorway.count).toBe(10);
    expect(doorway.door.counters).toMatchObject({ accepted: 31, refused: 21 });
    expect(await ask(client, 6)).toHaveLength(6);
    for (const other of others) other.close();
    await until(() => doorway.count === 1, "their places are free");
    const [late] = await open(1);
    expect(late?.ending).toBeNull();
    late?.close();
    client.close();
  });

  test("no address gets more than its share", async () => {
    doorway = await Doorway.open({ connectionsMax: 10, perAddressMax: 3 });
    const clients = await open(5);
    await until(() => clients.filter(({ ending }) => ending !== null).length === 2, "two are refused");
    for (const client of clients) client.close();
  });

  test("what is refused is told at a bounded rate, and none is left uncounted", async () => {
    doorway = await Doorway.open({ connectionsMax: 1 });
    const clients = await open(100);
    await until(() => doorway.door.counters.refused === 99, "99 are refused");
    expect(doorway.notices.length).toBeLessThanOrEqual(3);
    expect(doorway.notices[0]).toMatchObject({ why: "refused: the port has 1 connections, as many as it may", others: 0 });
    for (const client of clients) client.close();
  });

  test("where members call, strangers that fill the port make room for whoever comes, and members stay", async () => {
    doorway = await Doorway.open({ connectionsMax: 8, whenFull: "replace" });
    const [member] = await open(1);
    await until(() => doorway.count === 1, "the member has come");
    doorway.door.onMember(`127.0.0.1:${member?.socket.localPort}`, 2);
    const strangers = await open(7);
    await until(() => doorway.count === 8, "the port is full");
    const [late] = await open(1);
    await until(() => strangers.some(({ ending }) => ending !== null), "a stranger has left");
    const more = await open(50);
    await until(() => doorway.door.counters.closed.replaced === 51, "51 were replaced");
    expect(late?.ending).not.toBeNull();
    expect(member?.ending).toBeNull();
    expect(doorway.count).toBe(8);
    for (const client of [...strangers, ...more, ...(member ? [member] : [])]) client.close();
  });
});

describe("whose place a new connection gets", () => {
  const guest = (address: string, member: number | null = null) => ({ address, member });
  const places = (guests: readonly { address: string; member: number | null }[]) => {
    const all = new Places({ connectionsMax: guests.length, perAddressMax: 0, whenFull: "replace" });
    for (const each of guests) all.add(each);
    return all;
  };

  test("that of the oldest stranger from the address with most strangers", () => {
    const guests = [guest("10.0.0.1"), guest("10.0.0.2", 2), guest("10.0.0.3"), guest("10.0.0.3"), guest("10.0.0.2", 2)];
    expect(places(guests).admission("10.0.0.9")).toEqual({ type: "replaces", guest: guests[2] });
  });

  test("where all are members, that of the oldest of the member that has most", () => {
    const guests = [guest("10.0.0.1", 1), guest("10.0.0.2", 2), guest("10.0.0.2", 2)];
    expect(places(guests).admission("10.0.0.9")).toEqual({ type: "replaces", guest: guests[1] });
  });
});

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::ffff:10.1.2.3", "10.1.2.3"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8::6", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["::", "0:0:0:0"],
  ["fe80::1:2:3:4", "fe80:0:0:0"],
])("the addresses of one network count as one: %s is in %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
