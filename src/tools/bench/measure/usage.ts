import { readFileSync } from "node:fs";

export interface ProcessUsage {
  /** Processor time of all threads since the start. */
  readonly cpuMs: number;
  readonly rssBytes: number;
}

/** Linux counts processor time in ticks of 10 ms for every reader of /proc. */
const tickMs = 10;

/** What a process has used so far; null where there is no /proc, or no such process. */
export function readUsage(pid: number): ProcessUsage | null {
  try {
    return parseUsage(readFileSync(`/proc/${pid}/stat`, "utf8"), readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return null;
  }
}

/** @param stat text of /proc/PID/stat @param status text of /proc/PID/status */
export function parseUsage(stat: string, status: string): ProcessUsage | null {
  // The second field is the program's name in brackets, which may hold blanks and brackets of its own.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const userTicks = Number(fields[11]);
  const systemTicks = Number(fields[12]);
  const rssKib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  const usage = { cpuMs: (userTicks + systemTicks) * tickMs, rssBytes: rssKib * 1024 };
  return Number.isFinite(usage.cpuMs) && Number.isFinite(usage.rssBytes) ? usage : null;
}
