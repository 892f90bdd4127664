import { type DestinationStream, pino } from "pino";
import { voice } from "./log-voice.ts";

/** Where a process logs to. Takes lines of JSON, whatever it makes of them. */
export interface LogOutput extends DestinationStream {
  /** Writes what waits, at once, before the process ends. */
  flushSync(): void;
}

/** Most bytes that wait to be written when whoever reads the log is slow; what comes on top is dropped and counted. */
const waitingBytesMax = 8 * 1024 * 1024;

/**
 * Standard output, as JSON for machines or as the voice for people. It is written beside the event loop, so
 * that a slow reader of the log never holds up a node.
 */
export function openLogOutput(format: "json" | "voice"): LogOutput {
  const output = pino.destination({ dest: 1, sync: false, maxLength: waitingBytesMax });
  const write = (line: string) => output.write(format === "voice" ? voice(line) : line);
  let dropped = 0;
  output.on("drop", () => {
    dropped++;
  });
  output.on("drain", () => {
    if (dropped === 0) return;
    const msg = `${dropped} lines of the log were dropped: its reader is too slow.`;
    dropped = 0;
    write(`${JSON.stringify({ level: "warn", area: "main", msg })}\n`);
  });
  // Whoever read the log is gone: the node works on without it.
  output.on("error", () => undefined);
  return { write, flushSync: () => flush(output) };
}

function flush(output: { flushSync(): void }): void {
  try {
    output.flushSync();
  } catch {
    // There is nobody left to tell.
  }
}
