/** Work that is done bit by bit. It says after each bit how many bytes that had. */
export type Steps<Result = void> = Generator<number, Result>;

/** The event loop waits for no longer than a step of so many bytes takes, or a single bit of more. */
const stepBytes = 256 * 1024;

/** Joins bits to steps that are worth a pause. */
export function* inSteps<Result>(work: Steps<Result>): Steps<Result> {
  let bytes = 0;
  for (;;) {
    const bit = work.next();
    if (!bit.done) bytes += bit.value;
    if (bytes >= stepBytes || (bit.done && bytes > 0)) {
      yield bytes;
      bytes = 0;
    }
    if (bit.done) return bit.value;
  }
}

/** Does all of it at once. */
export function atOnce<Result>(work: Steps<Result>): Result {
  for (;;) {
    const bit = work.next();
    if (bit.done) return bit.value;
  }
}
