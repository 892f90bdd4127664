/**
 * How a number that can be set is declared: once, in the table of the room that reads it. Type, default, check, flag, name in
 * the environment, help and the row of docs/configuration.md follow from its row.
 */
export interface NumberOption {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** What the value counts. */
  readonly unit: string;
  /** What the value is, and what it does, in a sentence or two. */
  readonly sentence: string;
}

export type OptionTable = Readonly<Record<string, NumberOption>>;

/** The values of all options of a table. */
export type OptionsOf<Table extends OptionTable> = { readonly [Name in keyof Table]: number };

type Range = Partial<Pick<NumberOption, "min" | "max">>;

/** Longer waits overflow the timers of Node, which would then fire at once. */
const millisMax = 2 ** 31 - 1;

/** A time in ms. */
export function millis(usual: number, sentence: string, range: Range = {}): NumberOption {
  return { default: usual, min: 1, max: millisMax, unit: "ms", sentence, ...range };
}

/** A number of things. Without a range it is 1 or more. */
export function count(usual: number, unit: string, sentence: string, range: Range = {}): NumberOption {
  return { default: usual, min: 1, max: Number.MAX_SAFE_INTEGER, unit, sentence, ...range };
}

export function defaultsOf<Table extends OptionTable>(table: Table): OptionsOf<Table> {
  const defaults = Object.entries(table).map(([name, option]) => [name, option.default]);
  return Object.fromEntries(defaults) as OptionsOf<Table>;
}

/** What is wrong with a value, as the rest of a sentence; null if nothing is. */
export function numberProblem({ unit, min, max }: NumberOption, value: unknown): string | null {
  if (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max) return null;
  const what = unit === "ms" ? "a whole number of milliseconds" : "a whole number";
  return `must be ${what} from ${min} ${max === Number.MAX_SAFE_INTEGER ? "on" : `to ${max}`}`;
}

/** One sentence for each value that cannot be. */
export function numberProblems<Table extends OptionTable>(table: Table, values: OptionsOf<Table>): string[] {
  return Object.entries(table).flatMap(([name, option]) => {
    const problem = numberProblem(option, values[name]);
    return problem === null ? [] : [`${name} ${problem}, not ${values[name]}.`];
  });
}
