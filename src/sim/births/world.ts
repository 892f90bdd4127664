import { bootstrapMembers, incarnationDigits } from "../../core/members.ts";
import type { NodeId } from "../../core/types.ts";
import type { Reply } from "../../node/founding/founding.ts";
import type { Birth, Introduction } from "../../node/founding/introduction.ts";
import { EventQueue } from "../base/event-queue.ts";
import { Random } from "../base/random.ts";
import { Trace } from "../base/trace.ts";
import { fairWeather, Network } from "../net/network.ts";
import { drawScenario, type Scenario } from "../scenario.ts";
import { Calamities, type CalamityKind, calamityKinds } from "./calamities.ts";
import { Callers } from "./callers.ts";
import { Era } from "./era.ts";
import { Line } from "./line.ts";
import { Observers } from "./observers.ts";
import { Place } from "./place.ts";
import { recoverPlace } from "./recovery.ts";

export interface BirthsGiven {
  readonly seed: number;
  readonly seconds: number;
  /** The only kinds of calamity; drawn if null. */
  readonly kinds: readonly CalamityKind[] | null;
}

export interface BirthsResult {
  readonly seed: number;
  readonly failure: string | null;
  readonly lastLines: readonly string[];
  readonly fingerprint: string;
  readonly seconds: number;
  readonly counters: Readonly<Record<string, number>>;
}

const lastLinesMax = 80;
const pauseMsMax = 2_500;
/** A healthy cluster has a leader and serves within this, in virtual ms. */
const patienceMs = 15_000;
const callersMax = 6;

/**
 * A world in which clusters are begun, lost, begun again and recovered under living clients. Each incarnation is judged
 * by itself, as strictly as the one cluster of the other worlds; and nobody may come from one into another in silence.
 */
export class BirthsWorld {
  readonly queue = new EventQueue();
  readonly #given: BirthsGiven;
  readonly #kinds: readonly CalamityKind[];
  readonly #scenario: Scenario;
  readonly #random: Random;
  readonly #trace: Trace;
  readonly #network: Network;
  readonly #places: Place[] = [];
  /** Those of directories, by the name that these have for it. */
  readonly #eras = new Map<string, Era>();
  readonly #allEras: Era[] = [];
  /** Which disk has drawn each of those that were founded. */
  readonly #births: { readonly incarnationId: string; readonly drawnBy: string; readonly isForced: boolean }[] = [];
  readonly #line: Line;
  readonly #callers: Callers;
  readonly #observers: Observers;
  readonly #calamities: Calamities;
  #failure: string | null = null;
  #names = 0;

  constructor(given: BirthsGiven, onLine: ((line: string) => void) | null = null) {
    const { queue } = this;
    const { seed, seconds } = given;
    this.#given = given;
    this.#random = new Random(seed, "births");
    this.#kinds = given.kinds ?? drawKinds(this.#random);
    this.#scenario = scenarioOf(seed, seconds, this.#random);
    this.#trace = new Trace(() => queue.now, onLine);
    const stationOf = (node: NodeId) => this.#placeOf(node)?.running?.process ?? null;
    this.#network = new Network(this.#scenario.network, {
      queue,
      random: new Random(seed, "network"),
      trace: this.#trace,
      stationOf,
      onLetIn: () => undefined,
    });
    const fail = (sentence: string) => this.#fail(sentence);
    this.#line = new Line({ queue, random: new Random(seed, "line"), places: this.#places, fail });
    this.#callers = new Callers({ queue, random: new Random(seed, "callers"), line: this.#line });
    this.#observers = new Observers({ queue, random: new Random(seed, "observers"), line: this.#line, fail });
    this.#calamities = new Calamities({
      queue,
      random: new Random(seed, "calamities"),
      network: this.#network,
      trace: this.#trace,
      places: this.#places,
      addPlace: (list) => this.#addPlace(list),
      recover: (place) => this.#recover(place),
    });
    const ids = Array.from({ length: this.#random.pick([1, 2, 3, 3, 3, 5]) }, (_, place) => place + 1);
    for (const _ of ids) this.#addPlace(ids);
  }

  run(): BirthsResult {
    const { seconds } = this.#given;
    for (const place of this.#places) this.queue.add(this.#random.skewed(0, 2_000), () => place.start());
    this.#callers.start(callersMax);
    this.#observers.start(2);
    let at = this.#random.within(1_000, 3_000);
    for (; at < seconds * 1_000; at += this.#random.skewed(100, pauseMsMax)) {
      const kind = this.#random.pick(this.#kinds);
      this.queue.add(at, () => this.#calamities.begin(kind));
    }
    this.#runUntil(seconds * 1_000, () => false);
    if (this.#failed === null) this.#heal();
    for (const era of this.#allEras) if (this.#failed === null) era.judge();
    return this.#result();
  }

  /** All is whole, and everybody that may run runs. Whoever still has a majority of its disks must serve. */
  #heal(): void {
    this.#calamities.stop();
    this.#callers.stop();
    this.#network.heal();
    this.#trace.note("text", 0, "heals all");
    const wake = () => {
      for (const place of this.#places) place.start();
    };
    wake();
    this.#runUntil(this.queue.now + patienceMs / 2, () => false);
    wake();
    for (const era of this.#allEras) this.#expectService(era);
    const [unnoticed] = this.#calamities.unnoticed;
    if (unnoticed !== undefined)
      this.#fail(`Node ${unnoticed.id} has less on its disk than it confirmed to the leader, and takes part.`);
  }

  #expectService(era: Era): void {
    if (!this.#hasMajority(era)) return;
    const serves = () => this.#places.some(({ running }) => running?.era === era && running.process.node.view.role === "leader");
    if (this.#runUntil(this.queue.now + patienceMs, serves) || this.#failed !== null) return;
    this.#fail(`Incarnation ${era.incarnationId} has a majority of its disks, all is whole, and it has no leader.`);
  }

  /** Whether a majority of the members in force, as committed, are up on the disks that they had. */
  #hasMajority(era: Era): boolean {
    const { voters } = era.checks.committed.members;
    const up = voters.filter((id) => {
      const place = this.#placeOf(id);
      return place?.running?.era === era && era.disks.get(id) === place.directory.log;
    });
    return up.length * 2 > voters.length;
  }

  #runUntil(until: number, isReached: () => boolean): boolean {
    while (this.#failed === null && !isReached()) {
      const task = this.queue.take(until);
      if (task === null) return isReached();
      task.run();
    }
    return this.#failed === null;
  }

  get #failed(): string | null {
    if (this.#failure !== null) return this.#failure;
    for (const { checks } of this.#allEras) if (checks.failure !== null) return checks.failure;
    return null;
  }

  #fail(sentence: string): void {
    this.#failure ??= sentence;
  }

  #placeOf(id: NodeId): Place | undefined {
    return this.#places.find((place) => place.id === id);
  }

  #addPlace(list: readonly NodeId[]): Place {
    const { queue } = this;
    const place: Place = new Place(this.#places.length + 1, list, {
      scenario: this.#scenario,
      queue,
      network: this.#network,
      trace: this.#trace,
      newName: (what) => this.#newName(what),
      ask: (question, done) => this.#ask(question, done),
      onBorn: (born, given, birth) => this.#checkBirth(born, given, birth),
      eraOf: (seated, birth) => this.#eraOf(seated, birth),
      onDown: () => undefined,
    });
    this.#places.push(place);
    return place;
  }

  #ask(question: Introduction, done: (reply: Reply) => void): void {
    const answer = () => this.#placeOf(question.to)?.answer(question) ?? null;
    this.#network.askAnybody(question.from, question.to, answer, (found) => done(found ?? { silent: "nobody is there" }));
  }

  #recover(place: Place): boolean {
    const { queue } = this;
    const onEra = (era: Era) => this.#addEra(era);
    return recoverPlace(place, { queue, sessions: this.#scenario.sessions, onEra, newName: (what) => this.#newName(what) });
  }

  #addEra(era: Era): void {
    this.#allEras.push(era);
    this.#eras.set(era.incarnationId, era);
  }

  /** A directory is in this incarnation from now on. */
  #eraOf(place: Place, birth: Birth): Era {
    const { incarnationId } = birth;
    const known = this.#eras.get(incarnationId);
    const era = known ?? new Era(incarnationId, bootstrapMembers(birth.members, incarnationId));
    if (known === undefined) this.#addEra(era);
    const founder = era.founders.nodes.find(({ id }) => id === place.id);
    if (founder?.diskId !== place.directory.diskId && founder?.diskId !== "") {
      this.#fail(
        `Place ${place.id} takes part in incarnation ${incarnationId} on ${place.directory.diskId}, which it did not begin with.`,
      );
    }
    // One that came back with less is no disk of this incarnation any more: what counts is what it promised.
    const before = era.disks.get(place.id);
    if (before === undefined || before.lastIndex <= place.directory.log.lastIndex) era.disks.set(place.id, place.directory.log);
    else era.checks.putBack.add(place.id);
    return era;
  }

  /**
   * A cluster is begun only where every node of its list was empty when it said so, and once. One may have been told of
   * another incarnation since, by a founder that is gone; then nobody can have been told in that one that anything is done.
   */
  #checkBirth(place: Place, list: readonly NodeId[], { incarnationId, members: founders }: Birth): void {
    const name = `Incarnation ${incarnationId}`;
    if (this.#eras.has(incarnationId)) return;
    for (const { id } of founders) {
      const given = id === place.id ? list : this.#placeOf(id)?.foundsWith;
      if (given !== undefined && given.join() !== founders.map((founder) => founder.id).join()) {
        this.#fail(`${name} begins with nodes ${founders.map((founder) => founder.id)}, and node ${id} was given ${given}.`);
      }
    }
    const isForced = founders.some(({ diskId }) => diskId === "");
    if (isForced && !place.isForced) this.#fail(`${name} begins, and does not know the disks of all.`);
    const twice = this.#births.find(({ drawnBy }) => founders.some(({ diskId }) => diskId === drawnBy));
    if (twice !== undefined && !isForced && !twice.isForced) {
      this.#fail(`${name} begins with the disk that has drawn incarnation ${twice.incarnationId}.`);
    }
    this.#births.push({ incarnationId, drawnBy: place.directory.diskId, isForced: place.isForced });
    for (const { id, diskId } of founders) {
      const directory = this.#placeOf(id)?.directory;
      const other = this.#eras.get(directory?.birth?.incarnationId ?? "");
      if (directory?.diskId === diskId && other !== undefined && other.checks.committed.length > 0) {
        this.#fail(`${name} begins with node ${id}, which is in incarnation ${other.incarnationId}.`);
      }
    }
  }

  #newName(what: "disk" | "incarnation"): string {
    this.#names += 1;
    return what === "disk" ? `disk-${this.#names}` : this.#names.toString(16).padStart(incarnationDigits, "0");
  }

  #result(): BirthsResult {
    const { seed } = this.#given;
    const failure = this.#failed;
    const commits = this.#allEras.reduce((sum, { checks }) => sum + checks.committed.length, 0);
    const refused = this.#places.filter(({ isRefused }) => isRefused).length;
    return {
      seed,
      failure,
      lastLines: failure === null ? [] : this.#trace.last(lastLinesMax),
      fingerprint: `${this.#trace.fingerprint}-${this.#trace.count}-${this.queue.added}`,
      seconds: this.queue.now / 1_000,
      counters: {
        incarnations: this.#allEras.length,
        entries: commits,
        refusedPlaces: refused,
        ...this.#line.counters,
        ...this.#observers.counters,
        ...Object.fromEntries(this.#calamities.counters),
      },
    };
  }
}

function drawKinds(random: Random): readonly CalamityKind[] {
  // Who has forgotten something is noticed by the leader alone that knows it, so nobody else may fail.
  if (random.chance(0.2)) return ["putBack"];
  const kinds = calamityKinds.filter((kind) => kind !== "putBack" && random.chance(0.5));
  return kinds.length === 0 ? ["beginAgain"] : kinds;
}

/** Nothing is compacted, so that each log tells all of its incarnation. */
function scenarioOf(seed: number, seconds: number, random: Random): Scenario {
  const quiet = drawScenario({ seed, nodes: 1, seconds, faults: null, isQuiet: true });
  const delayMsMax = random.pick([2, 10, 50]);
  return {
    ...quiet,
    network: { delayMsMin: 0.2, delayMsMax, isOrdered: random.chance(0.5), holdsWhenCut: random.chance(0.5), climate: fairWeather },
    drive: { writeMsMin: 0.2, writeMsMax: random.pick([2, 20]), readMsMax: 0.5 },
    node: { ...quiet.node, housekeepingIntervalMs: random.pick([100, 1_000]) },
  };
}
