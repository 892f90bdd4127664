import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { cli } from "./cli-world.ts";
import { ThreeNodes } from "./three-nodes.ts";

// A write of the command line takes effect once, whatever becomes of the leader meanwhile.

jest.setTimeout(120_000);

let three: ThreeNodes;
beforeEach(async () => {
  three = await ThreeNodes.start({ faults: "on" });
});
afterEach(() => three.remove());

function balsa(...words: string[]) {
  return cli(...words, "--endpoints", three.addresses.join(), "--timeout", "20000");
}

async function leader(): Promise<number> {
  for (;;) {
    const { out } = await balsa("status", "--json");
    const statuses: { nodeId: number; role: string; term: number }[] = JSON.parse(out);
    const leaders = statuses.filter(({ role }) => role === "ROLE_LEADER").sort((a, b) => b.term - a.term);
    if (leaders[0] !== undefined) return leaders[0].nodeId;
  }
}

test("rule 50: writes ride out elections, and each takes effect once", async () => {
  let isOver = false;
  const count = async (key: string): Promise<number> => {
    let value = 0;
    for (; !isOver; value += 1) {
      const { code, out, complaints } = await balsa("cas", key, "--value", String(value), "--new-value", String(value + 1));
      // One that was made twice would find its own value in place of the expected one.
      expect({ code, out, complaints }).toEqual({ code: exitCodes.done, out: expect.stringMatching(/^Changed/), complaints: [] });
    }
    return value;
  };
  const keys = ["a", "b", "c"];
  for (const key of keys) expect((await balsa("set", key, "0")).code).toBe(exitCodes.done);
  const counts = Promise.all(keys.map(count));
  for (let strikes = 0; strikes < 4; strikes += 1) {
    const struck = String(await leader());
    expect((await balsa("fault", "set", "link", "all", "--cut", "--for", "1000", "--node", struck)).code).toBe(0);
    // By then another one leads, and the one before knows.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  isOver = true;
  const values = await counts;
  expect(Math.min(...values)).toBeGreaterThan(0);
  for (const [at, key] of keys.entries()) expect((await balsa("get", key)).out).toBe(`${values[at]}\n`);
});

test("the first write after the start of a cluster waits for its leader", async () => {
  await Promise.all([1, 2, 3].map((id) => three.stopNode(id)));
  const written = balsa("set", "first", "yes");
  await Promise.all([1, 2, 3].map((id) => three.startNode(id)));
  expect(await written).toMatchObject({ code: exitCodes.done, complaints: [] });
});
