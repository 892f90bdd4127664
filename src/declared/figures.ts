/**
 * How a figure of a node is declared: once, in the table of the room that counts it. The status, the command line and
 * docs/figures.md follow from its row; whatever else is to show figures reads the same tables.
 */
export type Figure = NumberFigure | HistogramFigure;

interface Declared {
  /** What it counts. A figure in ms or bytes ends with that word. */
  readonly unit: string;
  /** What it tells, in a sentence. */
  readonly sentence: string;
}

export interface NumberFigure extends Declared {
  /** A counter begins at 0 with the process, and only grows; a gauge is what is so now. */
  readonly kind: "counter" | "gauge";
}

export interface HistogramFigure extends Declared {
  /** How many values there were since the start of the process, by their size. */
  readonly kind: "histogram";
  /** Rising. How many values were at most each of them is told. */
  readonly bounds: readonly number[];
}

/** What a histogram has counted so far. */
export interface HistogramValue {
  readonly bounds: readonly number[];
  /** How many values were at most each bound; last, one more than there are bounds, how many there were. */
  readonly counts: readonly number[];
  readonly sum: number;
}

export type FigureTable = Readonly<Record<string, Figure>>;
export type NumberTable = Readonly<Record<string, NumberFigure>>;
export type HistogramTable = Readonly<Record<string, HistogramFigure>>;

/** The values of all figures of a table. */
export type FiguresOf<Table extends FigureTable> = {
  readonly [Name in keyof Table]: Table[Name] extends HistogramFigure ? HistogramValue : number;
};

/** The values of all figures of a table, for whoever counts. */
export type CountersOf<Table extends NumberTable> = { -readonly [Name in keyof Table]: number };

/** A figure as others are told it. */
export type FigureValue = Figure & {
  /** Of the whole node: "transport_sent_bytes". */
  readonly name: string;
  readonly value: number | HistogramValue;
};

export function counter(unit: string, sentence: string): NumberFigure {
  return { kind: "counter", unit, sentence };
}

export function gauge(unit: string, sentence: string): NumberFigure {
  return { kind: "gauge", unit, sentence };
}

/** Of times in ms: all such histograms have the same bounds, so that they can be compared and added. */
export function durations(sentence: string): HistogramFigure {
  return { kind: "histogram", unit: "ms", sentence, bounds: durationBoundsMs };
}

const durationBoundsMs = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

/** Counters at their beginning. */
export function zerosOf<Table extends NumberTable>(table: Table): CountersOf<Table> {
  return Object.fromEntries(Object.keys(table).map((name) => [name, 0])) as CountersOf<Table>;
}

/** The name of a figure among those of the whole node. */
export function figureName(room: string, name: string): string {
  return `${room}_${name}`.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
