import { isUtf8 } from "node:buffer";
import protobuf from "protobufjs";

/**
 * Messages whose texts are UTF-8, or are known not to be. Protobuf says that a text is UTF-8; protobufjs puts U+FFFD in
 * place of whatever is not, and says nothing, so that different keys would fall together.
 */

/** What some bytes say. */
export interface Decoded<Message> {
  readonly message: Message;
  /** Whether all its texts are what was sent. If not, `holdsNoText` tells which of its parts have one that is not. */
  readonly isLegible: boolean;
}

/** Takes the place of what is no UTF-8: half of a surrogate pair, which no UTF-8 can be decoded to. */
const noText = "\ud800";
const replacement = "\ufffd";

/** @param deserialize of a definition by proto-loader, which reads from a reader as well as from bytes */
export function decodeStrictly<Message>(deserialize: (bytes: Buffer) => Message, bytes: Buffer): Decoded<Message> {
  const reader = new TextReader(bytes);
  const message = deserialize(reader as unknown as Buffer);
  return { message, isLegible: reader.isLegible };
}

/** Whether this part of a message, or any part of it, is a text that was no UTF-8. */
export function holdsNoText(part: unknown): boolean {
  if (typeof part === "string") return part === noText;
  if (typeof part !== "object" || part === null || part instanceof Uint8Array) return false;
  return Object.entries(part).some(([name, value]) => name === noText || holdsNoText(value));
}

class TextReader extends protobuf.BufferReader {
  isLegible = true;

  override string(): string {
    const length = this.uint32();
    const start = this.pos;
    const end = start + length;
    if (end > this.len) throw new RangeError("a text is cut short");
    this.pos = end;
    const bytes = this.buf as Buffer;
    const text = bytes.toString("utf8", start, end);
    // Wherever bytes were no UTF-8 there is now a replacement, so most texts need not be looked at twice.
    if (!text.includes(replacement) || isUtf8(bytes.subarray(start, end))) return text;
    this.isLegible = false;
    return noText;
  }
}
