import type { Value } from "../../client/values/messages.ts";
import { errorText } from "../../terminal/error-text.ts";
import { UsageError } from "../../terminal/usage-error.ts";
import { readInput } from "./input.ts";

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

/**
 * The value that was meant. Reads no more than it must.
 * @throws UsageError that says why no value can be made of it
 */
export async function readValue({ argument, file, encoding }: ValueInput): Promise<Value> {
  if ((argument === undefined) === (file === undefined))
    throw new UsageError('Give the value as an argument, as "-" for standard input, or with --file.');
  if (file === undefined && argument !== undefined && argument !== "-") return decode(argument, encoding);
  const bytes = await readSource(file);
  // Programs that encode a file break their lines, and end the last one.
  return encoding === "text" ? fromBytes(bytes) : decode(bytes.toString("latin1").replace(/[\r\n]+/g, ""), encoding);
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

async function readSource(file: string | undefined): Promise<Buffer> {
  try {
    return await readInput(file);
  } catch (error) {
    throw new UsageError(`The value cannot be read: ${errorText(error)}.`);
  }
}

function decode(text: string, encoding: Encoding): Value {
  switch (encoding) {
    case "text":
      return text;
    case "hex":
      return decodeHex(text);
    case "base64":
      return decodeBase64(text);
    default:
      return encoding satisfies never;
  }
}

function decodeHex(text: string): Buffer {
  const digits = text.replace(/^0x/, "");
  if (digits.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(digits)) return Buffer.from(digits, "hex");
  throw new UsageError("The value is no hex: an even number of the digits 0-9 and a-f.");
}

/**
 * Either alphabet of RFC 4648. Node skips what it cannot read and ends where it likes; here a text is taken only if the
 * bytes it stands for are written exactly so.
 */
function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  const standard = bytes.toString("base64");
  if (text === standard || text === standard.replaceAll("+", "-").replaceAll("/", "_")) return bytes;
  throw new UsageError(
    "The value is no base64: letters, digits, + and / (or - and _), filled up with = to a multiple of 4, and no bits left over.",
  );
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
