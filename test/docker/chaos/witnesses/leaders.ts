import type { NodeStatus } from "../../../../src/server/node/node-status.ts";
import { newestLeader } from "../../../support/newest-leader.ts";
import type { Leading } from "../strikes.ts";
import type { NodeAnswer } from "../types.ts";

/** Who led when: writes down each change. */
export class Leaders {
  readonly leading: Leading[] = [];

  note(answers: readonly NodeAnswer[], now: number): void {
    const found = leadingOf(answers);
    const last = this.leading.at(-1);
    if (last?.nodeId === found.nodeId && (found.nodeId === null || last.term === found.term)) return;
    this.leading.push({ at: now, ...found });
  }
}

/** Where one has a higher term than whoever says to lead, that one leads no more. */
function leadingOf(answers: readonly NodeAnswer[]): Omit<Leading, "at"> {
  const statuses: readonly NodeStatus[] = answers.map(({ status }) => status);
  const term = Math.max(0, ...statuses.map((status) => status.term));
  const leader = newestLeader(statuses);
  const place = answers.find(({ status }) => status === leader)?.place;
  if (leader === undefined || place === undefined || leader.term < term) return { place: null, nodeId: null, term };
  return { place, nodeId: leader.nodeId, term };
}
