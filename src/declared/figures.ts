/**
 * How a figure of a node is declared: once, in the table of the room that counts it. The status, the command line and
 * docs/figures.md follow from its row; whatever else is to show figures reads the same tables.
 */
export interface Figure {
  /** A counter begins at 0 with the process, and only grows; a gauge is what is so now. */
  readonly kind: "counter" | "gauge";
  /** What it counts. A figure in ms or bytes ends with that word. */
  readonly unit: string;
  /** What it tells, in a sentence. */
  readonly sentence: string;
}

export type FigureTable = Readonly<Record<string, Figure>>;

/** The values of all figures of a table. */
export type FiguresOf<Table extends FigureTable> = { readonly [Name in keyof Table]: number };

/** The values of all figures of a table, for whoever counts. */
export type CountersOf<Table extends FigureTable> = { -readonly [Name in keyof Table]: number };

/** A figure as others are told it. */
export interface FigureValue extends Figure {
  /** Of the whole node: "transport_sent_bytes". */
  readonly name: string;
  readonly value: number;
}

export function counter(unit: string, sentence: string): Figure {
  return { kind: "counter", unit, sentence };
}

export function gauge(unit: string, sentence: string): Figure {
  return { kind: "gauge", unit, sentence };
}

/** Counters at their beginning. */
export function zerosOf<Table extends FigureTable>(table: Table): CountersOf<Table> {
  return Object.fromEntries(Object.keys(table).map((name) => [name, 0])) as CountersOf<Table>;
}

/** The name of a figure among those of the whole node. */
export function figureName(room: string, name: string): string {
  return `${room}_${name}`.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
