import { diskBytes } from "../../storage/files/disk-bytes.ts";

/** Often enough for a status page, and seldom enough to cost nothing. */
const everyMs = 10_000;

/** Measures a directory from time to time, so that a status can be answered at once. */
export class DiskUsage {
  readonly #directory: string;
  #bytes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** As of the last measurement; 0 before the first. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Measures once, and again and again until `stop`. */
  start(): void {
    this.#timer = setInterval(() => void this.measure(), everyMs);
    this.#timer.unref();
    void this.measure();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async measure(): Promise<void> {
    this.#bytes = await diskBytes(this.#directory);
  }
}
