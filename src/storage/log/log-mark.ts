import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { assert } from "../../core/assert.ts";
import type { Clock, Timer } from "../../node/ports/ports.ts";
import { codeOf, fileMode, syncDirectory } from "../files/durable-files.ts";
import { LogMissing } from "../files/errors.ts";
import { type DatabaseOwner, decodeOwners, encodeOwners } from "../files/owners.ts";
import { RecordDamaged } from "../files/records.ts";
import { decodeMark, emptyTail, encodeMark, type LogEnd, markBytes } from "./store-records.ts";

/** One slot per disk sector, so that a torn write cannot harm both. */
const slotBytes = 512;

/** Two slots for the log's end, which take turns, and two for whose it is, which say the same. */
const endSlots = [0, 1] as const;
const ownerSlots = [2, 3] as const;

/** How long the mark may stay behind while stores follow each other, in ms. A write of it costs as much as a fifth of a store. */
export const markDelayMs = 5;

/**
 * A small file beside the log that says where the log ended. LevelDB loses the end of a cut .log in silence; this
 * file then knows of more than LevelDB has. It is written after the log is synced, and is not synced itself: it
 * may be behind the log (after a power failure by more than `markDelayMs`), and is never ahead of it.
 */
export class LogMark {
  /** Where the log ended by this file when it was opened. */
  readonly found: LogEnd;
  readonly #file: FileHandle;
  readonly #clock: Clock;
  #slot: number;
  /** What the log has, and what of it was last given to the file. */
  #tail: LogEnd;
  #given: LogEnd;
  #writing: Promise<void> | null = null;
  #timer: Timer | null = null;
  #failure: Error | null = null;

  private constructor(file: FileHandle, slot: number, found: LogEnd, clock: Clock) {
    this.found = found;
    this.#file = file;
    this.#clock = clock;
    this.#slot = slot;
    this.#tail = found;
    this.#given = found;
  }

  /** Makes the mark of an empty log. */
  static async create(path: string, owners: readonly DatabaseOwner[]): Promise<void> {
    const bytes = Buffer.alloc((endSlots.length + ownerSlots.length) * slotBytes);
    for (const slot of endSlots) encodeMark(emptyTail).copy(bytes, slot * slotBytes);
    for (const slot of ownerSlots) ownerSlot(owners).copy(bytes, slot * slotBytes);
    const file = await open(path, "w", fileMode);
    try {
      await file.write(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncDirectory(dirname(path));
  }

  /** @throws LogMissing if there is no such file; RecordDamaged */
  static async open(path: string, clock: Clock): Promise<LogMark> {
    const file = await openMark(path, "r+");
    try {
      const { slot, found } = await readEnd(file);
      return new LogMark(file, slot, found, clock);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Where the log ended by this file.
   * @throws LogMissing if there is no such file; RecordDamaged
   */
  static async read(path: string): Promise<LogEnd> {
    const file = await openMark(path, "r");
    try {
      return (await readEnd(file)).found;
    } finally {
      await file.close();
    }
  }

  /**
   * Whose log it is the mark of.
   * @throws LogMissing if there is no such file; RecordDamaged
   */
  static async readOwners(path: string): Promise<readonly DatabaseOwner[]> {
    const file = await openMark(path, "r");
    try {
      return await readOwnerSlots(file);
    } finally {
      await file.close();
    }
  }

  /** One after the other, so that a crash leaves one of them whole. */
  static async writeOwners(path: string, owners: readonly DatabaseOwner[]): Promise<void> {
    const file = await openMark(path, "r+");
    try {
      for (const slot of ownerSlots) {
        await file.write(ownerSlot(owners), 0, slotBytes, slot * slotBytes);
        await file.sync();
      }
    } finally {
      await file.close();
    }
  }

  /**
   * Reads the file of a mark that is in use: of its two slots one is whole at each moment. A slot may be on its way to the
   * disk, and the other one from a torn write, so what is damaged is read twice. Says how many bytes the file has.
   * @throws LogMissing if there is no such file; RecordDamaged
   */
  static async check(path: string): Promise<number> {
    const file = await openMark(path, "r");
    try {
      await readOwnerSlots(file);
      for (let tries = 0; tries < 2; tries += 1) {
        if ((await readSlot(file, 0)) !== null || (await readSlot(file, 1)) !== null) return 4 * slotBytes;
      }
    } finally {
      await file.close();
    }
    throw damaged();
  }

  /** Why the mark could not be written. It is not tried again. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Says that the log up to `tail` is on disk. A new term or vote, being rare and dear, is written at once. */
  advance(tail: LogEnd): void {
    const isUrgent = tail.hardState !== this.#tail.hardState;
    this.#tail = tail;
    if (this.#writing !== null || this.#failure !== null) return;
    if (isUrgent) this.#write();
    else this.#writeSoon();
  }

  /** Writes what is left to write. */
  async close(): Promise<void> {
    try {
      await this.#writing;
      this.#timer?.cancel();
      if (this.#given !== this.#tail && this.#failure === null) await this.#writeSlot();
    } finally {
      await this.#file.close();
    }
  }

  #writeSoon(): void {
    this.#timer ??= this.#clock.at(this.#clock.now() + markDelayMs, () => this.#write());
  }

  #write(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#writing = this.#writeSlot().then(
      () => {
        this.#writing = null;
        if (this.#given !== this.#tail) this.#writeSoon();
      },
      (error) => {
        this.#writing = null;
        this.#failure = error;
      },
    );
  }

  async #writeSlot(): Promise<void> {
    this.#slot = 1 - this.#slot;
    this.#given = this.#tail;
    await this.#file.write(encodeMark(this.#given), 0, markBytes, this.#slot * slotBytes);
  }
}

function openMark(path: string, flags: "r" | "r+"): Promise<FileHandle> {
  return open(path, flags).catch((error) => {
    throw codeOf(error) === "ENOENT" ? new LogMissing(dirname(path), "log.mark") : error;
  });
}

function damaged(): RecordDamaged {
  return new RecordDamaged("log.mark fails its checksums");
}

function ownerSlot(owners: readonly DatabaseOwner[]): Buffer {
  const text = encodeOwners(owners);
  assert(text.length < slotBytes, () => `the names of the owners take ${text.length} bytes`);
  return Buffer.concat([text], slotBytes);
}

/** @throws RecordDamaged if neither slot is whole */
async function readOwnerSlots(file: FileHandle): Promise<readonly DatabaseOwner[]> {
  const [first, second] = ownerSlots;
  return readOwnerSlot(file, first).catch(() => readOwnerSlot(file, second));
}

async function readOwnerSlot(file: FileHandle, slot: number): Promise<readonly DatabaseOwner[]> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(slotBytes), 0, slotBytes, slot * slotBytes);
  const text = buffer.subarray(0, bytesRead);
  const end = text.indexOf(0);
  return decodeOwners(end < 0 ? text : text.subarray(0, end), "log.mark");
}

/** What the newer of the two slots says. @throws RecordDamaged if neither is whole */
async function readEnd(file: FileHandle): Promise<{ slot: 0 | 1; found: LogEnd }> {
  const tails = [await readSlot(file, 0), await readSlot(file, 1)] as const;
  const slot = (tails[1]?.number ?? -1) > (tails[0]?.number ?? -1) ? 1 : 0;
  const found = tails[slot];
  if (found === null) throw damaged();
  return { slot, found };
}

/** Null if the slot is damaged; a crash may have torn one of them. */
async function readSlot(file: FileHandle, slot: 0 | 1): Promise<LogEnd | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(markBytes), 0, markBytes, slot * slotBytes);
  try {
    return decodeMark(buffer.subarray(0, bytesRead));
  } catch {
    return null;
  }
}
