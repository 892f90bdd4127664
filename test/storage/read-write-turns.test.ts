import { ReadWriteTurns } from "../../src/storage/files/read-write-turns.ts";

type Kind = "read" | "write";

/** What has begun, and work that ends when it is told to. */
class Work {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, (error?: Error) => void>();
  readonly #turns = new ReadWriteTurns();

  start(name: string): Promise<void> {
    const kind: Kind = name.startsWith("r") ? "read" : "write";
    return this.#turns.run(kind, () => {
      this.begun.push(name);
      return new Promise((resolve, reject) => this.#ends.set(name, (error) => (error === undefined ? resolve() : reject(error))));
    });
  }

  async end(name: string, error?: Error): Promise<void> {
    this.#ends.get(name)?.(error);
    await new Promise(setImmediate);
  }
}

test("reads run beside each other, and so do writes, and begin at once", () => {
  for (const names of [
    ["r1", "r2", "r3"],
    ["w1", "w2"],
  ]) {
    const work = new Work();
    for (const name of names) work.start(name);
    expect(work.begun).toEqual(names);
  }
});

test("a write waits for the reads before it, and reads after it for the write: nobody overtakes", async () => {
  const work = new Work();
  for (const name of ["r1", "r2", "w1", "r3", "w2", "w3", "r4"]) work.start(name);
  expect(work.begun).toEqual(["r1", "r2"]);
  await work.end("r1");
  expect(work.begun).toEqual(["r1", "r2"]);
  await work.end("r2");
  expect(work.begun).toEqual(["r1", "r2", "w1"]);
  await work.end("w1");
  await work.end("r3");
  expect(work.begun).toEqual(["r1", "r2", "w1", "r3", "w2", "w3"]);
  await work.end("w3");
  expect(work.begun.at(-1)).toBe("w3");
  await work.end("w2");
  expect(work.begun.at(-1)).toBe("r4");
});

test("work that fails, at once or later, ends its turn", async () => {
  const work = new Work();
  const failed = expect(work.start("r1")).rejects.toThrow("later");
  work.start("w1");
  await work.end("r1", new Error("later"));
  await failed;
  expect(work.begun).toEqual(["r1", "w1"]);
  const turns = new ReadWriteTurns();
  const atOnce = () => {
    throw new Error("at once");
  };
  await expect(turns.run("read", atOnce)).rejects.toThrow("at once");
  await expect(turns.run("write", async () => "its turn")).resolves.toBe("its turn");
});
