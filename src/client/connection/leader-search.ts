import { hearsLeader, newest, type Sighting } from "./sighting.ts";

export interface LeaderSearchOptions {
  /** Where nodes may be, in the order in which to ask. */
  readonly endpoints: readonly string[];
  /** The node in use, as it was last seen; null if there is none. It is asked first. */
  readonly present: Sighting | null;
  /** Which node is wanted: the leader if it can be had, or any that hears one. */
  readonly prefer: "leader" | "any";
  /** Whether an address may be asked that another node names. */
  readonly discover: boolean;
  /** Whether another node is to be asked though the present one says that it leads: it was asked before, and answers nothing else. */
  readonly doubts: boolean;
  /** Whether a node that does not lead is taken only once all others were asked and are late: it can do little. */
  readonly isPatient: boolean;
  /** Where nodes were met before, by their ids. */
  readonly homes: ReadonlyMap<number, string>;
}

/** What a search has come to. */
export type Verdict =
  /** The present node is as good as any that was found. If it `isSure`, it is alive and knows of the leader. */
  | { readonly type: "stay"; readonly isSure: boolean }
  /** This node is better. If it `supersedes` the present one, that one cannot answer what it was sent, or not soon. */
  | { readonly type: "take"; readonly found: Sighting; readonly supersedes: boolean }
  /** Nobody has answered. */
  | { readonly type: "nobody" };

/**
 * The rules by which a client looks for the node to talk to, without its clock and its connections: whom to ask next,
 * and what to make of the answers.
 *
 * One node is asked, then the leader that it names, and only if that leads nowhere the others. The present node is asked
 * first. If it is slow to answer, it is not dead: as long as others hear it lead, in a term that is not older, the client
 * stays. What was sent is worth sending again only if the present node is of an older term than a leader that was found, or
 * hears no leader while another node does: whatever else is slow may yet be answered, and to send it again makes it slower.
 */
export class LeaderSearch {
  readonly #options: LeaderSearchOptions;
  readonly #asked = new Set<string>();
  readonly #sightings = new Map<string, Sighting>();
  #unanswered = 0;

  constructor(options: LeaderSearchOptions) {
    this.#options = options;
  }

  /** Whom to ask now; null: nobody is left. */
  next(): string | null {
    const { present, endpoints } = this.#options;
    const order = [present?.endpoint ?? null, this.#homeOfLeader(), ...endpoints];
    const endpoint = order.find((each) => each !== null && !this.#asked.has(each)) ?? null;
    if (endpoint === null) return null;
    this.#asked.add(endpoint);
    this.#unanswered += 1;
    return endpoint;
  }

  get endpointsCount(): number {
    return this.#options.endpoints.length;
  }

  /** Whether a leader was named that has not been asked itself. */
  get isHinted(): boolean {
    const home = this.#homeOfLeader();
    return home !== null && !this.#asked.has(home);
  }

  onSighting(sighting: Sighting): void {
    this.#unanswered -= 1;
    this.#sightings.set(sighting.endpoint, sighting);
  }

  /** A node that was asked has not answered and will not. */
  onFailure(): void {
    this.#unanswered -= 1;
  }

  /** Whether there is a node to talk to... */
  get hasPresent(): boolean {
    return this.#options.present !== null;
  }

  /** ...and it is this one. */
  isPresent(endpoint: string): boolean {
    return this.#options.present?.endpoint === endpoint;
  }

  /** There is nobody to talk to meanwhile: whoever answers is soon better than none... */
  get isUrgent(): boolean {
    return this.#options.present === null && !this.#options.isPatient;
  }

  /** ...or once everybody has had the time to answer. */
  get isOverdue(): boolean {
    return this.#options.isPatient && this.#sightings.size > 0 && this.#isAllAsked();
  }

  /** What it has come to; null while it is worth asking on, or waiting. */
  get verdict(): Verdict | null {
    const { present, prefer, doubts } = this.#options;
    const heard = this.#heard();
    const now = this.#presentNow();
    const isOver = this.#unanswered === 0 && this.#isAllAsked() && !this.isHinted;
    if (heard === null) return isOver ? this.settle() : null;
    if (now !== null && now.term >= heard.term && (now.leads || (prefer === "any" && hearsLeader(now)))) {
      return !doubts || this.#sightings.size > 1 || isOver ? { type: "stay", isSure: true } : null;
    }
    if (heard.leads) return this.#take(heard);
    // It is slow, or the way to it is broken; but whoever follows it hears it.
    const isAlive = present !== null && now === null && heard.leaderId === present.nodeId && heard.term >= present.term;
    if (isAlive) return { type: "stay", isSure: true };
    if (prefer === "any") return this.#take(heard);
    return isOver ? this.settle() : null;
  }

  /** What it has come to if nothing else is heard. */
  settle(): Verdict {
    const { present } = this.#options;
    const heard = this.#heard();
    const best = heard ?? newest([...this.#sightings.values()]);
    if (present === null) return best === null ? { type: "nobody" } : this.#take(best);
    const now = this.#presentNow();
    if (heard === null) return { type: "stay", isSure: false };
    const isWorse = now === null || now.term < heard.term || !hearsLeader(now);
    return isWorse ? this.#take(heard) : { type: "stay", isSure: true };
  }

  /** Whoever knows the newest leader: that leader itself, or the present node, or another one. */
  #heard(): Sighting | null {
    const knowing = [...this.#sightings.values()].filter(hearsLeader);
    const { term = 0 } = newest(knowing) ?? {};
    const newestOnes = knowing.filter((each) => each.term === term);
    return newestOnes.find(({ leads }) => leads) ?? newestOnes.find((each) => each === this.#presentNow()) ?? newestOnes[0] ?? null;
  }

  /** What the present node has said in this search. */
  #presentNow(): Sighting | null {
    return this.#sightings.get(this.#options.present?.endpoint ?? "") ?? null;
  }

  #homeOfLeader(): string | null {
    const { homes, discover, endpoints } = this.#options;
    const heard = this.#heard();
    if (heard === null || heard.leads) return null;
    const { leaderId, leaderAddress } = heard;
    const home = homes.get(leaderId) ?? null;
    if (home !== null && !this.#asked.has(home)) return home;
    return leaderAddress !== null && (discover || endpoints.includes(leaderAddress)) ? leaderAddress : null;
  }

  #isAllAsked(): boolean {
    return this.#options.endpoints.every((endpoint) => this.#asked.has(endpoint));
  }

  #take(found: Sighting): Verdict {
    return { type: "take", found, supersedes: this.#supersedes(found) };
  }

  #supersedes(found: Sighting): boolean {
    const { present } = this.#options;
    if (present === null || !hearsLeader(found)) return false;
    const now = this.#presentNow();
    return found.term > (now ?? present).term || (now !== null && !hearsLeader(now));
  }
}
