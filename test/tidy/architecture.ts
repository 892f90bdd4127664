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
const grpc = ["@grpc/grpc-js", "@grpc/proto-loader", "@grpc/reflection", "grpc-health-check", "protobufjs"];
/** What both ends of a wire must know: the messages, the services, the errors' details, and how to get rid of a socket. */
const wire = [
  "generated",
  ...["load-proto", "service-definitions", "error-info", "link-credentials"].map((name) => `transport/${name}.ts`),
];

/**
 * Imports run one way: core <- machine <- node <- {storage, transport, service, sim} <- main. The rooms of one rank
 * do not know each other. What is replicated and what decides must be the same in every run, hence the bans.
 */
export const rooms: Readonly<Record<string, Room>> = {
  core: { may: [], packages: [], banned: ["await", "async", "Promise", ...clocks, ...chance, ...world] },
  machine: { may: ["core"], packages: [], banned: [...clocks, ...chance, ...world] },
  node: { may: ["core", "machine"], packages: ["node:zlib"], banned: [...clocks, ...chance, ...world] },
  sim: { may: ["core", "machine", "node"], packages: [], banned: [...clocks, ...chance, "process"] },
  storage: { may: ["core", "machine", "node"], packages: ["level", "classic-level", "node:*"], banned: [...clocks, ...chance] },
  transport: { may: ["core", "machine", "node", ...wire], packages: [...grpc, "node:*"], banned: ["Math.random", "process"] },
  service: { may: ["core", "machine", "node", ...wire], packages: [...grpc, "node:*"], banned: ["Math.random", "process"] },
  client: { may: wire, packages: [...grpc, "node:*"], banned: ["process"] },
  generated: { may: [], packages: grpc, banned: [] },
  main: { may: ["*"], packages: ["*"], banned: [] },
};

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
  return place.startsWith(`${room}/`) || rules.may.some((name) => name === "*" || place === name || place.startsWith(`${name}/`));
}

function matches(pattern: string, specifier: string): boolean {
  if (pattern.endsWith("*")) return specifier.startsWith(pattern.slice(0, -1));
  return specifier === pattern || specifier.startsWith(`${pattern}/`);
}
