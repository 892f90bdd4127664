import { Malformed } from "./bytes.ts";
import { decodeRequest, type Operation } from "./kv-codec.ts";
import { type Content, contentOfRecord, encodeRecord, recordKeyOfBytes, revisionOfRecord } from "./kv-records.ts";
import { type CommandOutcome, encodeOutcomes, encodeRefusal } from "./kv-results.ts";
import type { Machine, Records } from "./machine.ts";

/**
 * The key-value map. A request is a batch of one or more commands that take effect all or not at all:
 * if any comparison does not hold, nothing is changed. A later command of a batch sees the changes of the
 * earlier ones. The revision of a key is the log index of the request that changed it last.
 */
export const kvMachine: Machine = {
  reads(request) {
    const operations = decodeOrExplain(request);
    return typeof operations === "string" ? [] : operations.map((operation) => recordKeyOfBytes(operation.key));
  },

  apply(index, request, records) {
    const operations = decodeOrExplain(request);
    // Every node comes to the same verdict on the same bytes, so refusing here keeps them equal. Throwing would stop them all.
    if (typeof operations === "string") return encodeRefusal(operations);
    const [first] = operations;
    if (first !== undefined && operations.length === 1) return encodeOutcomes([run(first, index, new Direct(records))]);
    const draft = new Draft(records);
    const outcomes = operations.map((operation) => run(operation, index, draft));
    if (outcomes.every((outcome) => outcome.succeeded)) draft.keep();
    return encodeOutcomes(outcomes);
  },
};

function decodeOrExplain(request: Uint8Array): Operation[] | string {
  try {
    return decodeRequest(request);
  } catch (error) {
    if (error instanceof Malformed) return `The request ${error.message}.`;
    throw error;
  }
}

function run(operation: Operation, index: number, draft: Changes): CommandOutcome {
  const recordKey = recordKeyOfBytes(operation.key);
  const record = draft.get(recordKey);
  const existed = record !== undefined;
  if (!holds(operation, record)) return { succeeded: false, existed, recordKey, record: draft.stored(recordKey) ?? null };
  if (operation.newContent !== null) draft.set(recordKey, encodeRecord(index, operation.newContent));
  else if (existed) draft.set(recordKey, null);
  return { succeeded: true, existed, recordKey, record: null };
}

function holds(operation: Operation, record: Uint8Array | undefined): boolean {
  switch (operation.type) {
    case "set":
    case "delete":
      return true;
    case "ifValue":
      return (
        record !== undefined && operation.expectedContent !== null && equal(contentOfRecord(record), operation.expectedContent)
      );
    case "ifRevision":
      return record !== undefined && revisionOfRecord(record) === operation.expectedRevision;
    case "ifAbsent":
      return record === undefined;
    default:
      return operation.type satisfies never;
  }
}

function equal(a: Content, b: Content): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The records as a command sees and changes them. A value of null deletes. */
interface Changes {
  get(key: Buffer): Uint8Array | undefined;
  set(key: Buffer, value: Uint8Array | null): void;
  /** The record as it was before the batch, and will be after it if the batch fails. */
  stored(key: Uint8Array): Uint8Array | undefined;
}

/** For a command that is alone: it changes nothing unless it holds, so it needs no draft. */
class Direct implements Changes {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  get(key: Buffer): Uint8Array | undefined {
    return this.#records.get(key);
  }

  set(key: Buffer, value: Uint8Array | null): void {
    if (value === null) this.#records.delete(key);
    else this.#records.put(key, value);
  }

  stored(key: Uint8Array): Uint8Array | undefined {
    return this.#records.get(key);
  }
}

/** What a batch has changed so far. The records see it only if the whole batch holds. */
class Draft implements Changes {
  readonly #records: Records;
  /** By the record key, byte for byte a character. */
  readonly #changes = new Map<string, { key: Uint8Array; value: Uint8Array | null }>();

  constructor(records: Records) {
    this.#records = records;
  }

  get(key: Buffer): Uint8Array | undefined {
    const change = this.#changes.get(key.toString("latin1"));
    return change === undefined ? this.#records.get(key) : (change.value ?? undefined);
  }

  stored(key: Uint8Array): Uint8Array | undefined {
    return this.#records.get(key);
  }

  set(key: Buffer, value: Uint8Array | null): void {
    this.#changes.set(key.toString("latin1"), { key, value });
  }

  keep(): void {
    for (const { key, value } of this.#changes.values()) {
      if (value !== null) this.#records.put(key, value);
      // A batch may delete a key that it has set itself; then there is nothing to delete.
      else if (this.#records.get(key) !== undefined) this.#records.delete(key);
    }
  }
}
