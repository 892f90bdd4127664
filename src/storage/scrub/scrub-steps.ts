import type { LevelIterator } from "../files/level-database.ts";

/** Most that is read, and checked in one go: the event loop waits for no longer than that takes. */
const stepBytes = 256 * 1024;
const stepRecords = 1000;

/** What was read is not worth keeping: nobody asked for it. */
export const stepOptions = { highWaterMarkBytes: stepBytes, fillCache: false };

export async function readStep(opening: Promise<Pick<LevelIterator, "nextv" | "close">>): Promise<[Buffer, Buffer][]> {
  const iterator = await opening;
  try {
    return await iterator.nextv(stepRecords);
  } finally {
    await iterator.close();
  }
}

export function bytesOf(chunk: readonly [Buffer, Buffer][]): number {
  return chunk.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
}
