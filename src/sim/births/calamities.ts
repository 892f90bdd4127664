import { majority } from "../../core/quorum.ts";
import type { Millis, NodeId } from "../../core/types.ts";
import { nodeOptionDefaults } from "../../node/ports/options.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Random } from "../base/random.ts";
import type { Trace } from "../base/trace.ts";
import type { Process } from "../host/host.ts";
import type { Network } from "../net/network.ts";
import { shapeNames, shapes } from "../net/partitions.ts";
import type { Directory } from "./directory.ts";
import type { Place } from "./place.ts";

/**
 * What operators and their machines do to a cluster and its directories.
 * - `crash`: some processes die, perhaps all, and are started again.
 * - `cut`: the network is cut, in one of the shapes.
 * - `emptyOne`, `emptyMajority`: volumes are emptied, and the nodes started as ever; some of the others may be down.
 * - `beginAgain`: all volumes are emptied, one after the other or at once, and the nodes started as ever.
 * - `editLists`: machines with empty directories are added to the list, of themselves and of some of those that are there.
 * - `force`: the same with one of those that are there, which is down, and the fresh ones are told not to wait for it. It comes back.
 * - `putBack`: the directory of one that does not lead is replaced by an older copy of it. Nobody else fails in such a world.
 * - `recover`: one survivor is made a cluster by force, while the others are down; later they come back.
 */
export const calamityKinds = [
  "crash",
  "cut",
  "emptyOne",
  "emptyMajority",
  "beginAgain",
  "editLists",
  "force",
  "putBack",
  "recover",
] as const;

export type CalamityKind = (typeof calamityKinds)[number];

export interface CalamityPorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly network: Network;
  readonly trace: Trace;
  readonly places: readonly Place[];
  readonly addPlace: (list: readonly NodeId[]) => Place;
  readonly recover: (place: Place) => boolean;
}

/** Longest until what was taken down is started again, in ms. */
const downMsMax: Millis = 3_000;
/** How long a node that is left out of a forced birth stays down, in ms. */
const silentMs: Millis = nodeOptionDefaults.forceWaitMs + 2_000;
/** No more machines ever than this. */
const placesMax = 7;

export class Calamities {
  readonly #ports: CalamityPorts;
  readonly counters = new Map<CalamityKind, number>();
  /** Older copies of directories, by their place. */
  readonly #copies = new Map<Place, Directory>();
  readonly #debts: { readonly place: Place; readonly directory: Directory; readonly leader: Process }[] = [];
  #isOver = false;

  constructor(ports: CalamityPorts) {
    this.#ports = ports;
  }

  stop(): void {
    this.#isOver = true;
  }

  begin(kind: CalamityKind): void {
    this.counters.set(kind, (this.counters.get(kind) ?? 0) + 1);
    const { random, places, network, queue } = this.#ports;
    this.#say(kind);
    switch (kind) {
      case "crash":
        for (const place of this.#some(1, places.length)) this.#takeDown(place);
        return;
      case "cut":
        for (const [from, to] of shapes[random.pick(shapeNames)](random.shuffled(places).map(({ id }) => id)))
          network.cut(from, to);
        queue.add(queue.now + random.within(100, downMsMax), () => network.heal());
        return;
      case "emptyOne":
        return this.#empty(this.#some(1, 1));
      case "emptyMajority": {
        const most = majority(places.map(({ id }) => id));
        return this.#empty(this.#some(most, Math.max(most, places.length - 1)));
      }
      case "beginAgain":
        return this.#empty(places);
      case "editLists":
        return this.#editLists(false);
      case "force":
        return this.#editLists(true);
      case "putBack":
        return this.#putBack();
      case "recover":
        return this.#recover();
      default:
        kind satisfies never;
    }
  }

  #empty(emptied: readonly Place[]): void {
    const { random, places } = this.#ports;
    for (const place of emptied) place.empty();
    for (const place of places) if (!emptied.includes(place) && random.chance(0.4)) this.#takeDown(place);
    for (const place of emptied) this.#startLater(place);
  }

  #editLists(isForced: boolean): void {
    const { random, places, addPlace, queue } = this.#ports;
    const known = this.#some(1, isForced ? 1 : places.length);
    // Those who are told not to wait must be a majority of their list, or nothing comes of it.
    const count = random.between(isForced ? 2 : 1, 3);
    if (places.length + count > placesMax) return;
    const first = Math.max(...places.map(({ id }) => id)) + 1;
    const fresh = Array.from({ length: count }, (_, place) => first + place);
    const list = [...known.map(({ id }) => id), ...fresh].sort((a, b) => a - b);
    for (const place of known) {
      place.list = list;
      if (isForced) {
        place.crash("killed");
        queue.add(queue.now + silentMs + random.within(500, downMsMax), () => this.#startAgain(place));
      } else if (random.chance(0.5)) this.#takeDown(place);
    }
    for (const _ of fresh) {
      const place = addPlace(list);
      place.isForced = isForced;
      this.#startLater(place, isForced ? 100 : downMsMax);
    }
  }

  /** First a copy is taken, as by a backup of the machine; some time later it takes the place of the directory. */
  #putBack(): void {
    const { random, places } = this.#ports;
    // A majority that has all of it must be left, and must be heard by the leader.
    if (2 * (this.#debts.length + 1) >= places.length) return;
    const [place] = this.#some(1, 1).filter(({ running }) => running !== null && running.process.node.view.role !== "leader");
    if (place === undefined || place.isRefused) return;
    const older = this.#copies.get(place);
    if (older === undefined) this.#copies.set(place, place.copy());
    else if (older.diskId === place.directory.diskId) {
      this.#noteDebt(place, older);
      place.putBack(older);
      this.#copies.delete(place);
      random.chance(0.5) ? place.start() : this.#startLater(place);
    }
  }

  /** Whether the leader knows that this node had more on its disk than it will come back with. */
  #noteDebt(place: Place, directory: Directory): void {
    const leader = this.#ports.places.map(({ running }) => running).find((running) => running?.process.node.view.role === "leader");
    const known = leader?.process.node.view.peers.find(({ id }) => id === place.id)?.matchIndex ?? 0;
    if (leader && known > directory.log.lastIndex) this.#debts.push({ place, directory, leader: leader.process });
  }

  /** The nodes that have come back with less than they confirmed to a leader that leads on, and that nobody has refused. */
  get unnoticed(): readonly Place[] {
    const owing = this.#debts.filter(({ place, directory, leader }) => {
      return place.directory === directory && leader.life.alive && leader.node.view.role === "leader" && !place.isRefused;
    });
    return owing.map(({ place }) => place);
  }

  #recover(): void {
    const { random, places, recover } = this.#ports;
    const down = random.shuffled(places);
    const survivor = down.find(({ directory }) => directory.birth !== null);
    if (survivor === undefined) return;
    for (const place of down) place.crash("the majority is lost");
    if (recover(survivor)) survivor.start();
    for (const place of down) this.#startLater(place);
  }

  #takeDown(place: Place): void {
    place.crash("killed");
    this.#startLater(place);
  }

  #startLater(place: Place, withinMs = downMsMax): void {
    const { queue, random } = this.#ports;
    queue.add(queue.now + random.skewed(1, withinMs), () => this.#startAgain(place));
  }

  #startAgain(place: Place): void {
    if (!this.#isOver) place.start();
  }

  #some(least: number, most: number): readonly Place[] {
    const { random, places } = this.#ports;
    return random.shuffled(places).slice(0, random.between(least, most));
  }

  #say(text: string): void {
    this.#ports.trace.note("text", 0, text);
  }
}
