import { readFileSync } from "node:fs";

/** Stands in an argument for each byte that Node could not read. */
const replacement = "\uFFFD";

/**
 * Why these arguments of this process cannot be taken for what was typed; null if they can. Different bytes that are no
 * UTF-8 look alike once Node has read them, so they would name the same key, and a value would not be what was meant.
 */
export function garbledArgument(args: readonly string[], readCommandLine: () => Buffer = commandLine): string | null {
  if (!args.some((arg) => arg.includes(replacement))) return null;
  const typed = typedBytes(readCommandLine).slice(-args.length);
  const garbled = args.find((arg, at) => arg.includes(replacement) && typed[at]?.equals(Buffer.from(arg)) !== true);
  if (garbled === undefined) return null;
  return `The argument ${JSON.stringify(garbled)} is no UTF-8. Keys are text; bytes are a value with --as hex, --file or "-".`;
}

/** Each word as it was typed; none where the system does not tell. */
function typedBytes(readCommandLine: () => Buffer): Buffer[] {
  try {
    const words = readCommandLine().toString("latin1").split("\0");
    return words.slice(0, -1).map((word) => Buffer.from(word, "latin1"));
  } catch {
    return [];
  }
}

function commandLine(): Buffer {
  return readFileSync("/proc/self/cmdline");
}
