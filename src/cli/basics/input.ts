import { createReadStream, fstatSync } from "node:fs";
import { clientOptionDefaults } from "../../client/values/options.ts";

/** Most bytes that are read as one value: twice what a client sends at all, as hex takes twice the room. */
export const inputBytesMax = 2 * clientOptionDefaults.requestBytesMax;

/**
 * All of standard input, or of a file. A writer may be late: a pipe on which nothing has come yet is waited for, also one
 * that does not block its reader.
 * @throws whatever the system says, or an Error if there is more than a value can hold
 */
export async function readInput(file: string | undefined): Promise<Buffer> {
  if (file === undefined) refuseUnreadable();
  const pieces: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early closes the input, which would else keep the process.
  for await (const piece of file === undefined ? process.stdin : createReadStream(file)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > inputBytesMax) throw new Error(`it has more than ${inputBytesMax} bytes`);
  }
  return Buffer.concat(pieces);
}

/** Node takes standard input of a kind that it does not know, as a directory, for an empty one. */
function refuseUnreadable(): void {
  const input = fstatSync(0);
  if (!(input.isFile() || input.isFIFO() || input.isSocket() || input.isCharacterDevice()))
    throw new Error("standard input is neither a file nor a pipe nor a terminal");
}
