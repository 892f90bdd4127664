import { readFileSync } from "node:fs";
import type { Value } from "../../client/messages.ts";
import { errorText } from "../error-text.ts";

/** How values are typed by a user, and how they are shown. */

export interface ValueInput {
  /** As typed; "-" stands for all of standard input. */
  readonly argument: string | undefined;
  readonly file: string | undefined;
  /** How the argument is to be read. */
  readonly encoding: Encoding;
}

export const encodings = ["text", "hex", "base64"] as const;
export type Encoding = (typeof encodings)[number];

export const outputFormats = ["text", "hex", "base64", "raw"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** The value that was meant, or why none can be made of it, as a sentence. Reads no more than it must. */
export function readValue({ argument, file, encoding }: ValueInput): Value {
  if ((argument === undefined) === (file === undefined))
    throw new UsageError('Give the value as an argument, as "-" for standard input, or with --file.');
  if (file === undefined && argument !== undefined && argument !== "-") return decode(argument, encoding);
  const bytes = readSource(file);
  return encoding === "text" ? fromBytes(bytes) : decode(bytes.toString("latin1").trim(), encoding);
}

/** Shows a value: text as it is, bytes as 0x and hex; or either in the format asked for. */
export function formatValue(value: Value, format: OutputFormat): string | Uint8Array {
  switch (format) {
    case "text":
      return typeof value === "string" ? `${value}\n` : `0x${bytesOf(value).toString("hex")}\n`;
    case "hex":
    case "base64":
      return `${bytesOf(value).toString(format)}\n`;
    case "raw":
      return bytesOf(value);
    default:
      return format satisfies never;
  }
}

/** As protobuf's JSON has it, so that the output fits what grpcurl takes. */
export function jsonValue(value: Value): { text: string } | { data: string } {
  return typeof value === "string" ? { text: value } : { data: bytesOf(value).toString("base64") };
}

/** What was typed makes no sense. */
export class UsageError extends Error {}

function readSource(file: string | undefined): Buffer {
  try {
    return readFileSync(file ?? 0);
  } catch (error) {
    throw new UsageError(`The value cannot be read: ${errorText(error)}.`);
  }
}

function decode(text: string, encoding: Encoding): Value {
  switch (encoding) {
    case "text":
      return text;
    case "hex": {
      const digits = text.replace(/^0x/, "");
      if (digits.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(digits)) return Buffer.from(digits, "hex");
      throw new UsageError("The value is no hex: an even number of the digits 0-9 and a-f.");
    }
    case "base64":
      if (/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return Buffer.from(text, "base64");
      throw new UsageError("The value is no base64.");
    default:
      return encoding satisfies never;
  }
}

/** Bytes that are text are stored as text, so that every client can show them. */
function fromBytes(bytes: Buffer): Value {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

function bytesOf(value: Value): Buffer {
  return typeof value === "string" ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.length);
}
