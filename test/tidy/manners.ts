import { posix } from "node:path";
import type { Texts } from "./sources.ts";
import type { Facts } from "./syntax.ts";

export const fileLinesMax = 400;
export const functionLinesMax = 70;

export function longFiles(files: readonly Facts[]): string[] {
  return files.filter(({ lines }) => lines > fileLinesMax).map(({ path, lines }) => `${path} has ${lines} lines.`);
}

export function longFunctions(files: readonly Facts[]): string[] {
  return files.flatMap(({ path, functions }) =>
    functions
      .filter(({ lines }) => lines > functionLinesMax)
      .map(({ line, lines }) => `${path}:${line} is a function of ${lines} lines.`),
  );
}

/** Files that only pass on what others declare; `entries`, through which the package is used, may. */
export function barrels(files: readonly Facts[], entries: readonly string[]): string[] {
  return files.filter(({ barrel, path }) => barrel && !entries.includes(path)).map(({ path }) => path);
}

const channelMaker = "src/grpc/channel.ts";
/** What of gRPC opens a channel, or makes something that does. */
const channelMakers = [
  "Channel",
  "Client",
  "loadPackageDefinition",
  "makeClientConstructor",
  "makeGenericClientConstructor",
  "experimental",
  "*",
];

/** Files that open channels to nodes by themselves, and so with other options than all others. */
export function channelsElsewhere(files: readonly Facts[]): string[] {
  return files
    .filter(({ path }) => path !== channelMaker)
    .flatMap(({ path, importedValues }) =>
      channelMakers
        .filter((name) => importedValues.includes(`@grpc/grpc-js ${name}`))
        .map((name) => `${path} takes ${name} of gRPC: open channels with ${channelMaker}.`),
    );
}

const promises = /\b(TODO|FIXME|XXX|HACK)\b/;
const switchedOff = /@ts-ignore|@ts-nocheck|biome-ignore/;
const narrowed = /\b(describe|it|test)\.(only|skip|todo)\b|\bx(it|describe)\(|jest\.retryTimes/;

/** Lines that promise work for later, switch off a check, or narrow what the tests run. */
export function loosenings(texts: Texts): string[] {
  return [...texts].flatMap(([path, text]) =>
    text.split("\n").flatMap((line, number) => {
      const found = [promises, switchedOff, narrowed]
        .map((pattern) => pattern.exec(line)?.[0])
        .find((match) => match !== undefined);
      return found === undefined ? [] : [`${path}:${number + 1} says "${found}".`];
    }),
  );
}

/** Lines that a merge which met changes of the same place has left behind. */
export function conflictMarks(texts: Texts): string[] {
  return [...texts].flatMap(([path, text]) =>
    text.split("\n").flatMap((line, number) => (/^(<{7}|>{7}) /.test(line) ? [`${path}:${number + 1} is a mark of a merge.`] : [])),
  );
}

const flag = /^\s+(?:readonly )?#(\w+)(?:: boolean\b|\s*=\s*(?:true|false);)/;
const saidAsYesOrNo = /^(?:is|are|has|may|can|must|holds|knows|waits)[A-Z]/;

/** Private fields that are true or false and do not say so by their names. */
export function bareFlags(texts: Texts): string[] {
  return [...texts].flatMap(([path, text]) =>
    text.split("\n").flatMap((line, number) => {
      const name = flag.exec(line)?.[1];
      return name === undefined || saidAsYesOrNo.test(name) ? [] : [`${path}:${number + 1} has #${name}: say #is... or #has...`];
    }),
  );
}

const testName = /^\s*(?:test|it)(?:\.each\b.*?\))?\(\s*"([^"]*)/;
const leaning = /^(?:but|and|or|unless|also|nor|not|even)\b/;

/** Names of tests that mean nothing without the one before them, or without the group that they are in. */
export function leaningNames(texts: Texts): string[] {
  return [...texts].flatMap(([path, text]) =>
    text.split("\n").flatMap((line, number) => {
      const name = testName.exec(line)?.[1];
      return name !== undefined && leaning.test(name) ? [`${path}:${number + 1} "${name}" is no sentence of its own.`] : [];
    }),
  );
}

/** Places where a type is given up. */
export function anyTypes(files: readonly Facts[]): string[] {
  return files.flatMap(({ path, anyTypes }) => anyTypes.map((line) => `${path}:${line} says "any".`));
}

/** Relative links that lead nowhere, and headings that are not there. */
export function brokenLinks(pages: Texts, exists: (path: string) => boolean): string[] {
  const problems: string[] = [];
  for (const [path, text] of pages) {
    for (const [, target = ""] of withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = "", heading] = target.split("#");
      const page = file === "" ? path : posix.join(posix.dirname(path), file);
      if (!exists(page)) problems.push(`${path} links to ${target}, which does not exist.`);
      else if (heading !== undefined && !headings(pages.get(page) ?? "").includes(heading)) {
        problems.push(`${path} links to ${target}, but there is no such heading.`);
      }
    }
  }
  return problems;
}

/** Paths in backticks, such as `src/core/raft.ts`, that lead nowhere. */
export function brokenPaths(pages: Texts, exists: (path: string) => boolean): string[] {
  const problems: string[] = [];
  for (const [path, text] of pages) {
    for (const [, target = ""] of text.matchAll(/`((?:src|test|scripts|proto|docs)\/[\w./-]+)`/g)) {
      if (!exists(target)) problems.push(`${path} names ${target}, which does not exist.`);
    }
  }
  return problems;
}

/** The rules of `wanted` that no test bears in its name, as "rule 12: ..." or "rules 12 and 13: ...". */
export function untestedRules(wanted: readonly number[], strings: readonly string[]): number[] {
  const tested = new Set<number>();
  for (const text of strings) {
    for (const [, numbers = ""] of text.matchAll(/\brules? (\d+(?:(?:, | and |, and )\d+)*):/g)) {
      for (const number of numbers.match(/\d+/g) ?? []) tested.add(Number(number));
    }
  }
  return wanted.filter((rule) => !tested.has(rule));
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
}

/** Anchors as public hosts make them of headings: small letters, no punctuation, hyphens for spaces. */
function headings(text: string): string[] {
  return withoutFences(text)
    .split("\n")
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, "")
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
}

function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}
