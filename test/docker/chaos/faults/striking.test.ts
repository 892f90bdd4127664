import { NotUndone, struck } from "../struck.ts";
import { allFaults } from "./all.ts";

// A fault that does not strike must not pass for one.

test("a fault that cannot be seen to strike is undone, and fails", async () => {
  const done: string[] = ["struck"];
  const heal = async () => void done.push("undone");
  const unseen = struck("node 1", heal, () => Promise.reject(new Error("Nothing was dropped.")));
  await expect(unseen).rejects.toThrow("Nothing was dropped.");
  expect(done).toEqual(["struck", "undone"]);
});

test("a fault that fails on the way is undone as far as it came, and one that cannot be undone says both", async () => {
  const act = () => Promise.reject(new Error("The second node could not be cut."));
  const heal = () => Promise.reject(new Error("The first node is gone."));
  const failure = await struck("nodes 1, 2", heal, act).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NotUndone);
  expect(String(failure)).toMatch(/second node could not be cut.*nodes 1, 2 could not be undone: The first node is gone/);
});

test("a fault that is seen tells what was seen, and stays until it is healed", async () => {
  const done: string[] = [];
  const heal = async () => void done.push("undone");
  const { what, evidence, heal: undo } = await struck("node 1", heal, async () => "7 packets");
  expect({ what, evidence, done }).toEqual({ what: "node 1", evidence: "7 packets", done: [] });
  await undo();
  expect(done).toEqual(["undone"]);
});

test("no two faults have the same name, by which plans and reports know them", () => {
  const names = allFaults.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(30);
});
