import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { errorText } from "../terminal/error-text.ts";
import { envOf, envPrefix, flagOf, type KeyName, keyNames, schema } from "./schema.ts";
import { isServiceLink } from "./service-links.ts";

/**
 * Reads the three places a configuration comes from and finds what nobody knows there: a mistyped key
 * must not leave a default in force unseen. Flags and files are written for a node, so what is unknown there is a mistake.
 * The environment is shared with others, who may use the same beginning: there it is a warning.
 */

export type Values = Partial<Record<KeyName, string | number>>;

/** What one place says, and what is wrong with it. */
export interface Source {
  readonly values: Values;
  readonly problems: readonly string[];
}

export interface Flags extends Source {
  /** The file named by --config, if any. */
  readonly file: string | null;
  readonly help: boolean;
  readonly printConfig: boolean;
}

const switches = ["help", "print-config"];
const fileFlag = "config";
/** Names the file as --config does. */
export const fileEnv = "BALSA_CONFIG";

export function readFlags(args: readonly string[]): Flags {
  const byFlag = new Map(keyNames.map((name) => [flagOf(name).slice(2), name]));
  const textual = [...byFlag.keys(), fileFlag];
  const options = Object.fromEntries([
    ...textual.map((flag) => [flag, { type: "string" as const }]),
    ...switches.map((flag) => [flag, { type: "boolean" as const }]),
  ]);
  const { tokens } = parseArgs({ args: withSwitchesOn(args), options, strict: false, allowPositionals: true, tokens: true });
  const values: Values = {};
  const problems: string[] = [];
  const given = new Set<string>();
  let file: string | null = null;
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      problems.push(`"${token.value}" is no flag; a value belongs right behind its flag.`);
      continue;
    }
    const { name, value } = token;
    const key = byFlag.get(name);
    if (switches.includes(name)) {
      if (value !== undefined) problems.push(`--${name} takes no value.`);
    } else if (!textual.includes(name)) {
      problems.push(`${token.rawName} is no flag of a node${meant(name, textual, "--")}`);
    } else if (value === undefined || (!token.inlineValue && value.startsWith("--"))) {
      problems.push(`--${name} needs a value.`);
    } else if (given.has(name)) {
      problems.push(`--${name} is given twice.`);
    } else if (key) {
      values[key] = value;
    } else {
      file = value;
    }
    given.add(name);
  }
  return { values, problems, file, help: given.has("help"), printConfig: given.has("print-config") };
}

/** A switch that is given without a value is on. */
function withSwitchesOn(args: readonly string[]): string[] {
  const switchFlags = keyNames.filter((name) => schema[name].format === "switch").map(flagOf);
  return args.map((arg, at) => (switchFlags.includes(arg) && (args[at + 1] ?? "--").startsWith("--") ? `${arg}=on` : arg));
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentValues {
  readonly values: Values;
  /** One sentence for each variable that looks like one of a node's and is none. */
  readonly warnings: readonly string[];
  /** The file named by BALSA_CONFIG, if any. */
  readonly file: string | null;
}

/** An empty variable counts as not set, for compose files that pass on what may be missing. */
export function readEnv(env: Environment): EnvironmentValues {
  const byEnv = new Map(keyNames.map((name) => [envOf(name), name]));
  const known = [...byEnv.keys(), fileEnv].map((name) => name.slice(envPrefix.length));
  const values: Values = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(envPrefix) || value === undefined || value === "" || foreignEnv.includes(name)) continue;
    const key = byEnv.get(name);
    if (key) values[key] = value;
    else if (name !== fileEnv && !isServiceLink(name, value))
      warnings.push(`${name} is no variable of a node, and has no effect${meant(name.slice(envPrefix.length), known, envPrefix)}`);
  }
  return { values, warnings, file: env[fileEnv] || null };
}

/** Variables of the same family that are meant for the command line client. */
const foreignEnv = ["BALSA_ENDPOINTS"];

/** A JSON object whose keys are those of the schema. */
export function readFile(path: string): Source {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return { values: {}, problems: [`The configuration file ${path} cannot be read: ${errorText(error)}.`] };
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    return { values: {}, problems: [`The configuration file ${path} must hold one JSON object.`] };
  const values: Values = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(content)) {
    if (!isKey(name)) problems.push(`"${name}" in ${path} is no key of a node${meant(name, keyNames, "")}`);
    else if (typeof value === "string" || typeof value === "number") values[name] = value;
    else problems.push(`"${name}" in ${path} must be ${typeof schema[name].default === "number" ? "a number" : "text"}.`);
  }
  return { values, problems };
}

function isKey(name: string): name is KeyName {
  return Object.hasOwn(schema, name);
}

/** Ends the sentence, with the known name that may have been meant. */
function meant(name: string, known: readonly string[], prefix: string): string {
  const close = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return close && close.distance <= Math.min(3, name.length / 3) ? `; did you mean ${prefix}${close.candidate}?` : ".";
}

/** How many letters must be added, dropped or changed (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
