import type { Done } from "../../node/ports/ports.ts";

/** Closes a storage and forgets how that went, for nothing depends on it. */
export function closed(storage: { close(done: Done): void }): Promise<void> {
  return new Promise((resolve) => storage.close(() => resolve()));
}
