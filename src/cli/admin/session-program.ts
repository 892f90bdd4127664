import type { Command } from "commander";
import { type CliWorld, parseCount } from "../basics/options.ts";
import { endSessions, listSessions, type SessionListOptions, type SessionOptions } from "./sessions.ts";

const address = ["--address <address>", "only those opened from this address, as balsa session list shows it"] as const;

/** Adds the commands that show and end clients' sessions. Each calls `done` with its exit code. */
export function addSessionCommands(program: Command, world: CliWorld, done: (code: number) => void): void {
  const session = program.command("session").description("Shows and ends the sessions of clients.");
  session
    .command("list")
    .description("Shows all sessions in the order in which they were opened.")
    .option("--keys", "also print the keys attached to each session", false)
    .option(...address)
    .action(async (_: unknown, command: Command) => done(await listSessions(world, command.optsWithGlobals<SessionListOptions>())));
  session
    .command("end")
    .argument("[ids...]", "which sessions", parseIds)
    .description("Ends sessions: their attached keys are deleted, and their clients are told that they are lost.")
    .option(...address)
    .action(async (ids: number[] | undefined, _: unknown, command: Command) =>
      done(await endSessions(world, ids ?? [], command.optsWithGlobals<SessionOptions>())),
    );
}

function parseIds(text: string, before: readonly number[] = []): number[] {
  return [...before, parseCount(text)];
}
