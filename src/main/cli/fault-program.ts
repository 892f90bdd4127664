import { type Command, InvalidArgumentError, Option } from "commander";
import type { LinkDirection } from "../../generated/balsa/admin/v1/LinkDirection.ts";
import { clearFaults, type FaultOptions, listFaults, setFault } from "./faults.ts";
import { type CliWorld, parseCount } from "./options.ts";

interface LinkOptions extends FaultOptions {
  readonly direction: keyof typeof directions;
  readonly cut?: true;
  readonly delay?: number;
  readonly jitter?: number;
  readonly lose?: number;
  readonly duplicate?: number;
  readonly reorder?: number;
  readonly for?: number;
}

interface DiskOptions extends FaultOptions {
  readonly fail?: true;
  readonly slow?: number;
  readonly for?: number;
}

const directions = { in: "LINK_DIRECTION_IN", out: "LINK_DIRECTION_OUT", both: "LINK_DIRECTION_BOTH" } as const satisfies Record<
  string,
  LinkDirection
>;

const lasting = ["--for <ms>", "clear it after so long", parseCount] as const;

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
  const set = fault.command("set").description("Sets a fault at one node, beside those that it has.");
  addLink(set, world, done);
  addOthers(set, world, done);
}

function addLink(set: Command, world: CliWorld, done: (code: number) => void): void {
  set
    .command("link")
    .argument("<peer>", 'id of the node at the other end, or "all"', parsePeer)
    .description("Cuts the link to another node, or makes it slow or lossy. All but a cut go together.")
    .addOption(nodeOption())
    .addOption(
      new Option("--direction <way>", "what the other node says, what this one says, or both")
        .choices(Object.keys(directions))
        .default("both"),
    )
    .option("--cut", "nothing gets through")
    .option("--delay <ms>", "each message comes so much later", parseCount)
    .option("--jitter <ms>", "and up to so much more", parseCount)
    .option("--lose <ratio>", "so large a part of the messages, from 0 to 1, is lost", parseRatio)
    .option("--duplicate <ratio>", "so large a part comes twice", parseRatio)
    .option("--reorder <ratio>", "so large a part is overtaken by those after it", parseRatio)
    .option(...lasting)
    .action(async (peerId: number, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<LinkOptions>();
      const { cut = false, delay = 0, jitter = 0, lose = 0, duplicate = 0, reorder = 0 } = options;
      const ratios = { loseRatio: lose, duplicateRatio: duplicate, reorderRatio: reorder };
      const link = { peerId, direction: directions[options.direction], cut, delayMs: delay, jitterMs: jitter, ...ratios };
      done(await setFault(world, { link, durationMs: options.for ?? 0 }, options));
    });
}

function addOthers(set: Command, world: CliWorld, done: (code: number) => void): void {
  set
    .command("turn")
    .argument("<ms>", "for how long", parseCount)
    .description("Has the node take no turn for a while: it looks as if it had stopped, but its ports stay open.")
    .addOption(nodeOption())
    .action(async (pauseMs: number, _: unknown, command: Command) =>
      done(await setFault(world, { turn: { pauseMs } }, command.optsWithGlobals<FaultOptions>())),
    );
  set
    .command("disk")
    .description("Slows each write to the disk, or fails the next one, which stops the node.")
    .addOption(nodeOption())
    .option("--slow <ms>", "each write takes so much longer", parseCount)
    .option("--fail", "the next write fails")
    .option(...lasting)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<DiskOptions>();
      const disk = { failWrites: options.fail === true, slowMs: options.slow ?? 0 };
      done(await setFault(world, { disk, durationMs: options.for ?? 0 }, options));
    });
}

function nodeOption(): Option {
  return new Option("--node <id>", "the node that is meant").argParser(parseCount);
}

function parseIds(text: string, before: readonly number[] = []): number[] {
  return [...before, parseCount(text)];
}

/** 0 stands for every other node. */
function parsePeer(text: string): number {
  return text === "all" ? 0 : parseCount(text);
}

function parseRatio(text: string): number {
  const ratio = Number(text);
  if (/^[0-9.]+$/.test(text) && ratio >= 0 && ratio <= 1) return ratio;
  throw new InvalidArgumentError("It must be a number from 0 to 1, such as 0.1.");
}
