import { types } from "node:util";

/**
 * What programs hand over, looked at before anything is sent. Protobuf would take a number, a date or null for something
 * else and say nothing, so that another value would be stored than was meant. Each of these returns what it was given,
 * and throws TypeError with the name of the argument.
 */

/** Text of which UTF-8 can be made, and the same text of that again. */
export function textArgument(name: string, given: unknown): string {
  if (typeof given !== "string") throw wrongType(name, "a string", given);
  if (!given.isWellFormed()) throw new TypeError(`${name} holds half of a surrogate pair, for which there is no UTF-8.`);
  return given;
}

/** Bytes that go as they are. Other views of memory have numbers, of which nobody knows in which order their bytes should go. */
export function bytesArgument(name: string, given: unknown): Uint8Array {
  if (!types.isUint8Array(given)) throw wrongType(name, "a Uint8Array such as a Buffer", given);
  if (given.length === 0 && isDetached(given)) throw new TypeError(`${name} has no bytes any more: its memory was transferred.`);
  return given;
}

/** What is kept under a key. */
export function valueArgument(name: string, given: unknown): string | Uint8Array {
  if (typeof given === "string") return textArgument(name, given);
  if (types.isUint8Array(given)) return bytesArgument(name, given);
  throw wrongType(name, "a string or a Uint8Array", given);
}

/** @param usual if it is left out */
export function flagArgument(name: string, given: unknown, usual: boolean): boolean {
  if (given === undefined) return usual;
  if (typeof given !== "boolean") throw wrongType(name, "true or false", given);
  return given;
}

/** The number, if it is not left out. */
export function wholeNumberArgument(name: string, given: unknown, { min, max }: { min: number; max?: number }): number {
  if (Number.isInteger(given) && Number(given) >= min && Number(given) <= (max ?? Number.POSITIVE_INFINITY)) return Number(given);
  const wanted = max === undefined ? `a whole number from ${min} on` : `a whole number from ${min} to ${max}`;
  throw typeof given === "number" ? new TypeError(`${name} must be ${wanted}, not ${given}.`) : wrongType(name, wanted, given);
}

/** The same, of what may be left out as a whole. */
export function optionsArgument(name: string, given: unknown = {}): Readonly<Record<string, unknown>> {
  return partsArgument(name, given);
}

/** An object with named parts. */
export function partsArgument(name: string, given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw wrongType(name, "an object", given);
  return given as Readonly<Record<string, unknown>>;
}

export function functionArgument(name: string, given: unknown): void {
  if (typeof given !== "function") throw wrongType(name, "a function", given);
}

export function listArgument(name: string, given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) throw wrongType(name, "an array", given);
  // Holes become undefined, and so are looked at like the rest.
  return Array.from(given);
}

export function wrongType(name: string, wanted: string, given: unknown): TypeError {
  return new TypeError(`${name} must be ${wanted}, not ${kindOf(given)}.`);
}

function kindOf(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  if (typeof given === "function") return "a function";
  if (typeof given !== "object") return `a ${typeof given}`;
  const { constructor: made } = given;
  return typeof made === "function" && made.name !== "" ? `an object (${made.name})` : "an object";
}

/** An array whose memory was transferred to another thread looks like an empty one. */
function isDetached({ buffer }: Uint8Array): boolean {
  try {
    return new Uint8Array(buffer).length < 0;
  } catch {
    return true;
  }
}
