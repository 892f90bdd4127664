/** What the benchmark is asked for. */
export interface BenchOptions {
  readonly nodes: number;
  /** Cases to run; the usual ones if null. */
  readonly cases: readonly CaseName[] | null;
  readonly againstEtcd: boolean;
  /** As taskset takes them; null for all processors. */
  readonly cpus: string | null;
  readonly json: boolean;
  /** Measured rounds of the cases that repeat one. */
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  /** How long the load lasts during which elections are counted. */
  readonly electionsMs: number;
  readonly failovers: number;
  /** Entries after which memory is looked at. */
  readonly entries: number;
  /** How many writes the case endurance makes, to how many keys. */
  readonly writes: number;
  readonly keys: number;
  /** How much state a node has when the case restart stops it. */
  readonly stateBytes: number;
  /** Data go into a new directory in this one, and are removed at the end. */
  readonly directory: string;
  readonly profileDirectory: string | null;
}

/** Every case, in the order in which they run, and what it is about. */
export const caseTitles = {
  "one-write": "writes, one client, one at a time",
  "one-read": "linearizable reads, one client, one at a time",
  "many-writes": "writes, 256 outstanding, unary calls",
  "many-reads": "linearizable reads, 256 outstanding, unary calls",
  "stream-writes": "writes, 256 outstanding, from a Node program",
  "session-writes": "the same, in a session: each takes effect once",
  "stream-reads": "linearizable reads, 256 outstanding, from a Node program",
  "follower-reads": "the same, asked of a follower",
  failover: "kill -9 of the leader to the first acknowledged write",
  elections: "elections during saturating load",
  memory: "resident memory after many entries",
  "rolling-restart": "each node stopped and started again, under load",
  restart: "a node with much state stopped and started again, to its first read",
  install: "a snapshot of much state sent to a node that was down, under load",
  herd: "64 clients with large values, beside the same with their looking for a better node switched off",
  observed: "processor time of a write, with one who watches each node and without, in turn",
  endurance: "many writes to few keys: memory, disk and rate over time",
} as const;

export type CaseName = keyof typeof caseTitles;
export const caseNames = Object.keys(caseTitles) as CaseName[];
/** Measured by a client that other systems do not understand. */
export const ownCases: readonly CaseName[] = ["session-writes", "rolling-restart", "restart", "install", "herd", "observed"];
/** Run unless cases are named: what takes many minutes has to be asked for. */
export const usualCases = caseNames.filter((name) => !["endurance", "herd", "observed", "restart", "install"].includes(name));

/** Outstanding requests of the cases that have many. */
export const many = 256;

/** What makes the options impossible, one sentence each. */
export function benchProblems(options: BenchOptions): string[] {
  const problems: string[] = [];
  const counts = ["rounds", "roundMs", "warmUpMs", "electionsMs", "failovers", "entries", "writes", "keys", "stateBytes"] as const;
  for (const name of counts) {
    if (!Number.isSafeInteger(options[name]) || options[name] < 1) problems.push(`${name} must be a whole number from 1 on.`);
  }
  // With two nodes nothing is left to lead after the leader is killed, and the etcd comparison would be no cluster.
  if (!Number.isSafeInteger(options.nodes) || options.nodes < 3 || options.nodes > 9) problems.push("--nodes must be from 3 to 9.");
  if (options.cpus !== null && !/^[0-9]+([-,][0-9]+)*$/.test(options.cpus)) {
    problems.push('--cpus must list processors by number, as "0,1" or "0-3".');
  }
  return problems;
}
