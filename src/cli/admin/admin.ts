import type { Command } from "commander";
import { type CliOptions, type CliWorld, parseCount } from "../basics/options.ts";
import {
  type AddOptions,
  type AddressOptions,
  addMember,
  adminOf,
  type ChangeOptions,
  cancelChange,
  listMembers,
  moveMember,
  promoteMember,
  type RemoveOptions,
  type ReplaceOptions,
  removeMember,
  replaceMember,
  transfer,
} from "./members.ts";

const wait = ["--no-wait", "do not wait for the end of the change"] as const;
const force = ["--force", "change the members even if no majority of the remaining voters is known to be up"] as const;
const client = "--client <host:port>";

/** Adds the commands that change who the members are, and who leads. Each calls `done` with its exit code. */
export function addAdminCommands(program: Command, world: CliWorld, done: (code: number) => void): void {
  const member = program.command("member").description("Shows and changes the members.");
  addListing(member, world, done);
  addGrowing(member, world, done);
  addShrinking(member, world, done);
  program
    .command("transfer")
    .argument("[id]", "the node's id", parseCount)
    .description("Transfers leadership to this node, or to the best one.")
    .action(async (id: number | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CliOptions>();
      done(await transfer(adminOf(options), world, id ?? 0, options));
    });
}

function addListing(member: Command, world: CliWorld, done: (code: number) => void): void {
  member
    .command("list")
    .description("Shows the members and how far each has caught up.")
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CliOptions>();
      done(await listMembers(adminOf(options), world, options));
    });
  member
    .command("move")
    .argument("<id>", "a node's id", parseCount)
    .description("Changes a member's addresses.")
    .option("--peer <host:port>", "peer address of the node")
    .option(client, "where clients reach it")
    .action(async (id: number, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddressOptions>();
      done(await moveMember(adminOf(options), world, id, options));
    });
}

function addGrowing(member: Command, world: CliWorld, done: (code: number) => void): void {
  member
    .command("add <peer-address>")
    .description("Announces a node, which is then started with --join; it gets a vote once it has caught up.")
    .option(client, "where clients will reach it")
    .option("--learner", "keep it a learner, without a vote")
    .option(...wait)
    .action(async (address: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      done(await addMember(adminOf(options), world, address, options));
    });
  member
    .command("promote")
    .argument("<id>", "a node's id", parseCount)
    .description("Gives a learner a vote.")
    .option(...wait)
    .action(async (id: number, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ChangeOptions>();
      done(await promoteMember(adminOf(options), world, id, options));
    });
  member
    .command("cancel")
    .description("Cancels a change that waits for a node to catch up.")
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CliOptions>();
      done(await cancelChange(adminOf(options), world, options));
    });
}

function addShrinking(member: Command, world: CliWorld, done: (code: number) => void): void {
  member
    .command("remove")
    .argument("<id>", "a node's id", parseCount)
    .description("Removes a node.")
    .option(...force)
    .option(...wait)
    .action(async (id: number, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<RemoveOptions>();
      done(await removeMember(world, id, options));
    });
  member
    .command("replace")
    .argument("<id>", "a node's id", parseCount)
    .description(
      "Replaces a node, such as one whose disk is lost, by a new one, which gets a new id when it is started with --join.",
    )
    .option("--peer <host:port>", "where the other nodes will reach the new one; left out, where they reached the old one")
    .option(client, "where clients will reach it; left out, where they reached the old one")
    .option(...force)
    .option(...wait)
    .action(async (id: number, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReplaceOptions>();
      done(await replaceMember(world, id, options));
    });
}
