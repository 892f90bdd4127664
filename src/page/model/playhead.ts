/** How far behind the newest frame the picture plays, in ms: one frame's length and a little, so that it never waits. */
const behindMs = 150;
/** A step that the picture takes at once instead of catching up, in ms. */
const leapMs = 500;

/** The moment that the picture shows, by the clock of the frames. It runs with the browser's clock between frames. */
export class Playhead {
  #offset: number | null = null;
  #pausedAt: number | null = null;
  #heldAt: number | null = null;

  /** A frame came that ends at `to`. */
  heard(to: number): void {
    const offset = to - performance.now() - behindMs;
    const isNear = this.#offset !== null && Math.abs(offset - this.#offset) < leapMs;
    // Frames come at uneven times: the picture follows slowly, and so runs evenly.
    this.#offset = isNear && this.#offset !== null ? this.#offset + (offset - this.#offset) * 0.2 : offset;
  }

  pause(): void {
    this.#pausedAt = this.now();
  }

  goOn(): void {
    this.#pausedAt = null;
  }

  /** Stands still while somebody looks at a thing that moves. */
  hold(): void {
    this.#heldAt ??= this.now();
  }

  release(): void {
    this.#heldAt = null;
  }

  now(): number {
    return this.#pausedAt ?? this.#heldAt ?? performance.now() + (this.#offset ?? 0);
  }
}
