/** Work that is done bit by bit. It says after each bit how many bytes that had. */
export type Steps<Result = void> = Generator<number, Result>;

/** Bytes of one step: the event loop waits no longer than one takes, or a single larger piece. */
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
