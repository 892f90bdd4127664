import { readFileSync } from "node:fs";

/** How values are typed by a user, and how they are shown. */

/** A value of the map: text, or bytes that need not be text. */
export type CliValue = { readonly text: string } | { readonly data: Uint8Array };

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
export function readValue({ argument, file, encoding }: ValueInput): CliValue | string {
  if ((argument === undefined) === (file === undefined))
    return 'Give the value as an argument, as "-" for standard input, or with --file.';
  if (file === undefined && argument !== undefined && argument !== "-") return decode(argument, encoding);
  const bytes = readFileSync(file ?? 0);
  return encoding === "text" ? fromBytes(bytes) : decode(bytes.toString("latin1").trim(), encoding);
}

/** Shows a value: text as it is, bytes as 0x and hex; or either in the format asked for. */
export function formatValue(value: CliValue, format: OutputFormat): string | Uint8Array {
  const bytes = "text" in value ? Buffer.from(value.text) : Buffer.from(value.data);
  switch (format) {
    case "text":
      return "text" in value ? `${value.text}\n` : `0x${bytes.toString("hex")}\n`;
    case "hex":
    case "base64":
      return `${bytes.toString(format)}\n`;
    case "raw":
      return bytes;
    default:
      return format satisfies never;
  }
}

/** As protobuf's JSON has it, so that the output fits what grpcurl takes. */
export function jsonValue(value: CliValue): { text: string } | { data: string } {
  return "text" in value ? { text: value.text } : { data: Buffer.from(value.data).toString("base64") };
}

function decode(text: string, encoding: Encoding): CliValue | string {
  switch (encoding) {
    case "text":
      return { text };
    case "hex": {
      const digits = text.replace(/^0x/, "");
      const sound = digits.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(digits);
      return sound ? { data: Buffer.from(digits, "hex") } : "The value is no hex: an even number of the digits 0-9 and a-f.";
    }
    case "base64":
      return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) ? { data: Buffer.from(text, "base64") } : "The value is no base64.";
    default:
      return encoding satisfies never;
  }
}

/** Bytes that are text are stored as text, so that every client can show them. */
function fromBytes(bytes: Buffer): CliValue {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { data: bytes };
  }
}
