import { posix } from "node:path";
import type { Facts } from "./syntax.ts";

/** A folder under src/, what of the project it may import besides itself, and which packages. */
interface Room {
  readonly may: readonly string[];
  readonly packages: readonly string[];
  /** Names that would let in the clock, chance or the world. */
  readonly banned: readonly string[];
}

const clocks = ["Date", "performance", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"];
const chance = ["Math.random", "crypto"];
const world = ["process", "console", "fetch", "globalThis", "require"];
const grpc = ["@grpc/grpc-js", "@grpc/proto-loader", "protobufjs"];
/** What both ends of a wire must know: the messages, the services, the errors' details, what an address is and what no text. */
const wire = ["generated", "grpc"];

/**
 * Imports run one way: declared <- core <- machine <- node <- {storage, transport, service, sim} <- config <- server <- repair <- cli <- main.
 * The live page stands apart: node <- observe <- page, and nothing imports the page. Its server: {observe, client} <- dashboard <- cli.
 * The rooms of one rank do not know each other. What is replicated and what decides must be the same in every run, hence the bans.
 */
export const rooms: Readonly<Record<string, Room>> = {
  declared: { may: [], packages: [], banned: ["await", "async", "Promise", ...clocks, ...chance, ...world] },
  core: { may: ["declared"], packages: [], banned: ["await", "async", "Promise", ...clocks, ...chance, ...world] },
  format: { may: ["core"], packages: ["node:zlib"], banned: ["await", "async", "Promise", ...clocks, ...chance, ...world] },
  machine: { may: ["core"], packages: [], banned: [...clocks, ...chance, ...world] },
  node: { may: ["declared", "core", "machine"], packages: [], banned: [...clocks, ...chance, ...world] },
  observe: {
    may: ["declared", "core", "node", "generated"],
    packages: [],
    banned: ["await", "async", "Promise", ...clocks, ...chance, ...world],
  },
  // It runs in a browser: what it is made of is bundled, and of the project it knows only what is pure.
  page: {
    may: ["observe", "core"],
    packages: ["preact", "@preact/signals", "uplot", "@tanstack/virtual-core"],
    banned: ["Math.random", "process", "require", "fetch"],
  },
  sim: { may: ["core", "machine", "node"], packages: [], banned: [...clocks, ...chance, "process"] },
  storage: {
    may: ["declared", "core", "format", "node"],
    packages: ["level", "classic-level", "node:*"],
    banned: [...clocks, ...chance],
  },
  door: { may: ["declared"], packages: ["@grpc/grpc-js", "node:*"], banned: ["Math.random", "process"] },
  generated: { may: [], packages: grpc, banned: [] },
  grpc: { may: ["generated"], packages: [...grpc, "node:*"], banned: [...clocks, "Math.random", "process"] },
  transport: {
    may: ["declared", "core", "format", "node", ...wire],
    packages: [...grpc, "node:*"],
    banned: ["Math.random", "process"],
  },
  service: {
    may: ["declared", "core", "machine", "node", "observe", "door", ...wire],
    packages: [...grpc, "node:*"],
    banned: ["Math.random", "process"],
  },
  client: { may: wire, packages: [...grpc, "node:*"], banned: ["process"] },
  terminal: { may: ["client"], packages: ["node:*"], banned: [] },
  dashboard: {
    may: ["observe", "client", "terminal", ...wire],
    packages: ["@grpc/grpc-js", "ws", "sirv", "valibot", "node:*"],
    banned: ["Math.random", "fetch"],
  },
  config: {
    may: ["declared", "core", "node", "storage", "transport", "service", "door", "client", "terminal", ...wire],
    packages: ["@grpc/grpc-js", "convict", "node:*"],
    banned: [],
  },
  server: { may: ["*"], packages: ["@grpc/grpc-js", "pino", "node:*"], banned: [] },
  repair: { may: ["*"], packages: ["@grpc/grpc-js", "cli-table3", "node:*"], banned: [] },
  cli: { may: ["*"], packages: ["*"], banned: [] },
  tools: { may: ["*"], packages: ["*"], banned: [] },
  main: { may: ["*"], packages: ["*"], banned: [] },
};

/** Rooms that know all others but these, which come after them. */
const above: Readonly<Record<string, readonly string[]>> = {
  server: ["dashboard", "repair", "cli", "tools", "main", "sim"],
  repair: ["dashboard", "cli", "tools", "main", "sim"],
  cli: ["tools", "main", "sim"],
  tools: ["main"],
};

/** The rooms within a room, lower ones first: each knows those before it. What lies in the room itself comes last. */
export const innerRooms: Readonly<Record<string, readonly string[]>> = {
  node: ["ports", "apply", "faults", "founding", "requests", "snapshots", "turn", "watch", "duties"],
  storage: ["files", "faults", "level-format", "scrub", "log", "state", "directory"],
  transport: ["wire", "link", "faults", "observed", "in", "out"],
  service: ["answers", "faults", "introspection", "sessions", "observe", "admin", "client"],
  client: ["values", "connection", "requests", "watch", "locks"],
  server: ["log", "node", "start", "embed"],
  dashboard: ["base", "follow", "frames", "controls", "http", "live"],
  cli: ["basics", "dashboard", "cluster", "admin", "faults", "map"],
  page: ["style", "base", "source", "model", "parts", "log", "picture", "dashboard", "events", "controls", "frame"],
  sim: ["base", "disks", "net", "checks", "host", "load", "faults"],
  tools: ["bench/measure", "bench/load", "bench/subjects", "bench/cases", "bench", "soak"],
  docker: ["chaos", ...["cluster", "faults", "witnesses", "judge", "report", "run"].map((room) => `chaos/${room}`)],
};

/** Most files in one folder; the topics of the paper are more. */
export const folderFilesMax = 16;
const paperTopics = "src/core";

export function crowdedFolders(files: readonly Facts[]): string[] {
  const counts = new Map<string, number>();
  for (const { path } of files) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  return [...counts]
    .filter(([folder, count]) => count > folderFilesMax && folder !== paperTopics)
    .map(([folder, count]) => `${folder} has ${count} files.`);
}

/** Imports against the order of the rooms within a room. */
export function innerProblems(files: readonly Facts[]): string[] {
  return files.flatMap(({ path, imports }) => {
    const order = innerRooms[roomOf(path)];
    if (order === undefined) return [];
    const place = (file: string): number => {
      const inner = innerOf(file);
      const found = order.indexOf(inner);
      // Births live through whole worlds, and come after them.
      return found >= 0 ? found : inner === "" ? order.length : order.length + 1;
    };
    return imports
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => resolveImport(path, specifier))
      .filter((target) => roomOf(target) === roomOf(path) && place(target) > place(path))
      .map((target) => `${path} imports ${target}, which comes after it.`);
  });
}

/** "turn" of src/node/turn/stores.ts; "" of src/node/node.ts. */
function innerOf(path: string): string {
  return path.split("/").slice(2, -1).join("/");
}

/** Every import that a room may not make, one sentence each. */
export function importProblems(files: readonly Facts[], plan: Readonly<Record<string, Room>> = rooms): string[] {
  const problems: string[] = [];
  for (const { path, imports } of files) {
    const room = roomOf(path);
    const rules = plan[room];
    if (rules === undefined) {
      problems.push(`${path} is in no room of the plan.`);
      continue;
    }
    for (const specifier of imports) {
      if (specifier.startsWith(".")) {
        const target = resolveImport(path, specifier);
        if (!mayImport(room, rules, target)) problems.push(`${path} imports ${target}, which ${room}/ may not know.`);
      } else if (!rules.packages.some((name) => matches(name, specifier))) {
        problems.push(`${path} imports ${specifier}, which has no place in ${room}/.`);
      }
    }
  }
  return problems;
}

/** Every use of a name that is banned in its room. */
export function bannedUses(files: readonly Facts[], plan: Readonly<Record<string, Room>> = rooms): string[] {
  return files.flatMap(({ path, globals }) => {
    const banned = plan[roomOf(path)]?.banned ?? [];
    return globals.filter(({ name }) => banned.includes(name)).map(({ name, line }) => `${path}:${line} uses ${name}.`);
  });
}

/** Each import cycle, once, as the way round it. */
export function cycles(files: readonly Facts[]): string[] {
  const graph = graphOf(files);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const seenAt = way.indexOf(path);
    if (seenAt !== -1) found.push([...way.slice(seenAt), path].join(" -> "));
    if (seenAt !== -1 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

/** Files of src/ to which no way of imports leads from `entries`. */
export function deadFiles(files: readonly Facts[], entries: readonly string[]): string[] {
  const graph = graphOf(files);
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(graph.get(path) ?? []));
  }
  return files.map(({ path }) => path).filter((path) => !reached.has(path));
}

/** "../core/types.ts" as written in src/node/node.ts is src/core/types.ts. */
export function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}

function graphOf(files: readonly Facts[]): Map<string, string[]> {
  return new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter((specifier) => specifier.startsWith(".")).map((specifier) => resolveImport(path, specifier)),
    ]),
  );
}

function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function mayImport(room: string, rules: Room, target: string): boolean {
  const place = target.replace(/^src\//, "");
  if (place.startsWith(`${room}/`)) return true;
  if (above[room]?.includes(roomOf(target))) return false;
  return rules.may.some((name) => name === "*" || place.startsWith(`${name}/`));
}

function matches(pattern: string, specifier: string): boolean {
  if (pattern.endsWith("*")) return specifier.startsWith(pattern.slice(0, -1));
  return specifier === pattern || specifier.startsWith(`${pattern}/`);
}
