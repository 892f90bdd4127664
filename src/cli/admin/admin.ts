import type { Command } from "commander";
import { BalsaAdmin } from "../../client/admin.ts";
import {
  type AddOptions,
  type AddressOptions,
  addMember,
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
import { type CliOptions, type CliWorld, parseCount } from "./options.ts";

const wait = ["--no-wait", "do not wait for the end of the change"] as const;
const force = ["--force", "even if no majority of those who are left can be seen to be up"] as const;
const client = "--client <host:port>";

/** Adds the commands that change who the members are, and who leads. Each calls `done` with its exit code. */
export function addAdminCommands(program: Command, world: CliWorld, done: (code: number) => void): void {
  const member = program.command("member").description("Shows and changes who the members are.");
  addListing(member, world, done);
  addGrowing(member, world, done);
  addShrinking(member, world, done);
  program
    .command("transfer")
    .argument("[id]", "the node's id", parseCount)
    .description("Has another node lead: this one, or the best.")
    .action(async (id: number | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CliOptions>();
      done(await transfer(adminOf(options), world, id ?? 0, options));
    });
}

function addListing(member: Command, world: CliWorld, done: (code: number) => void): void {
  member
    .command("list")
    .description("Shows the members, and how far each has come.")
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CliOptions>();
      done(await listMembers(adminOf(options), world, options));
    });
  member
    .command("move")
    .argument("<id>", "a node's id", parseCount)
    .description("Tells all nodes that a member is reached elsewhere from now on.")
    .option("--peer <host:port>", "where the other nodes reach it")
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
    .option("--learner", "leave it a learner, without a vote")
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
    .description("Gives up a change that waits for a node to catch up.")
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CliOptions>();
      done(await cancelChange(adminOf(options), world, options));
    });
}

function addShrinking(member: Command, world: CliWorld, done: (code: number) => void): void {
  member
    .command("remove")
    .argument("<id>", "a node's id", parseCount)
    .description("Takes a node out.")
    .option(...force)
    .option(...wait)
    .action(async (id: number, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<RemoveOptions>();
      done(await removeMember(adminOf(options), world, id, options));
    });
  member
    .command("replace")
    .argument("<id>", "a node's id", parseCount)
    .description("Has a new node take the place of one, as of one whose disk is lost. Started with --join it gets a new id.")
    .option("--peer <host:port>", "where the other nodes will reach the new one; left out, where they reached the old one")
    .option(client, "where clients will reach it; left out, where they reached the old one")
    .option(...force)
    .option(...wait)
    .action(async (id: number, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReplaceOptions>();
      done(await replaceMember(adminOf(options), world, id, options));
    });
}

function adminOf({ endpoints, timeout }: CliOptions): BalsaAdmin {
  return new BalsaAdmin({ endpoints, requestTimeoutMs: timeout });
}
