import type { Members, MembersChange } from "../../core/types.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Random } from "../base/random.ts";
import type { Checks } from "../checks/checks.ts";
import { membersOnDisk } from "../disks/log-disk.ts";
import type { Host } from "../host/host.ts";
import type { RequestMaker } from "../load/client-requests.ts";
import type { Watchers } from "../load/watchers.ts";
import type { Workload } from "../load/workload.ts";
import { fairWeather, type Network } from "../net/network.ts";
import type { Operators } from "./operators.ts";

/** What there is to heal. */
export interface Patient {
  readonly queue: EventQueue;
  readonly network: Network;
  readonly hosts: readonly Host[];
  readonly checks: Checks;
  readonly workload: Workload;
  readonly requests: RequestMaker;
  readonly operators: Operators;
  readonly watchers: Watchers;
  /** Nodes that came with an empty disk under an id that was taken. */
  readonly impostors: readonly Host[];
  /** Hosts that are started again as soon as they are down. */
  readonly supervised: Set<Host>;
  runUntil(until: number, isReached: () => boolean): boolean;
  say(text: string): void;
}

/** Time a healthy cluster is given for anything, in virtual ms: for a leader, and then while nothing moves. */
const patienceMs = 10_000;
/** However much still moves, it is not given longer, in virtual ms. */
const longestMs = 600_000;
/** Operators need no more rounds than this to set the members right. */
const roundsMax = 8;
/** Wait before a client of the last round tries again, in ms. */
const retryMs = 20;
/** The client of the last round; the others are numbered from 1 on. */
const lastClient = 0;

/** The faults are over: the cluster must come back by itself, all of it, with everything it ever acknowledged. */
export function heal(world: Patient, random: Random, majorityFirst: boolean): void {
  // What is still to be caught up is work enough: with the tightest limits more would only pile up.
  world.workload.stop();
  if (majorityFirst) healMajority(world, random);
  healAll(world, random, world.hosts);
  expectLeader(world, () => world.operators.members);
  // Once something is written, all that was in the leader's log is committed, and who the members are is known.
  expectWrites(world, () => world.operators.members, random);
  restoreMembers(world);
  expectNoneLeft(world);
  expectImpostorsGone(world);
  const members = () => world.operators.members;
  expectLeader(world, members);
  expectWrites(world, members, random);
  expect(world, () => world.workload.open === 0, "Calls of clients are still open though everything works.");
  for (const host of members()) expectReads(world, host);
  expectSameState(world, members());
  world.watchers.moveTo(members());
  expect(
    world,
    () => world.watchers.upTo >= world.checks.committed.length,
    "Those who watch are not told all though everything works.",
  );
  world.watchers.checkUntold();
}

/** Rule 30: they are told that they have forgotten what they promised, and end; or call nobody who could tell them, and are refused by all. */
function expectImpostorsGone(world: Patient): void {
  const doors = () => world.operators.members.flatMap(({ id, process }) => (process === null ? [] : [{ id, ...process }]));
  const isRefused = ({ process }: Host): boolean =>
    doors().every(({ id, transport }) => process === null || transport.refusal(process.transport.greeting(id)) !== null);
  expect(world, () => world.impostors.every(isRefused), "A node goes on under an id whose disk was lost, and is heard.");
}

/** What operators have begun comes to its end; disks that were lost belong to nobody any more. */
function restoreMembers(world: Patient): void {
  const { operators, checks } = world;
  expect(world, () => !operators.isBusy, "A change of the members neither happens nor is refused though everything works.");
  const isSettled = (): boolean => checks.committed.members.plan === null && checks.committed.members.outgoing.length === 0;
  const isStuck = (): boolean => checks.committed.members.plan?.promote.some((id) => operators.missing.includes(id)) ?? false;
  // What is in a log may be committed only now, and be news to the operators.
  for (let round = 0; round < roundsMax && !(isSettled() && operators.missing.length === 0); round += 1) {
    const lost = operators.missing;
    if (isStuck()) changeMembers(world, { type: "cancel" });
    else if (isSettled()) changeMembers(world, { type: "change", add: [], remove: lost, asLearners: false, force: false });
    expect(world, () => isSettled() || isStuck(), "A change of the members does not come to its end though everything works.");
  }
  const isRid = (): boolean => isSettled() && operators.missing.length === 0;
  expect(world, isRid, `Nodes ${operators.missing.join(", ")} cannot be removed though everything else works.`);
}

/** A node says that it was removed only if it was, and not if that may be undone: its machine would be wiped. */
function expectNoneLeft({ operators, checks }: Patient): void {
  const gone = operators.members.find((host) => host.isRetired);
  if (gone !== undefined) checks.fail(`Node ${gone.id} has left for good, and is a member.`);
}

function changeMembers(world: Patient, change: MembersChange): void {
  world.operators.ask(change);
  expect(world, () => !world.operators.isBusy, "Operators get no answer though everything works.");
}

/** Some minority is down for good, or cut off: the others must not need it. */
function healMajority(world: Patient, random: Random): void {
  const { members } = world.checks.committed;
  const mayVote = new Set(members.voters);
  const voters = world.operators.members.filter(({ id }) => mayVote.has(id));
  const needed = Math.floor(members.voters.length / 2) + 1;
  // Who is needed may be another question by the time it is answered.
  const isInChange = (now: Members): boolean => now.plan !== null || now.outgoing.length > 0 || now.voters.length !== mayVote.size;
  const views = world.hosts.map(({ process, log }) => process?.node.view.members ?? membersOnDisk(log));
  if (needed < 2 || voters.length < needed || world.operators.isBusy || [members, ...views].some(isInChange)) return;
  const majority = random.shuffled(voters).slice(0, needed);
  const minority = world.hosts.filter((host) => !majority.includes(host));
  world.say(`heals nodes ${majority.map(({ id }) => id).join(", ")} only`);
  healAll(world, random, majority);
  for (const lost of minority) {
    if (random.chance(0.4)) lost.crash("down for good");
    else for (const other of majority) cutSomehow(world, random, lost, other);
  }
  expectLeader(world, () => majority);
  expectWrites(world, () => majority, random);
}

function cutSomehow(world: Patient, random: Random, lost: Host, other: Host): void {
  world.network.cut(other.id, lost.id);
  // Whoever hears nobody and is heard by some must not be able to disturb the others for long.
  if (random.chance(0.7)) world.network.cut(lost.id, other.id);
}

function healAll(world: Patient, random: Random, hosts: readonly Host[]): void {
  world.say("the faults end");
  world.network.changeWeather(fairWeather);
  world.network.heal();
  for (const host of hosts) {
    host.drive.repair();
    if (host.process?.life.paused) host.resume(random.chance(0.5));
    // A process may still be about to die of an earlier fault.
    world.supervised.add(host);
    host.disarm();
    host.start();
  }
}

function expectLeader(world: Patient, hosts: () => readonly Host[]): void {
  // A leader counts only once all the others here follow it.
  const isLed = (): boolean => {
    const leaders = new Set(hosts().map((host) => host.process?.node.view.leader ?? 0));
    return leaders.size === 1 && !leaders.has(0);
  };
  expect(world, isLed, "No leader was found though everything works.");
}

/** Each key can be written once more. */
function expectWrites(world: Patient, hosts: () => readonly Host[], random: Random): void {
  for (const key of world.requests.keys) {
    let isWritten = false;
    const attempt = (): void => {
      world.workload.call(lastClient, random.pick(hosts()), world.requests.set(key), (ending) => {
        isWritten = ending === "written";
        if (!isWritten) world.queue.add(world.queue.now + retryMs, attempt);
      });
    };
    attempt();
    expect(world, () => isWritten, `Key ${key} cannot be written though everything works.`);
  }
}

/** Each key can be read at each node. What is read there is judged with the rest of the history. */
function expectReads(world: Patient, host: Host): void {
  let isRead = false;
  const attempt = (): void => {
    world.workload.call(lastClient, host, { type: "read", keys: world.requests.keys }, (ending) => {
      isRead = ending === "found";
      if (!isRead) world.queue.add(world.queue.now + retryMs, attempt);
    });
  };
  attempt();
  expect(world, () => isRead, `Node ${host.id} cannot serve a read though everything works.`);
}

function expectSameState(world: Patient, hosts: readonly Host[]): void {
  const isSame = (): boolean => {
    const last = world.checks.committed.length;
    return hosts.every(({ state, log, process }) => {
      return state.appliedIndex === last && log.lastIndex === last && process?.node.view.commitIndex === last;
    });
  };
  expect(world, isSame, "The nodes do not come to the same log and state though everything works.");
  if (new Set(hosts.map((host) => host.state.digest)).size > 1) world.checks.fail("The nodes have applied the same, but differ.");
}

/** Waits until it is so, as long as the nodes get on. */
function expect(world: Patient, isReached: () => boolean, sentence: string): void {
  const until = world.queue.now + longestMs;
  let progress = progressOf(world);
  while (world.checks.failure === null && !world.runUntil(world.queue.now + patienceMs, isReached)) {
    const before = progress;
    progress = progressOf(world);
    if (progress === before || world.queue.now >= until) world.checks.fail(sentence);
  }
}

/** Changes as logs are caught up, snapshots taken in and entries applied, and as operators are answered. A restart may set it back. */
function progressOf({ hosts, operators }: Patient): string {
  const places = hosts.map(({ state, log }) => `${state.appliedIndex} ${log.lastIndex} ${state.staged?.records.size ?? 0}`);
  return [operators.counters.asked, ...places].join();
}
