import { isIPv6 } from "node:net";
import { parseAddress } from "../../src/grpc/address.ts";
import { hostKind, unreachable } from "../../src/grpc/host-kind.ts";
import { Random } from "../../src/sim/base/random.ts";

test.each([
  ["host:7000", { host: "host", port: 7000 }],
  ["n1.peers:1", { host: "n1.peers", port: 1 }],
  ["10.0.0.1:65535", { host: "10.0.0.1", port: 65_535 }],
  ["[::1]:7000", { host: "::1", port: 7000 }],
  ["[fe80::1%eth0]:7000", { host: "fe80::1%eth0", port: 7000 }],
])("%s is an address", (text, expected) => {
  expect(parseAddress(text)).toEqual(expected);
});

test.each([
  "",
  ":",
  ":7000",
  "host",
  "host:",
  "host:0",
  "host:65536",
  "a b:7000",
  "::1:7000",
  "[:]:7000",
  "[host]:7000",
  "//host:7000",
])("%j is no address", (text) => {
  expect(parseAddress(text)).toBeNull();
});

test("in brackets stands what Node takes for an IPv6 address, and nothing else", () => {
  const random = new Random(1, "addresses");
  const parts = [
    "0",
    "1",
    "ff",
    "2001",
    "db8",
    "fffff",
    ":",
    ":",
    ":",
    "::",
    ".",
    "127.0.0.1",
    "%1",
    "%eth0",
    "%",
    "g",
    " ",
    "\t",
    "-",
  ];
  const texts = Array.from({ length: 20_000 }, () =>
    Array.from({ length: random.between(1, 12) }, () => random.pick(parts)).join(""),
  );
  const known = ["::1", "::", "1:2:3:4:5:6:7:8", "::ffff:127.0.0.1", "fe80::1%eth0", "::\n1", "1::2::3", "::1%", "::256.0.0.1"];
  const all = [...texts, ...known];
  expect(all.filter(isIPv6).length).toBeGreaterThan(300);
  expect(all.filter((text) => (parseAddress(`[${text}]:1`) !== null) !== isIPv6(text))).toEqual([]);
});

test.each([
  ...["0.0.0.0", "0", "00", "0.0", "0x0", "000.000.000.000", "0.0.0.0.", "0.1.2.3", "*", "*.peers"],
  ...["::", "::0", "0:0:0:0:0:0:0:0", "0000:0000:0000:0000:0000:0000:0000:0000", "::0.0.0.0", "::%1"],
  ...["::ffff:0.0.0.0", "::ffff:0:0", "0:0:0:0:0:ffff:0:0", "::FFFF:0.0.0.0"],
])("who listens at %s listens everywhere, and nobody else reaches it there", (host) => {
  expect(hostKind(host)).toBe("everywhere");
  expect(unreachable(host.includes(":") ? `[${host}]:7000` : `${host}:7000`)).toMatch(/^at which a node may listen, but/);
});

test.each(["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1", "::ffff:224.0.0.1"])(
  "%s is of no single machine",
  (host) => {
    expect(hostKind(host)).toBe("group");
    expect(unreachable(host.includes(":") ? `[${host}]:7000` : `${host}:7000`)).toMatch(/^that is not of a single machine/);
  },
);

test.each([
  "127.0.0.1",
  "127.1",
  "127.5.5.5",
  "::1",
  "0:0:0:0:0:0:0:1",
  "::ffff:127.0.0.1",
  "localhost",
  "LOCALHOST",
  "a.localhost",
])("%s is whatever machine says it", (host) => {
  expect(hostKind(host)).toBe("loopback");
  expect(unreachable(host.includes(":") ? `[${host}]:7000` : `${host}:7000`)).toBeNull();
});

test.each([
  "10.0.0.1",
  "1.0.0.0",
  "host",
  "n1.peers",
  "0.example.org",
  "any_name",
  "fe80::1%eth0",
  "2001:db8::",
  "::ffff:10.0.0.1",
])("%s may be a machine", (host) => {
  expect(hostKind(host)).toBe("machine");
  expect(unreachable(host.includes(":") ? `[${host}]:7000` : `${host}:7000`)).toBeNull();
});
