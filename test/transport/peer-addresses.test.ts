import { PeerAddresses } from "../../src/transport/out/peer-addresses.ts";

/** Where so many tries go, all of which fail. */
function tried(addresses: PeerAddresses, count: number): string[] {
  return Array.from({ length: count }, () => {
    const { current } = addresses;
    addresses.onFailed();
    return current;
  });
}

test("a peer is looked for at its own address first, and at each other one now and then", () => {
  expect(tried(new PeerAddresses("own", ["a", "b"]), 9)).toEqual(["own", "own", "a", "own", "own", "b", "own", "own", "a"]);
});

test("one that has only one address is looked for there, and one without an own address at the others", () => {
  expect(tried(new PeerAddresses("own", ["own"]), 3)).toEqual(["own", "own", "own"]);
  expect(new Set(tried(new PeerAddresses("", ["a", "b"]), 9))).toEqual(new Set(["a", "b"]));
});

test("where it was reached last, it is looked for first from then on", () => {
  const addresses = new PeerAddresses("own", ["a"]);
  expect(tried(addresses, 2)).toEqual(["own", "own"]);
  expect(addresses.current).toBe("a");
  addresses.onReached();
  expect(addresses.isLikely).toBe(true);
  addresses.onFailed();
  expect(tried(addresses, 3)).toEqual(["a", "own", "a"]);
});

test("whoever calls is looked for where it is most likely, and other places may come and go", () => {
  const addresses = new PeerAddresses("own", ["a"]);
  tried(addresses, 2);
  addresses.setElsewhere(["b"]);
  expect(addresses.isLikely).toBe(false);
  addresses.chooseLikely();
  expect(addresses).toMatchObject({ current: "own", all: ["own", "b"] });
});
