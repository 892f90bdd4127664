import { setTimeout as pause } from "node:timers/promises";
import type { BatchResult, Command } from "../../../../src/client/values/messages.ts";
import type { CommandCaller } from "../../../support/command-caller.ts";
import { judge } from "../judge/verdict.ts";
import { Notes, requestKinds } from "./notes.ts";
import { ChaosWorkload, chaosWorkloadDefaults } from "./workload.ts";

// The clients without a cluster: what they note must be what happened, whatever they are told.

/** A map that is right. It refuses some calls, and of some others it does not tell that it carried them out. */
class FakeMap {
  readonly map = new Map<string, string>();
  #revision = 0;
  #calls = 0;

  caller(): CommandCaller {
    return {
      via: "session 1",
      nodeId: null,
      submit: async (commands) => {
        await this.#breath();
        this.#calls += 1;
        if (this.#calls % 11 === 0) return { type: "fail", reason: "NO_LEADER" };
        const value = this.#submit(commands);
        return this.#calls % 13 === 0 ? { type: "maybe", reason: "TIMEOUT" } : { type: "ok", value };
      },
      read: async (key) => {
        await this.#breath();
        return { type: "ok", value: this.map.get(key) ?? null };
      },
      scan: async (prefix) => {
        await this.#breath();
        const found = [...this.map].filter(([key]) => key.startsWith(prefix));
        return { type: "ok", value: found.map(([key, value]) => ({ key, value, revision: 1 })) };
      },
      repeats: 0,
      close: async () => undefined,
    };
  }

  #breath(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  #submit(commands: readonly Command[]): BatchResult {
    this.#revision += 1;
    const before = new Map(this.map);
    const results = commands.map((command) => {
      const { key } = command;
      const found = this.map.get(key);
      const current = found === undefined ? null : { key, value: found, revision: 1 };
      const result = { succeeded: true, existed: found !== undefined, current: null };
      if (command.type === "set") this.map.set(key, String(command.value));
      if (command.type === "delete") this.map.delete(key);
      if (command.type === "compareAndSet") {
        const wanted = "value" in command.expected ? command.expected.value : undefined;
        if (found !== wanted) return { ...result, succeeded: false, current };
        this.map.set(key, String(command.newValue));
      }
      return result;
    });
    const succeeded = results.every((result) => result.succeeded);
    if (!succeeded) {
      this.map.clear();
      for (const [key, value] of before) this.map.set(key, value);
    }
    return { succeeded, revision: this.#revision, results };
  }
}

const options = { ...chaosWorkloadDefaults, pauseMs: 0, failurePauseMs: 0, epochMs: 50 };

test("the clients make every kind of call, on keys of several epochs, and what they note of a right map is linearizable", async () => {
  const fake = new FakeMap();
  const notes = await played([fake.caller(), fake.caller(), fake.caller()]);
  const counts = requestKinds.map((kind) => notes.requests.filter((request) => request.kind === kind).length);
  expect(Math.min(...counts)).toBeGreaterThan(5);
  expect(new Set(notes.requests.map(({ result }) => result))).toEqual(new Set(["ok", "fail", "maybe"]));
  expect(new Set(notes.operations.map(({ key }) => key)).size).toBeGreaterThan(20);
  expect(verdictOf(notes, fake)).toEqual([]);
});

test("each value is written by one request alone", async () => {
  const fake = new FakeMap();
  const { operations } = await played([fake.caller(), fake.caller()]);
  const requests = new Map<string, number>();
  for (const { op, request } of operations) {
    if (op.type === "read" || op.type === "delete" || op.value === null) continue;
    expect(requests.get(op.value) ?? request.id).toBe(request.id);
    requests.set(op.value, request.id);
  }
  expect(requests.size).toBeGreaterThan(50);
});

test("an acknowledged write that the map forgets is found", async () => {
  const fake = new FakeMap();
  const notes = await played([fake.caller()]);
  const kept = [...notes.kept].find(([, { request }]) => request.result === "ok")?.[0] ?? "";
  fake.map.delete(kept);
  expect(verdictOf(notes, fake)).toContain("lost write");
});

test("equal seeds give equal calls, and others other ones", async () => {
  const callsOf = async (seed: number) => {
    const fake = new FakeMap();
    const { operations } = await played([fake.caller()], { ...options, epochMs: 1e9, seed });
    return operations.slice(0, 50).map(({ key, op }) => ({ key, op }));
  };
  expect(await callsOf(1)).toEqual(await callsOf(1));
  expect(await callsOf(1)).not.toEqual(await callsOf(2));
});

async function played(callers: readonly CommandCaller[], given = options): Promise<Notes> {
  const notes = new Notes(performance.now());
  const workload = new ChaosWorkload(given, { notes, callers });
  while (notes.requests.length < 400 || notes.now() < 200) await pause(5);
  expect(await workload.stop()).toEqual([]);
  return notes;
}

function verdictOf({ operations, kept }: Notes, { map }: FakeMap): string[] {
  return judge({ operations, kept, final: map, states: [], watches: [], lives: [], places: 0 }).map(({ kind }) => kind);
}
