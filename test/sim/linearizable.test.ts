import { Random } from "../../src/sim/base/random.ts";
import type { Op, Operation, Outcome } from "../../src/sim/checks/history.ts";
import { judgeHistory } from "../../src/sim/checks/linearizable.ts";

/** One line per operation: client, call..return, what, outcome; "?" for a return that never came. */
function history(...lines: string[]): Operation[] {
  return lines.map((line) => {
    const [client = "", from = "", to = "", what = "", ...told] = line.split(" ");
    const { op, outcome } = parse(what, told.join(" "));
    return { client: Number(client), key: "x", op, invokedAt: Number(from), returnedAt: to === "?" ? null : Number(to), outcome };
  });
}

function parse(what: string, told: string): { op: Op; outcome: Outcome } {
  const text = (word: string | undefined) => (word === undefined || word === "nil" ? null : word);
  const [kind, first, second] = what.split(":");
  const unknown: Outcome = { type: told === "refused" ? "refused" : "unknown" };
  const untold = told === "" || told === "refused" || told === "unknown";
  const written: Outcome = { type: "written", existed: told === "done" ? null : told === "replaced" };
  switch (kind) {
    case "set":
      return { op: { type: "set", value: first ?? "" }, outcome: untold ? unknown : written };
    case "delete":
      return { op: { type: "delete" }, outcome: untold ? unknown : written };
    case "cas": {
      const found: Outcome = told === "swapped" ? { type: "swapped" } : { type: "conflict", found: text(told) };
      return { op: { type: "cas", expected: text(first), value: text(second) }, outcome: untold ? unknown : found };
    }
    default:
      return { op: { type: "read" }, outcome: untold ? unknown : { type: "read", value: text(told) } };
  }
}

const good: [string, string[]][] = [
  ["nothing at all", []],
  ["a read of an absent key", ["1 0 1 read nil"]],
  ["a write and then a read of it", ["1 0 1 set:a done", "2 2 3 read a"]],
  ["a read during a write may see the old value", ["1 0 9 set:a done", "2 1 2 read nil"]],
  ["a read during a write may see the new value", ["1 0 9 set:a done", "2 1 2 read a"]],
  ["a write that ends when a read begins counts as at the same time", ["1 0 5 set:a done", "2 5 6 read nil"]],
  ["two writes at once, read in either order", ["1 0 9 set:a done", "2 0 9 set:b done", "3 10 11 read a"]],
  ["an unknown write that takes effect late", ["1 0 ? set:a unknown", "2 5 6 read nil", "2 7 8 read a"]],
  ["an unknown write that never takes effect", ["1 0 ? set:a unknown", "2 5 6 read nil", "2 100 101 read nil"]],
  ["a write told as unknown takes effect after that was told", ["1 0 1 set:a unknown", "2 5 6 read nil", "2 7 8 read a"]],
  ["a compare-and-set that finds what it expects", ["1 0 1 set:a done", "1 2 3 cas:a:b swapped", "2 4 5 read b"]],
  ["a compare-and-set on absence", ["1 0 1 cas:nil:b swapped", "2 4 5 read b"]],
  ["a compare-and-set that deletes", ["1 0 1 set:a done", "1 2 3 cas:a:nil swapped", "2 4 5 read nil"]],
  ["a conflict that tells what is there", ["1 0 1 set:a done", "1 2 3 cas:b:c a"]],
  ["an unknown compare-and-set explains a value", ["1 0 1 set:a done", "2 2 ? cas:a:b unknown", "3 5 6 read b"]],
  [
    "a chain of unknown writes explains a value",
    ["2 0 ? set:a unknown", "3 0 ? cas:a:b unknown", "4 0 ? cas:b:c unknown", "1 5 6 read c"],
  ],
  ["a delete tells what it replaced", ["1 0 1 set:a replaced", "2 0 1 set:b done", "1 2 3 delete replaced", "1 4 5 delete absent"]],
  ["an unknown delete explains absence", ["1 0 1 set:a done", "2 2 ? delete unknown", "1 5 6 read nil", "1 7 8 set:b absent"]],
  ["an unknown write that nobody read explains what existed", ["2 0 ? set:z unknown", "1 5 6 set:b replaced"]],
  ["a refused write", ["1 0 1 set:a refused", "1 2 3 read nil"]],
];

const bad: [string, string[]][] = [
  ["a read of a value that nobody wrote", ["1 0 1 read a"]],
  ["a stale read after an acknowledged write", ["1 0 1 set:a done", "2 2 3 read nil"]],
  ["a stale read after a newer one", ["1 0 ? set:a unknown", "2 5 6 read a", "3 7 8 read nil"]],
  ["a lost write", ["1 0 1 set:a done", "1 2 3 set:b done", "2 4 5 read a"]],
  ["a value before it was written", ["2 0 1 read a", "1 2 3 set:a done"]],
  ["a refused write that took effect", ["1 0 1 set:a refused", "2 2 3 read a"]],
  ["a compare-and-set that took effect twice", ["1 0 1 set:a done", "2 2 9 cas:a:b swapped", "3 2 9 cas:a:c swapped"]],
  ["a conflict that found what it expected", ["1 0 1 set:a done", "1 2 3 cas:a:b a"]],
  ["a conflict with a value that is gone", ["1 0 1 set:a done", "1 2 3 set:b done", "1 4 5 cas:c:d a"]],
  ["two readers that disagree on the order", ["1 0 9 set:a done", "2 0 9 set:b done", "3 10 11 read a", "4 12 13 read b"]],
  [
    "an unknown write seen twice with another between",
    ["1 0 ? set:a unknown", "2 5 6 read a", "2 7 8 set:b done", "2 9 10 read a"],
  ],
  ["a key that was there before anything was written", ["1 0 1 set:a replaced"]],
  ["a delete of what was not there", ["1 0 1 set:a done", "1 2 3 delete replaced", "1 4 5 delete replaced"]],
];

describe("judging histories", () => {
  test.each(good)("%s is linearizable", (_name, lines) => {
    expect(judgeHistory(history(...lines))).toEqual({ type: "linearizable" });
  });

  test.each(bad)("%s is not linearizable", (_name, lines) => {
    expect(judgeHistory(history(...lines))).toMatchObject({ type: "violation", key: "x" });
  });

  test("each key is judged alone, and the bad one is named", () => {
    const fine = history("1 0 1 set:a done", "1 2 3 read a");
    const stale = history("1 0 1 set:a done", "2 2 3 read nil").map((operation) => ({ ...operation, key: "y" }));
    expect(judgeHistory([...fine, ...stale])).toMatchObject({ type: "violation", key: "y" });
  });

  test("a violation shows the impossible moment", () => {
    const verdict = judgeHistory(history("1 0 1 set:a done", "2 2 3 read nil"));
    expect(verdict.type === "violation" ? verdict.why : "").toBe(
      [
        "no order of the operations makes sense: 1 of 2 are left when the value is a after",
        "  [0.000..1.000] client 1: set a of x: done",
        "and none of these can be next:",
        "  [2.000..3.000] client 2: read of x: found nothing",
      ].join("\n"),
    );
  });

  test("a search that grows beyond its limit is given up, not called good", () => {
    const { operations } = randomHistory(new Random(1, "limit"), { count: 60, clients: 12, unknown: 0.5, reads: 0.3, spread: 10 });
    expect(judgeHistory(operations, 3)).toEqual({ type: "undecided", key: "x" });
  });
});

interface Shape {
  readonly count: number;
  readonly clients: number;
  readonly unknown: number;
  readonly reads: number;
  /** Operations follow each other by 1 to 2 units; how many units each may take before and after its effect. */
  readonly spread: number;
}

/** A history of a real register, with the order in which it took effect: linearizable by construction. */
function randomHistory(random: Random, shape: Shape): { operations: Operation[] } {
  const operations: Operation[] = [];
  const freeAt = Array.from({ length: shape.clients }, () => 0);
  let value: string | null = null;
  let time = 0;
  for (let i = 0; i < shape.count; i++) {
    // `time` is the moment of effect; call and return lie around it, but no client does two things at once.
    time += 1 + random.next();
    const client = freeAt.findIndex((free) => free < time);
    if (client === -1) continue;
    const invokedAt = Math.max((freeAt[client] ?? 0) + 0.001, time - random.next() * shape.spread);
    const returnedAt = time + random.next() * shape.spread;
    freeAt[client] = returnedAt + 0.001;
    const op = randomOp(random, i, shape.reads);
    const isUnknown = random.chance(shape.unknown);
    const happens = !isUnknown || random.chance(0.5);
    const before = value;
    if (happens) value = after(op, before);
    const outcome: Outcome = isUnknown ? { type: "unknown" } : told(op, before);
    operations.push({ client, key: "x", op, invokedAt, returnedAt: isUnknown ? null : returnedAt, outcome });
  }
  return { operations };
}

function randomOp(random: Random, i: number, reads: number): Op {
  if (random.chance(reads)) return { type: "read" };
  const kind = random.below(4);
  if (kind === 0) return { type: "delete" };
  if (kind === 1) return { type: "cas", expected: random.chance(0.3) ? null : `v${i - random.between(1, 4)}`, value: `v${i}` };
  return { type: "set", value: `v${i}` };
}

function after(op: Op, value: string | null): string | null {
  if (op.type === "set") return op.value;
  if (op.type === "delete") return null;
  return op.type === "cas" && op.expected === value ? op.value : value;
}

function told(op: Op, value: string | null): Outcome {
  if (op.type === "read") return { type: "read", value };
  if (op.type === "cas") return op.expected === value ? { type: "swapped" } : { type: "conflict", found: value };
  return { type: "written", existed: value !== null };
}

/** Tries every order: slow, and easy to trust. */
function hasOrder(left: readonly Operation[], value: string | null): boolean {
  const certain = left.filter((operation) => operation.outcome.type !== "unknown" && operation.outcome.type !== "refused");
  if (certain.length === 0) return true;
  const firstReturn = Math.min(...certain.map((operation) => operation.returnedAt ?? Number.POSITIVE_INFINITY));
  return left.some((next) => {
    if (next.outcome.type === "refused" || next.invokedAt > firstReturn) return false;
    const rest = left.filter((operation) => operation !== next);
    if (next.outcome.type === "unknown") return next.op.type !== "read" && hasOrder(rest, after(next.op, value));
    const expected = told(next.op, value);
    return JSON.stringify(expected) === JSON.stringify(next.outcome) && hasOrder(rest, after(next.op, value));
  });
}

describe("against a search of every order", () => {
  test("2,000 small histories, half of them spoilt, get the same verdict", () => {
    const random = new Random(7, "oracle");
    let violations = 0;
    for (let i = 0; i < 2000; i++) {
      const { operations } = randomHistory(random, { count: 7, clients: 4, unknown: 0.3, reads: 0.4, spread: 10 });
      const judged = i % 2 === 0 ? operations : operations.map((operation) => spoil(random, operation));
      const isGood = hasOrder(judged, null);
      if (!isGood) violations += 1;
      expect({ i, type: judgeHistory(judged).type }).toEqual({ i, type: isGood ? "linearizable" : "violation" });
    }
    expect(violations).toBeGreaterThan(300);
  });
});

function spoil(random: Random, operation: Operation): Operation {
  if (operation.outcome.type !== "read" || random.chance(0.5)) return operation;
  return { ...operation, outcome: { type: "read", value: `v${random.below(7)}` } };
}

describe("speed", () => {
  const shape = { clients: 8, unknown: 0.1, reads: 0.4, spread: 3 };

  test("thousands of operations on one key, a tenth of them unknown, are found good at once", () => {
    const { operations } = randomHistory(new Random(3, "speed"), { ...shape, count: 3000 });
    expect(operations.length).toBeGreaterThan(2000);
    expect(judgeHistory(operations)).toEqual({ type: "linearizable" });
  });

  test("a stale read at the end of hundreds of operations is found at once, though every order must be tried", () => {
    const { operations } = randomHistory(new Random(3, "speed"), { ...shape, count: 600 });
    const last = operations.findLast((operation) => operation.outcome.type === "read");
    const stale = operations.map((operation): Operation => {
      return operation === last ? { ...last, outcome: { type: "read", value: "v3" } } : operation;
    });
    expect(judgeHistory(stale).type).toBe("violation");
  });
});
