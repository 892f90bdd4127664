import type { BalsaClient } from "../../client/client.ts";
import type { Current, Expected, KeyValue, Value } from "../../client/messages.ts";
import { exitCodes } from "../exit-codes.ts";
import type { CliOptions, CliWorld } from "./options.ts";
import { type Encoding, formatValue, jsonValue, type OutputFormat, readValue, UsageError } from "./values.ts";

/** What the commands of a client do. Each resolves to the exit code. */

export interface GetOptions extends CliOptions {
  readonly local: boolean;
  readonly format: OutputFormat;
}

export async function get(client: BalsaClient, world: CliWorld, key: string, options: GetOptions): Promise<number> {
  const found = await client.get(key, { local: options.local });
  if (options.json) await printJson(world, found && jsonKeyValue(found));
  else if (found) await world.print(formatValue(found.value, options.format));
  else world.complain(`There is no ${JSON.stringify(key)}.`);
  return found ? exitCodes.done : exitCodes.failed;
}

export interface SetOptions extends CliOptions {
  readonly file?: string;
  readonly as: Encoding;
}

export async function set(
  client: BalsaClient,
  world: CliWorld,
  key: string,
  argument: string | undefined,
  options: SetOptions,
): Promise<number> {
  const value = readValue({ argument, file: options.file, encoding: options.as });
  const { revision, existed } = await client.set(key, value);
  if (options.json) await printJson(world, { revision, existed });
  else await world.print(`Set ${JSON.stringify(key)} at revision ${revision}.\n`);
  return exitCodes.done;
}

export async function remove(client: BalsaClient, world: CliWorld, key: string, { json }: CliOptions): Promise<number> {
  const { revision, existed } = await client.delete(key);
  if (json) await printJson(world, { revision, existed });
  else
    await world.print(
      existed ? `Deleted ${JSON.stringify(key)} at revision ${revision}.\n` : `There was no ${JSON.stringify(key)}.\n`,
    );
  return exitCodes.done;
}

export interface CasOptions extends CliOptions {
  readonly value?: string;
  readonly revision?: number;
  readonly absent?: true;
  readonly newValue?: string;
  readonly delete?: true;
  readonly as: Encoding;
}

export async function compareAndSet(client: BalsaClient, world: CliWorld, key: string, options: CasOptions): Promise<number> {
  // Both would wait for the same input, the second one in vain.
  if (options.value === "-" && options.newValue === "-") throw new UsageError("Only one value can come from standard input.");
  const { succeeded, revision, current } = await client.compareAndSet(key, expectedOf(options), newValueOf(options));
  if (options.json) await printJson(world, { succeeded, revision, current: current && jsonCurrent(current) });
  else if (succeeded) await world.print(`Changed ${JSON.stringify(key)} at revision ${revision}.\n`);
  else await world.print(`Not changed: ${currentText(key, current)}.\n`);
  return succeeded ? exitCodes.done : exitCodes.failed;
}

export interface ScanOptions extends CliOptions {
  readonly start?: string;
  readonly end?: string;
  readonly limit?: number;
  readonly local: boolean;
  readonly keys: boolean;
}

/** Prints items as they come, page by page, so that the map may be larger than memory. */
export async function scan(
  client: BalsaClient,
  world: CliWorld,
  prefix: string | undefined,
  options: ScanOptions,
): Promise<number> {
  const { start, end, local, limit = Number.POSITIVE_INFINITY } = options;
  const range = {
    local,
    ...(prefix === undefined ? {} : { prefix }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  };
  let count = 0;
  for await (const item of client.scan(Number.isFinite(limit) ? { ...range, limit } : range)) {
    if (count === limit) break;
    count += 1;
    if (options.json) await printJson(world, options.keys ? item.key : jsonKeyValue(item));
    else await world.print(options.keys ? `${item.key}\n` : `${item.key}\t${formatValue(item.value, "text")}`);
  }
  return exitCodes.done;
}

export interface WatchOptions extends CliOptions {
  readonly prefix: boolean;
  readonly from?: number;
}

/** Prints changes until the process is ended, or no node keeps changes that old. */
export async function watch(
  client: BalsaClient,
  world: CliWorld,
  key: string | undefined,
  { prefix, from, json }: WatchOptions,
): Promise<number> {
  const keys = key === undefined ? {} : prefix ? { prefix: key } : { key };
  for await (const change of client.watch(from === undefined ? keys : { ...keys, from })) {
    if (json) await printJson(world, change.type === "set" ? { type: "set", ...jsonKeyValue(change) } : change);
    else if (change.type === "set") await world.print(`${change.revision}\t${change.key}\t${formatValue(change.value, "text")}`);
    else await world.print(`${change.revision}\t${change.key}\t(deleted)\n`);
  }
  return exitCodes.done;
}

function expectedOf({ value, revision, absent, as }: CasOptions): Expected {
  if ([value, revision, absent].filter((given) => given !== undefined).length !== 1)
    throw new UsageError("Say what to expect by one of --value, --revision and --absent.");
  if (value !== undefined) return { value: readValue({ argument: value, file: undefined, encoding: as }) };
  return revision === undefined ? { absent: true } : { revision };
}

function newValueOf({ newValue, delete: deletes, as }: CasOptions): Value | null {
  if ((newValue === undefined) === (deletes === undefined))
    throw new UsageError("Say what to do by one of --new-value and --delete.");
  if (newValue === undefined) return null;
  return readValue({ argument: newValue, file: undefined, encoding: as });
}

function currentText(key: string, current: Current | null): string {
  if (current === null) return `there is no ${JSON.stringify(key)}`;
  const at = `${JSON.stringify(key)} is at revision ${current.revision}`;
  if (current.value === null) return at;
  const value =
    typeof current.value === "string" ? JSON.stringify(current.value) : formatValue(current.value, "text").toString().trimEnd();
  return `${at}, with the value ${value}`;
}

function jsonKeyValue({ key, value, revision }: KeyValue) {
  return { key, value: jsonValue(value), revision };
}

function jsonCurrent({ key, value, revision }: Current) {
  return { key, value: value === null ? null : jsonValue(value), revision };
}

function printJson(world: CliWorld, value: unknown): Promise<void> {
  return world.print(`${JSON.stringify(value)}\n`);
}
