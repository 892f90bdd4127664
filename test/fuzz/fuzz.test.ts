import { until } from "../support/until.ts";
import { FuzzedCluster, handles, peakMemory } from "./fuzzed-cluster.ts";
import { methods } from "./methods.ts";
import { type Kind, Speaker } from "./speaker.ts";

// Everybody who reaches the ports of real nodes says whatever can be said there, and much that cannot, while others go on
// with their work. `npm run fuzz -- --seed 7 --messages 200000` draws other messages than those that a test run says.

const seed = Number(process.env.FUZZ_SEED ?? 1);
const messages = Number(process.env.FUZZ_MESSAGES ?? 200_000);

/** How the messages are shared out. */
const shares: Readonly<Record<Kind, number>> = { stranger: 0.45, namer: 0.2, liar: 0.15, mute: 0.15, "passer-by": 0.05 };
const rounds = 5;
/** Most memory that a node may ever have had, in MiB; docs/guarantees.md says so too. */
const memoryMax = 512;
/** Handles of its own that a node opens and closes as it works: files of LevelDB. */
const slack = 16;
/** Elections of a busy machine, while nobody speaks for a member. */
const termsMax = 20;
/** So often everybody who means well is served while nobody speaks for a member, at least. */
const servedMin = 10;
/** By default of a node: nobody's word raises a term further. */
const termJumpMax = 10_000;

jest.setTimeout(600_000 + messages * 5);

let fuzzed: FuzzedCluster;
let speakers: Speaker[];

beforeAll(async () => {
  fuzzed = await FuzzedCluster.start();
  const { known, targets } = fuzzed;
  const kinds = Object.keys(shares) as Kind[];
  speakers = targets.flatMap((target) =>
    kinds.map(
      (kind) => new Speaker(kind, { seed, target, methods: fuzzed.methods, allMethods: methods, known: () => fuzzed.known }),
    ),
  );
  expect(known.disks.size).toBe(3);
});
afterAll(async () => {
  for (const speaker of speakers) speaker.leave();
  await fuzzed.close();
});

test(`${messages} messages to both ports, from strangers and liars, some of whom read nothing, end and stop nobody (seed ${seed})`, async () => {
  try {
    await speakAndJudge();
  } catch (error) {
    const last = speakers.map(({ kind, lastWords }, i) => `--- ${kind} ${i}\n${lastWords.join("\n")}`).join("\n");
    console.error(`${last}\nTo draw the same again: npm run fuzz -- --seed ${seed} --messages ${messages}`);
    throw error;
  }
});

async function speakAndJudge(): Promise<void> {
  const { nodes } = fuzzed.cluster;
  const pids = nodes.map(({ pid }) => pid);
  const handlesBefore = nodes.map(handles);
  const termBefore = Math.max(...(await fuzzed.terms()));
  for (let round = 0; round < rounds; round += 1) {
    await speakCalmly();
    await speakWithLiars();
  }
  expect(said(speakers)).toBeGreaterThanOrEqual(messages);
  expect([...new Set(speakers.flatMap(({ paths }) => [...paths]))].sort()).toEqual(methods.map(({ path }) => path).sort());
  report();
  for (const speaker of speakers) speaker.leave();
  for (const client of fuzzed.honest) await client.stop();
  fuzzed.check();
  for (const client of fuzzed.honest) expect(await client.missing()).toEqual([]);
  const settled = await fuzzed.settled();
  expect(new Set(settled.map(({ stateDigest }) => stateDigest?.digest)).size).toBe(1);
  // It was heard, and not believed.
  for (const { strangersRefused, messagesRefused } of settled)
    expect(Math.min(strangersRefused, messagesRefused)).toBeGreaterThan(0);
  const liars = speakers.filter(({ kind }) => kind === "liar");
  expect(Math.max(...(await fuzzed.terms()))).toBeLessThan(termBefore + termJumpMax * said(liars));
  expect(nodes.map(({ pid, isRunning }) => [pid, isRunning])).toEqual(pids.map((pid) => [pid, true]));
  for (const node of nodes) {
    expect(node.output.match(/.*(invariant broken|assert|unhandled|uncaught|TypeError|RangeError).*/gi) ?? []).toEqual([]);
    expect(peakMemory(node)).toBeLessThan(memoryMax);
  }
  await until(
    () => `handles are as before, ${handlesBefore}, not ${nodes.map(handles)}`,
    60_000,
    () => nodes.every((node, i) => handles(node) <= (handlesBefore[i] ?? 0) + slack) || undefined,
  );
}

/** Nobody has the disk of a member's: those who mean well are served all the while, and nobody is deposed. */
async function speakCalmly(): Promise<void> {
  const termBefore = Math.max(...(await fuzzed.terms()));
  const servedBefore = fuzzed.served;
  const crowd = speakers.filter(({ kind }) => kind !== "liar");
  await Promise.all(crowd.map((speaker) => speaker.say(partOf(speaker), false)));
  // A short run goes on until it can tell.
  while (!fuzzed.hasServed(servedMin, servedBefore)) await Promise.all(crowd.map((speaker) => speaker.say(servedMin, false)));
  expect(Math.max(...(await fuzzed.terms()))).toBeLessThanOrEqual(termBefore + termsMax);
  await fuzzed.fill();
}

/**
 * Whoever has a member's name and disk can depose leaders for as long as it speaks (ADR 25), and so can operators: then
 * those who mean well are served as soon as they fall silent.
 */
async function speakWithLiars(): Promise<void> {
  await Promise.all(speakers.filter(({ kind }) => kind === "liar").map((speaker) => speaker.say(partOf(speaker), true)));
  await fuzzed.serves();
}

function partOf({ kind }: Speaker): number {
  const speakersOfKind = speakers.filter((speaker) => speaker.kind === kind).length;
  return Math.ceil((messages * shares[kind]) / speakersOfKind / rounds);
}

function said(those: readonly Speaker[]): number {
  return those.reduce((sum, each) => sum + each.said, 0);
}

/** For whoever runs it by hand. */
function report(): void {
  const memory = fuzzed.cluster.nodes.map(peakMemory).join(", ");
  const served = fuzzed.honest.map((client) => `${client.served} times, once after ${Math.round(client.longestMs)} ms`).join("; ");
  console.log(`${said(speakers)} messages said. Most memory of each node: ${memory} MiB. Who means well was served ${served}.`);
}
