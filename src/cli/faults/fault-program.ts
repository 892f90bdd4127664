import { type Command, InvalidArgumentError, Option } from "commander";
import { type FaultField, type FieldKind, linkDirections } from "../../node/faults/fault-fields.ts";
import { type Fault, faultKinds, faultTypes } from "../../node/faults/faults.ts";
import { type CliWorld, parseCount } from "../basics/options.ts";
import { clearFaults, type FaultOptions, listFaults, setFault } from "./faults.ts";

interface SetOptions extends FaultOptions {
  /** In ms. */
  readonly for?: number;
}

/** Adds the commands that make nodes fail on purpose. Each calls `done` with its exit code. */
export function addFaultCommands(program: Command, world: CliWorld, done: (code: number) => void): void {
  const fault = program.command("fault").description("Makes a node fail on purpose, if it was started with BALSA_FAULTS=on.");
  fault
    .command("list")
    .description("Shows the faults in force, of all nodes or of one.")
    .addOption(nodeOption())
    .action(async (_: unknown, command: Command) => done(await listFaults(world, command.optsWithGlobals<FaultOptions>())));
  fault
    .command("clear")
    .argument("[ids...]", "which faults, of one node; left out, all", parseIds)
    .description("Ends faults, of all nodes or of one.")
    .addOption(nodeOption())
    .action(async (ids: number[] | undefined, _: unknown, command: Command) =>
      done(await clearFaults(world, ids ?? [], command.optsWithGlobals<FaultOptions>())),
    );
  const set = fault.command("set").description("Adds a fault to one node.");
  for (const type of faultTypes) addKind(set.command(type), type, world, done);
}

function addKind(command: Command, type: Fault["type"], world: CliWorld, done: (code: number) => void): void {
  const { sentence, fields, lastsMs } = faultKinds[type];
  command.description(sentence).addOption(nodeOption());
  for (const [name, field] of Object.entries(fields)) {
    if (field.flag === null) command.argument(`<${valueWords[field.kind] ?? name}>`, field.sentence, parsers[field.kind]);
    else command.addOption(optionOf(field, field.flag));
  }
  if (lastsMs === null) command.option("--for <ms>", "clear it after this time", parseCount);
  command.action(async () => {
    const options = command.optsWithGlobals<SetOptions>();
    const given: Readonly<Record<string, unknown>> = command.opts();
    const [argument] = command.processedArgs;
    const values = Object.entries(fields).map(([name, { flag, kind }]) => {
      const value = flag === null ? argument : given[flag];
      return [name, value === undefined ? leftOut(kind) : value];
    });
    done(await setFault(world, { type, ...Object.fromEntries(values) } as Fault, options.for ?? 0, options));
  });
}

function optionOf({ kind, sentence }: FaultField, flag: string): Option {
  const value = valueWords[kind];
  const option = new Option(value === undefined ? `--${flag}` : `--${flag} <${value}>`, sentence);
  if (kind === "direction") return option.choices(linkDirections).default("both");
  const parser = parsers[kind];
  return parser === undefined ? option : option.argParser(parser);
}

function nodeOption(): Option {
  return new Option("--node <id>", "id of the node").argParser(parseCount);
}

function parseIds(text: string, before: readonly number[] = []): number[] {
  return [...before, parseCount(text)];
}

/** Null stands for every other node. */
function parsePeer(text: string): number | null {
  return text === "all" ? null : parseCount(text);
}

function parseRatio(text: string): number {
  const ratio = Number(text);
  if (/^[0-9.]+$/.test(text) && ratio >= 0 && ratio <= 1) return ratio;
  throw new InvalidArgumentError("It must be a number from 0 to 1, such as 0.1.");
}

/** A direction has a default of its own, and a peer is always named. */
function leftOut(kind: FieldKind): boolean | number {
  return kind === "switch" ? false : 0;
}

/** What stands for a value in the help. */
const valueWords: Readonly<Partial<Record<FieldKind, string>>> = { millis: "ms", ratio: "ratio", peer: "peer", direction: "way" };

const parsers: Readonly<Partial<Record<FieldKind, (text: string) => unknown>>> = {
  millis: parseCount,
  ratio: parseRatio,
  peer: parsePeer,
};
