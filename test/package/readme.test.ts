import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../src/sim/base/random.ts";
import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { Clone, type Ended, type Running } from "./clone.ts";
import { readmeSteps, type Step } from "./readme-blocks.ts";

// The first hour of somebody who has cloned the project and types what README says: at whatever time, in whatever order.
// The tests are one story, each goes on where the one before has ended.

jest.setTimeout(240_000);

/** What README says and is not run here, by its beginning, and why. */
const elsewhere: readonly (readonly [begin: string, why: string])[] = [
  ["npm install balsa", "needs a registry that has it: package.test.ts installs what npm packs"],
  ["docker compose up", "needs Docker: the tests of kind docker start it"],
  ["grpcurl -plaintext", "is no program of this project: the tests of kind interop call it"],
  ["npm test", "runs this test"],
  ["npm run sim", "takes minutes: the tests of kind sim are these runs"],
  ["npm run soak", "takes ten minutes"],
  ["npm run fuzz", "takes minutes: the test of kind fuzz is such a run"],
  ["npm run chaos", "needs Docker: the tests of kind chaos are these faults"],
  ["npm run bench", "takes minutes, and measures"],
  ["await node.map", "goes on from the program before: test/main/node-map.test.ts"],
  ["await client.lock", "goes on from the program before, and never ends: test/package/client-page.test.ts"],
  ['import { createNode, type Machine } from "balsa"', "its hosts are made up: package.test.ts runs examples/counter.ts"],
];

const { done, failed, usage, unreachable, notAMember } = exitCodes;
const steps = readmeSteps();
const reasonOf = ({ text }: Step) => elsewhere.find(([begin]) => text.startsWith(begin));
const here = steps.filter((step) => reasonOf(step) === undefined);
const isStart = (command: string) => /^(BALSA_FAULTS=on )?npm start$/.test(command);
const balsa = here.map(({ text }) => text).filter((text) => text.startsWith("npx balsa "));
/** These run until they are told to stop. */
const isLasting = (command: string) => /--watch\b|^npx balsa serve /.test(command);

/** More commands at a time would only wait for the processors. */
const atOnce = 6;
const seed = 1;
/** All packages are loaded, from wherever they are. */
const installMs = 200_000;

let clone: Clone;
let cluster: Running | null = null;
const running: Running[] = [];
beforeAll(async () => {
  clone = await Clone.make();
});
afterAll(async () => {
  for (const each of running) await each.remove();
  clone?.remove();
});

function start(command: string): Running {
  const started = clone.start(command);
  running.push(started);
  return started;
}

async function run(command: string): Promise<Ended> {
  return start(command).ended();
}

/** Whatever happens, a command ends as documented, with words for a person and not for whoever wrote the program. */
function expectEnded(command: string, { code, output }: Ended, codes: readonly number[], words = /\S/): void {
  const isDocumented = code !== null && codes.includes(code);
  expect({ command, code: isDocumented ? codes : code, output }).toEqual({
    command,
    code: codes,
    output: expect.stringMatching(words),
  });
  expect(output).not.toMatch(/^ +at .*:\d+:\d+/m);
}

/** Starts the cluster as that command does, and waits until it says what to try. Ctrl-C has ended another one before. */
async function startCluster(command: string): Promise<void> {
  await stopCluster();
  cluster = start(command);
  // Whoever is early is told so, while it builds and while it elects a leader.
  for (const early of ["npx balsa get begun", "npx balsa member list"]) {
    expectEnded(early, await run(early), [done, failed, unreachable]);
  }
  await cluster.printed(/Ctrl-C stops all nodes/);
}

async function stopCluster(): Promise<void> {
  if (cluster === null) return;
  expect((await cluster.interrupt()).output).toMatch(/All nodes have stopped\./);
  cluster = null;
}

/** Each of these where no cluster is up: it says so, and what to do. */
async function expectNoCluster(): Promise<void> {
  const waiting = [...balsa];
  const next = async (): Promise<void> => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
      if (!isLasting(command)) expectEnded(command, await run(command), [unreachable], /npm start/);
      else await expectWaiting(command);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}

async function expectWaiting(command: string): Promise<void> {
  const lasting = start(command);
  // A node that was taken in before looks for the others again, though it is no member any more: only they can tell it.
  await lasting.printed(command.includes("--watch") ? /0 of 5 nodes answer/ : /has not taken this node in yet|Trying again/);
  const { output } = await lasting.interrupt();
  expect(output).not.toMatch(/^ +at .*:\d+:\d+/m);
}

test("every block of README is run here, or named with the reason why not", () => {
  const isKnown = ({ kind, text }: Step) =>
    kind === "program" || text === "npm ci" || isStart(text) || text.startsWith("npx balsa ");
  expect(here.filter((step) => !isKnown(step))).toEqual([]);
  const unused = elsewhere.filter((entry) => !steps.some((step) => reasonOf(step) === entry));
  expect(unused).toEqual([]);
  expect(balsa.length).toBeGreaterThan(15);
});

test("before anything is installed each command says how that is done", async () => {
  for (const command of balsa) expectEnded(command, await run(command), [usage], /not built yet\. In \S+, run: npm ci/);
  for (const { text } of here.filter(({ text }) => isStart(text))) expectEnded(text, await run(text), [failed], /run: npm ci/);
});

test("npm ci with an empty cache installs and builds", async () => {
  const installing = clone.start("npm ci --no-audit --no-fund", { isOnline: true });
  running.push(installing);
  expectEnded("npm ci", await installing.ended(installMs), [done]);
});

test("before there is a cluster each command says so, and what to do", expectNoCluster);

test("in README's order each command does what it says", async () => {
  let joined: Running | null = null;
  // A program that stands before the start of a cluster is for whoever reads on.
  let early: string[] = [];
  const runProgram = async (file: string): Promise<void> => expectEnded(file, await run(`node ${file}`), [done], /^$/);
  for (const [place, { kind, text }] of here.entries()) {
    if (text === "npm ci") continue;
    if (isStart(text)) {
      await startCluster(text);
      for (const file of early) await runProgram(file);
      early = [];
    } else if (kind === "program") {
      const file = `readme-${place}.mjs`;
      writeFileSync(join(clone.folder, file), text);
      if (cluster === null) early.push(file);
      else await runProgram(file);
    } else if (text.includes("--watch")) {
      const watching = start(text);
      await watching.printed(/leads cluster "balsa" in term \d+; 5 of 5 nodes answer/);
      await watching.interrupt();
    } else if (isLasting(text)) {
      joined = start(text);
      await joined.printed(/takes this node in as node 6/);
    } else expectEnded(text, await run(text), [done]);
  }
  expect(early).toEqual([]);
  expect(await joined?.ended()).toMatchObject({ code: notAMember, output: expect.stringContaining("node rejoin") });
});

test("in a shuffled order each command does it, or says why not", async () => {
  // A fault that nobody clears would strike the commands after it.
  await startCluster("BALSA_FAULTS=off npm start");
  // Its value is another one by now; node 6 is no member any more, or not yet; and these nodes allow no faults.
  const refused = /^npx balsa (cas|member remove|fault) /;
  for (const command of shuffled(balsa)) {
    if (!isLasting(command)) {
      expectEnded(command, await run(command), refused.test(command) ? [done, failed] : [done]);
      continue;
    }
    const lasting = start(command);
    await lasting.printed(/5 of 5 nodes answer|[Nn]ode 6/);
    await lasting.interrupt();
  }
});

test("when the cluster is stopped each command says so, and what to do", async () => {
  await stopCluster();
  await expectNoCluster();
});

function shuffled(commands: readonly string[]): string[] {
  const random = new Random(seed, "readme");
  return commands
    .map((command) => ({ command, place: random.bits() }))
    .sort((a, b) => a.place - b.place)
    .map(({ command }) => command);
}
