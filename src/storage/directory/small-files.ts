import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DataDirectoryError, DirectoryUnusable, IdentityDamaged, IdentityMissing, LogDamaged } from "../files/errors.ts";
import { type Identity, identityFile, readIdentity } from "../files/identity.ts";
import { RecordDamaged } from "../files/records.ts";
import { endOfRound } from "../files/round-cut-short.ts";
import { LogMark } from "../log/log-mark.ts";
import type { Scrubbed } from "../scrub/scrubber.ts";

/** What lies beside the databases of a data directory that is open: whose it is, and where its log ended. */
export class SmallFiles implements Scrubbed {
  readonly #directory: string;
  readonly #identity: Identity;
  readonly #markPath: string;

  /** @param identity as it was when the directory was opened; whose it is never changes */
  constructor(directory: string, identity: Identity, markPath: string) {
    this.#directory = directory;
    this.#identity = identity;
    this.#markPath = markPath;
  }

  /** @throws DataDirectoryError, RoundCutShort */
  async *scrub(): AsyncGenerator<number, void> {
    try {
      await this.#checkIdentity();
      yield (await stat(join(this.#directory, identityFile))).size;
      yield await LogMark.check(this.#markPath);
    } catch (cause) {
      throw endOfRound(cause, false, (what) => {
        if (cause instanceof DataDirectoryError) return cause;
        return cause instanceof RecordDamaged
          ? new LogDamaged(this.#directory, what, cause)
          : new DirectoryUnusable(this.#directory, cause);
      });
    }
  }

  async #checkIdentity(): Promise<void> {
    const found = await readIdentity(this.#directory);
    if (found === null) throw new IdentityMissing(this.#directory, ["a log"]);
    const own = this.#identity;
    const names = ["clusterId", "incarnationId", "nodeId", "diskId"] as const;
    const isOwn = names.every((name) => found[name] === own[name]);
    if (!isOwn) throw new IdentityDamaged(this.#directory, "has become that of another node");
  }
}
