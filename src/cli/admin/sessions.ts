import { BalsaError } from "../../client/values/balsa-error.ts";
import { exitCodes } from "../../terminal/exit-codes.ts";
import { json as jsonText } from "../../terminal/printable.ts";
import { StillUnderWay } from "../../terminal/still-under-way.ts";
import { TimeLimit } from "../../terminal/time-limit.ts";
import { UsageError } from "../../terminal/usage-error.ts";
import type { CliOptions, CliWorld } from "../basics/options.ts";
import { adminOf } from "./members.ts";
import { type SessionView, sessionsTable } from "./session-words.ts";

/** What the `session` commands do. Each resolves to the exit code. */

export interface SessionOptions extends CliOptions {
  /** Only those of this address. */
  readonly address?: string;
}

export interface SessionListOptions extends SessionOptions {
  readonly keys: boolean;
}

/** Sessions that are ended at a time. */
const endedAtOnce = 16;

export async function listSessions(world: CliWorld, options: SessionListOptions): Promise<number> {
  const { sessions, count, countMax } = await sessionsOf(options, options.keys);
  if (options.json) {
    for (const session of sessions) if (!(await world.print(`${jsonText(session)}\n`))) break;
    return exitCodes.done;
  }
  if (sessions.length > 0) await world.print(`${sessionsTable(sessions, options)}\n`);
  await world.print(`${count} of at most ${countMax} sessions are open.\n`);
  return exitCodes.done;
}

/** Those that were gone already are told, and fail the command. */
export async function endSessions(world: CliWorld, named: readonly number[], options: SessionOptions): Promise<number> {
  if ((named.length === 0) === (options.address === undefined))
    throw new UsageError("Say which sessions to end: by their ids, or all of an address with --address.");
  const time = new TimeLimit(options.timeout);
  const ids = named.length > 0 ? named : (await sessionsOf(options, false)).sessions.map(({ sessionId }) => sessionId);
  const waiting = [...new Set(ids)];
  const all = waiting.length;
  const missing: number[] = [];
  let ended = 0;
  const endNext = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined && !time.isOver; id = waiting.shift()) {
      if (await isEnded(id, { ...options, timeout: time.leftMs() })) ended += 1;
      else missing.push(id);
    }
  };
  await Promise.all(Array.from({ length: endedAtOnce }, endNext));
  if (ended + missing.length < all)
    throw new StillUnderWay(
      `${ended} of ${all} sessions were ended within ${time.ms} ms. Run the same command again for the others.`,
    );
  await world.print(options.json ? `${jsonText({ ended, missing })}\n` : `${ended} of ${all} sessions ended.\n`);
  if (missing.length === 0) return exitCodes.done;
  world.complain(`There is no session ${missing.join(", ")}.`);
  return exitCodes.failed;
}

async function sessionsOf(options: SessionOptions, keys: boolean) {
  const time = new TimeLimit(options.timeout);
  const sessions: SessionView[] = [];
  for (let startId = 0; ; ) {
    const page = await adminOf({ ...options, timeout: time.leftMs() }).listSessions({ startId, keys });
    sessions.push(...page.sessions.filter(({ address }) => options.address === undefined || address === options.address));
    startId = page.nextStartId;
    if (startId === 0) return { sessions, count: page.count, countMax: page.countMax };
  }
}

/** False if there is no such session. @throws BalsaError */
async function isEnded(id: number, options: CliOptions): Promise<boolean> {
  try {
    await adminOf(options).endSession(id);
    return true;
  } catch (error) {
    if (error instanceof BalsaError && error.code === "UNKNOWN_SESSION") return false;
    throw error;
  }
}
