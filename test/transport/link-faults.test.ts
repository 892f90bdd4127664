import type { LinkFault } from "../../src/node/faults/faults.ts";
import { LinkFaults, overtakenMs } from "../../src/transport/faults/link-faults.ts";

const harmless: LinkFault = {
  type: "link",
  peerId: 2,
  direction: "both",
  cut: false,
  delayMs: 0,
  jitterMs: 0,
  loseRatio: 0,
  duplicateRatio: 0,
  reorderRatio: 0,
};

/** Chance is what the test says, the last number again and again. */
function faultsOf(some: readonly Partial<LinkFault>[], chances: number[] = [0.5]) {
  const active = some.map((fault, at) => ({ id: at + 1, fault: { ...harmless, ...fault }, endsAt: null, struck: 0 }));
  const faults = new LinkFaults({ random: () => (chances.length > 1 ? (chances.shift() ?? 0) : (chances[0] ?? 0)) });
  faults.use(active);
  return { faults, active };
}

const asItIs = [{ delayMs: 0, isOvertaken: false }];

test("a cut takes everything of its link and its direction, and nothing else", () => {
  const { faults, active } = faultsOf([{ peerId: 2, direction: "out", cut: true }]);
  expect(faults.copiesOf(2, "out")).toEqual([]);
  expect(faults.callDelay(2, "out")).toBeNull();
  expect(faults.copiesOf(2, "in")).toEqual(asItIs);
  expect(faults.copiesOf(3, "out")).toEqual(asItIs);
  expect(active[0]?.struck).toBe(2);
});

test("a fault of no peer in particular is one of every link", () => {
  const { faults } = faultsOf([{ peerId: null, cut: true }]);
  for (const peer of [1, 2, 9]) expect([faults.copiesOf(peer, "in"), faults.copiesOf(peer, "out")]).toEqual([[], []]);
});

test("a delay has its jitter on top, by chance, and those of several faults add up", () => {
  const { faults } = faultsOf([{ delayMs: 100, jitterMs: 40 }, { delayMs: 7 }], [0.25]);
  expect(faults.copiesOf(2, "out")).toEqual([{ delayMs: 117, isOvertaken: false }]);
  expect(faults.callDelay(2, "in")).toBe(117);
});

test("so large a part of the messages is lost as the fault says", () => {
  const { faults } = faultsOf([{ loseRatio: 0.3 }], [0.29, 0.31]);
  expect(faults.copiesOf(2, "in")).toEqual([]);
  expect(faults.copiesOf(2, "in")).toEqual(asItIs);
});

test("a message that comes twice comes once as it would, also if the other copy is overtaken", () => {
  const { faults } = faultsOf([{ duplicateRatio: 1, reorderRatio: 1 }]);
  expect(faults.copiesOf(2, "out")).toEqual([{ delayMs: overtakenMs, isOvertaken: true }, ...asItIs]);
});

test("parts of calls never come twice, nor out of their order", () => {
  const { faults } = faultsOf([{ duplicateRatio: 1, reorderRatio: 1 }]);
  expect(faults.callDelay(2, "out")).toBe(0);
});

test("without faults a message goes as it is, and chance is not asked", () => {
  const faults = new LinkFaults({
    random: () => {
      throw new Error("asked");
    },
  });
  expect(faults.copiesOf(2, "out")).toEqual(asItIs);
  expect(faults.callDelay(2, "in")).toBe(0);
});
