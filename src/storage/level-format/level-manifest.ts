import { userKey } from "./level-entries.ts";
import { readLevelRecords } from "./level-records.ts";
import { Unpacker } from "./level-varint.ts";

/** A table in use. */
export interface TableFile {
  /** In bytes. */
  readonly size: number;
  readonly firstKey: Buffer;
  readonly lastKey: Buffer;
}

/** What LevelDB's MANIFEST says of a database. */
export interface Manifest {
  /** By file number. */
  readonly tables: ReadonlyMap<number, TableFile>;
  /** .log files with a number below are no longer in use. */
  readonly firstLog: number;
  /** How large the file is. */
  readonly bytes: number;
}

/** Tags of the fields in a MANIFEST record. */
const tags = {
  comparator: 1,
  logNumber: 2,
  nextFile: 3,
  lastSequence: 4,
  compactPointer: 5,
  deletedFile: 6,
  newFile: 7,
  previousLogNumber: 9,
} as const;

/**
 * Reads a MANIFEST file.
 * @throws RangeError if it is damaged. A last record that is cut short is left out: a crash may do that.
 */
export function readManifest(bytes: Buffer): Manifest {
  const { records, brokenAt } = readLevelRecords(bytes);
  if (brokenAt !== null) throw new RangeError(`it is damaged at byte ${brokenAt}`);
  const tables = new Map<number, TableFile>();
  let firstLog: number | null = null;
  for (const record of records) firstLog = readEdit(new Unpacker(record), tables) ?? firstLog;
  if (firstLog === null) throw new RangeError("it is cut short");
  return { tables, firstLog, bytes: bytes.length };
}

/** Applies one record to `tables`; returns the first .log still in use if it says so. */
function readEdit(fields: Unpacker, tables: Map<number, TableFile>): number | null {
  let firstLog: number | null = null;
  while (!fields.isAtEnd) {
    const tag = fields.number();
    switch (tag) {
      case tags.comparator:
        fields.bytes(fields.number());
        break;
      case tags.logNumber:
        firstLog = fields.number();
        break;
      case tags.nextFile:
      case tags.lastSequence:
      case tags.previousLogNumber:
        fields.number();
        break;
      case tags.compactPointer:
        fields.number();
        fields.bytes(fields.number());
        break;
      case tags.deletedFile:
        fields.number();
        tables.delete(fields.number());
        break;
      case tags.newFile:
        readNewFile(fields, tables);
        break;
      default:
        throw new RangeError(`it has an unknown field ${tag}`);
    }
  }
  return firstLog;
}

function readNewFile(fields: Unpacker, tables: Map<number, TableFile>): void {
  fields.number();
  const number = fields.number();
  const size = fields.number();
  const [firstKey, lastKey] = [fields.bytes(fields.number()), fields.bytes(fields.number())].map(userKey);
  if (firstKey === undefined || lastKey === undefined) throw new RangeError("a table has no keys");
  tables.set(number, { size, firstKey, lastKey });
}
