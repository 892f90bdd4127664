import convict from "convict";
import { type NumberOption, numberProblem } from "../declared/options.ts";
import { parseAddress } from "../grpc/address.ts";
import { unreachable } from "../grpc/host-kind.ts";
import { logProblem } from "./log-levels.ts";

/**
 * How a value of the configuration is written, and what is wrong with it. A format turns the text of a flag or
 * of the environment into a value only if all of it makes sense: "50ms" stays text, and is then refused.
 */
export type Format =
  | "id"
  | "number"
  | "word"
  | "path"
  | "address"
  | "advertisedAddress"
  | "addressList"
  | "addresses"
  | "logLevels"
  | "logFormat"
  | "switch";

export const logFormats = ["auto", "json", "voice"] as const;
export type LogFormat = (typeof logFormats)[number];

const wordLengthMax = 64;

type Problem = string | null;

const problemOf: Record<Exclude<Format, "number">, (value: unknown) => Problem> = {
  id: (value) => (value === "" || isWhole(value, 1) ? null : "must be a whole number from 1 on"),
  word: (value) =>
    typeof value === "string" && /^[A-Za-z0-9._-]+$/.test(value) && value.length <= wordLengthMax
      ? null
      : `must be 1 to ${wordLengthMax} letters, digits, dots, dashes or underscores`,
  path: (value) => (typeof value === "string" && value.length > 0 ? null : "must be a path"),
  address: (value) => (typeof value === "string" && parseAddress(value) ? null : 'must be an address such as "0.0.0.0:7000"'),
  advertisedAddress: (value) => (value === "" ? null : (problemOf.address(value) ?? reachProblem(String(value)))),
  addressList: (value) =>
    typeof value === "string" && parseAddressList(value).every((address) => parseAddress(address))
      ? null
      : 'must be addresses such as "host:8000,host:8000"',
  addresses: (value) => (typeof value === "string" ? addressesProblem(value) : 'must be text such as "1=host:7000,2=host:7000"'),
  logLevels: (value) => (typeof value === "string" ? logProblem(value) : 'must be text such as "info,election=debug"'),
  logFormat: (value) => (logFormats.some((format) => format === value) ? null : `must be one of ${logFormats.join(", ")}`),
  switch: (value) => (value === "on" || value === "off" ? null : "must be on or off"),
};

/** Teaches convict the formats; done again, it changes nothing. */
export function registerFormats(): void {
  for (const name of Object.keys(problemOf) as (keyof typeof problemOf)[]) {
    convict.addFormat({
      name,
      validate: (value: unknown) => refuse(problemOf[name](value)),
      coerce: name === "id" ? numberIn : (value: unknown) => value,
    });
  }
  const validate = (value: unknown, key: unknown): void => refuse(numberProblem(key as NumberOption, value));
  convict.addFormat({ name: "number", validate, coerce: numberIn });
}

function refuse(problem: Problem): void {
  if (problem !== null) throw new Error(problem);
}

function numberIn(value: unknown): unknown {
  return typeof value === "string" && /^[0-9]+$/.test(value) ? Number(value) : value;
}

/** Splits "host:8000,host:8000"; the parts need not be addresses. */
export function parseAddressList(text: string): string[] {
  return text.trim() === "" ? [] : text.split(",").map((part) => part.trim());
}

/** Reads "1=host:7000,2=host:7000", in which `addressesProblem` found nothing. */
export function parseAddresses(text: string): Map<number, string> {
  return new Map(pairs(text).map(({ id, address }) => [Number(id), address]));
}

/** The first thing wrong in a list of addresses by node id. */
function addressesProblem(text: string): Problem {
  const ids = new Set<number>();
  const addresses = new Set<string>();
  for (const { whole, id, address } of pairs(text)) {
    if (!/^[0-9]+$/.test(id) || !isWhole(Number(id), 1) || !parseAddress(address))
      return `must be a list such as "2=host:7000,3=host:7000", in which ${JSON.stringify(whole)} makes no sense`;
    if (ids.has(Number(id))) return `must name each node once, but names node ${Number(id)} twice`;
    const unreached = reachProblem(address);
    if (unreached !== null) return unreached;
    if (addresses.has(address)) return `must give each node its own address, but gives ${address} to two`;
    ids.add(Number(id));
    addresses.add(address);
  }
  return null;
}

/** What others are told must lead them to the node. */
function reachProblem(address: string): Problem {
  const why = unreachable(address);
  return why === null ? null : `must not be ${address}, an address ${why}`;
}

function pairs(text: string): { whole: string; id: string; address: string }[] {
  if (text.trim() === "") return [];
  return text.split(",").map((part) => {
    const whole = part.trim();
    const equals = whole.indexOf("=");
    return { whole, id: whole.slice(0, Math.max(equals, 0)), address: whole.slice(equals + 1) };
  });
}

function isWhole(value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
}
