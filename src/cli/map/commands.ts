import type { BalsaClient } from "../../client/client.ts";
import { BalsaError } from "../../client/values/balsa-error.ts";
import type { ChangeStream } from "../../client/values/change-stream.ts";
import { clientErrorKinds } from "../../client/values/client-errors.ts";
import type { Current, Expected, KeyValue, Value } from "../../client/values/messages.ts";
import { exitCodes } from "../../terminal/exit-codes.ts";
import { field, json as jsonText } from "../../terminal/printable.ts";
import { UsageError } from "../../terminal/usage-error.ts";
import type { CliOptions, CliWorld } from "../basics/options.ts";
import { type Encoding, formatValue, jsonValue, type OutputFormat, readValue } from "../basics/values.ts";

/** What the commands of a client do. Each resolves to the exit code. */

export interface GetOptions extends CliOptions {
  readonly local: boolean;
  readonly format: OutputFormat;
}

export async function get(client: BalsaClient, world: CliWorld, key: string, options: GetOptions): Promise<number> {
  const found = await client.get(key, { local: options.local });
  if (options.json) await printJson(world, found && jsonKeyValue(found));
  else if (found) await world.print(shownValue(found.value, options.format, world));
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
  const value = await readValue({ argument, file: options.file, encoding: options.as });
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
  checkChange(options);
  const expected = await expectedOf(options);
  const { succeeded, revision, current } = await client.compareAndSet(key, expected, await newValueOf(options));
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
    const hasReader = options.json
      ? await printJson(world, options.keys ? item.key : jsonKeyValue(item))
      : await world.print(options.keys ? `${field(item.key)}\n` : `${field(item.key)}\t${valueField(item.value)}\n`);
    if (!hasReader) break;
  }
  return exitCodes.done;
}

export interface WatchOptions extends CliOptions {
  readonly prefix: boolean;
  readonly from?: number;
}

/** Prints changes until the process is ended, nobody reads on, or no node keeps changes that old. */
export async function watch(
  client: BalsaClient,
  world: CliWorld,
  key: string | undefined,
  { prefix, from, json, timeout }: WatchOptions,
): Promise<number> {
  const keys = key === undefined ? {} : prefix ? { prefix: key } : { key };
  const changes = client.watch(from === undefined ? keys : { ...keys, from });
  await startedWithin(changes, timeout);
  for await (const change of changes) {
    const hasReader = json
      ? await printJson(world, change.type === "set" ? { type: "set", ...jsonKeyValue(change) } : change)
      : await world.print(
          `${change.revision}\t${field(change.key)}\t${change.type === "set" ? valueField(change.value) : "(deleted)"}\n`,
        );
    if (!hasReader) break;
  }
  return exitCodes.done;
}

/** Looks at all options before any input is waited for. @throws UsageError */
function checkChange({ value, revision, absent, newValue, delete: deletes }: CasOptions): void {
  if ([value, revision, absent].filter((given) => given !== undefined).length !== 1)
    throw new UsageError("Say what to expect by one of --value, --revision and --absent.");
  if ((newValue === undefined) === (deletes === undefined))
    throw new UsageError("Say what to do by one of --new-value and --delete.");
  // Both would wait for the same input, and the second one would get none.
  if (value === "-" && newValue === "-") throw new UsageError("Only one value can come from standard input.");
}

/** Later on, whatever becomes of the nodes, a watch waits for one that goes on. @throws BalsaError */
async function startedWithin(changes: ChangeStream, timeoutMs: number): Promise<void> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    changes.close();
  }, timeoutMs);
  try {
    await changes.started();
  } finally {
    clearTimeout(timer);
  }
  if (isLate) throw noWatch();
}

function noWatch(): BalsaError {
  return new BalsaError("UNREACHABLE", "No node has begun to tell changes in time.", clientErrorKinds.UNREACHABLE);
}

async function expectedOf({ value, revision, as }: CasOptions): Promise<Expected> {
  if (value !== undefined) return { value: await readValue({ argument: value, file: undefined, encoding: as }) };
  return revision === undefined ? { absent: true } : { revision };
}

async function newValueOf({ newValue, as }: CasOptions): Promise<Value | null> {
  return newValue === undefined ? null : readValue({ argument: newValue, file: undefined, encoding: as });
}

function currentText(key: string, current: Current | null): string {
  if (current === null) return `there is no ${JSON.stringify(key)}`;
  const at = `${JSON.stringify(key)} is at revision ${current.revision}`;
  if (current.value === null) return at;
  const value = typeof current.value === "string" ? JSON.stringify(current.value) : valueField(current.value);
  return `${at}, with the value ${value}`;
}

function jsonKeyValue({ key, value, revision }: KeyValue) {
  return { key, value: jsonValue(value), revision };
}

function jsonCurrent({ key, value, revision }: Current) {
  return { key, value: value === null ? null : jsonValue(value), revision };
}

/** A text goes to a program or a file as it is; a person reads the control characters in it, and the terminal does not. */
function shownValue(value: Value, format: OutputFormat, { isTerminal }: CliWorld): string | Uint8Array {
  const shown = formatValue(value, format);
  return isTerminal || typeof shown !== "string" ? shown : Buffer.from(shown);
}

/** A value as one field of a line. */
function valueField(value: Value): string {
  return typeof value === "string" ? field(value) : formatValue(value, "text").toString().trimEnd();
}

function printJson(world: CliWorld, value: unknown): Promise<boolean> {
  return world.print(`${jsonText(value)}\n`);
}
