import { ReadRefused } from "../../node/ports/read-refused.ts";
import { codeOf } from "./durable-files.ts";
import { reasonOf, StateDamaged } from "./errors.ts";

const codes: readonly (string | undefined)[] = ["EMFILE", "ENFILE", "ENOMEM", "EACCES", "EPERM", "ENOSPC", "EDQUOT", "EBUSY"];
/** LevelDB gives each error of a file the same code, and ends its message with the system's words. V8 has no code for its lack. */
const words =
  /(^|: )(too many open files|no file descriptors available|cannot allocate memory|array buffer allocation failed|out of memory|permission denied|operation not permitted|no space left on device|disk quota exceeded)\b/i;

/** Whether it is the process, or the system, that has too little of something, or too few rights: that says nothing of the disk. */
export function isShortage(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if (codes.includes(codeOf(error))) return true;
  if ("message" in error && words.test(String(error.message))) return true;
  return "cause" in error && isShortage(error.cause);
}

/** What it means that a record of the state could not be read. */
export function readFailure(directory: string, cause: unknown): ReadRefused | StateDamaged {
  if (!isShortage(cause)) return new StateDamaged(directory, reasonOf(cause), cause);
  const sentence = `The state in ${directory} cannot be read now: ${reasonOf(cause)}.`;
  return new ReadRefused(
    "overloaded",
    `${sentence} Give the process the rights, file handles, memory and room on the disk that it needs; nothing is known to be damaged.`,
    cause,
  );
}
