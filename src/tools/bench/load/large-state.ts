import { BalsaClient } from "../../../client/client.ts";

/** Large enough that a gigabyte is written in a minute or two, small enough to be like a record. */
const valueBytes = 4_096;
const outstanding = 128;
/** Small entries come last, so that the tail of each log has as many entries as it may. */
const tailEntries = 30_000;

/** Writes a number of bytes of values to keys of their own, and then a tail of small entries. */
export async function fillState(address: string, stateBytes: number): Promise<void> {
  const client = new BalsaClient({ endpoints: [address], prefer: "any", outstandingMax: outstanding });
  const value = Buffer.alloc(valueBytes, "v");
  try {
    await eachOf(Math.ceil(stateBytes / valueBytes), (n) => client.set(`large ${n}`, value));
    await eachOf(tailEntries, (n) => client.set(`small ${n % 1_000}`, `${n}`));
  } finally {
    client.close();
  }
}

/** Makes a number of calls, a few at a time. */
async function eachOf(count: number, call: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const loops = Array.from({ length: outstanding }, async () => {
    while (next < count) {
      next += 1;
      await call(next);
    }
  });
  await Promise.all(loops);
}
