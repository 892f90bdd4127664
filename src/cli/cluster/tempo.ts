import { setTimeout as sleep } from "node:timers/promises";
import { FaultCaller } from "../../client/connection/fault-caller.ts";
import { optionDefaults } from "../../core/options.ts";
import { nodeOptionDefaults } from "../../node/ports/options.ts";
import { serviceOptionDefaults } from "../../service/answers/options.ts";
import { transportDefaults } from "../../transport/link/transport-options.ts";

/**
 * How a cluster is made slow enough to be watched: election timeouts and heartbeats are stretched, and each message is held back,
 * all by the same factor, so that what happens is what would happen, later.
 */

export const tempoMax = 60;
/** Delay of each message at a tempo of 1, if there were one, in ms. */
const delayMs = 20;
const retryMs = 100;

export function linkDelayMs(tempo: number): number {
  return tempo === 1 ? 0 : delayMs * tempo;
}

/** What a node is told so that it does not take slowness for failure. */
export function tempoFlags(tempo: number): Readonly<Record<string, string>> {
  if (tempo === 1) return {};
  const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatMs } = optionDefaults;
  return {
    "election-timeout-min-ms": String(electionTimeoutMinMs * tempo),
    "election-timeout-max-ms": String(electionTimeoutMaxMs * tempo),
    "heartbeat-ms": String(heartbeatMs * tempo),
    "call-timeout-ms": String(Math.max(transportDefaults.callTimeoutMs, 4 * linkDelayMs(tempo))),
    "leader-wait-ms": String(Math.max(nodeOptionDefaults.leaderWaitMs, 2 * electionTimeoutMaxMs * tempo)),
    "request-timeout-ms": String(Math.max(serviceOptionDefaults.requestTimeoutMs, 4 * electionTimeoutMaxMs * tempo)),
  };
}

export function tempoSentence(tempo: number): string {
  const { electionTimeoutMinMs: min, electionTimeoutMaxMs: max, heartbeatMs } = optionDefaults;
  const seconds = (ms: number) => `${(ms * tempo) / 1_000} s`;
  const elections = `elections after ${seconds(min)} to ${seconds(max)}`;
  return `Time is stretched by ${tempo}: ${elections}, heartbeats every ${seconds(heartbeatMs)}, each message ${linkDelayMs(tempo)} ms under way.`;
}

/** Has a node hold back all that it says to others, as soon as it can be told, unless `isOver` before. */
export async function slowLinks(address: string, tempo: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const caller = new FaultCaller({ endpoint: address, timeoutMs: 1_000 });
    try {
      await caller.set({ link: { peerId: 0, direction: "LINK_DIRECTION_OUT", delayMs: linkDelayMs(tempo) } });
      return;
    } catch {
      // It does not listen yet.
      await sleep(retryMs);
    } finally {
      caller.close();
    }
  }
}
