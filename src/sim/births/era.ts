import type { Entry, Members, NodeId, Term } from "../../core/types.ts";
import { Checks } from "../checks/checks.ts";
import type { Operation } from "../checks/history.ts";
import { judgeHistory } from "../checks/linearizable.ts";
import type { LogDisk } from "../disks/log-disk.ts";

/**
 * One incarnation of a cluster, as somebody sees it who forgets nothing: what was committed in it, on whose disks, and
 * what its clients were told. What holds in another incarnation says nothing of this one.
 */
export class Era {
  readonly incarnationId: string;
  /** Those it began with: at its birth all of them, after a recovery the survivor alone. */
  readonly founders: Members;
  /** Also of those whose directories were lost or put back: what they promised was promised. */
  readonly disks = new Map<NodeId, LogDisk>();
  readonly checks: Checks;
  readonly history: Operation[] = [];

  constructor(incarnationId: string, founders: Members) {
    this.incarnationId = incarnationId;
    this.founders = founders;
    this.checks = new Checks(this.disks, founders);
  }

  /** A recovery: what the survivor's log holds counts as committed, and its records are what clients find. */
  inherit(entries: readonly Entry[], term: Term, values: ReadonlyMap<string, string | null>, at: number): void {
    this.checks.committed.inherit(entries, term);
    for (const [key, value] of values) {
      const op = value === null ? ({ type: "delete" } as const) : ({ type: "set", value } as const);
      this.history.push({ client: 0, key, op, invokedAt: at, returnedAt: at, outcome: { type: "written", existed: null } });
    }
  }

  judge(): void {
    const verdict = judgeHistory(this.history);
    const name = `In incarnation ${this.incarnationId} the history of key`;
    if (verdict.type === "violation") this.checks.fail(`${name} ${verdict.key} is not linearizable: ${verdict.why}`);
    else if (verdict.type === "undecided") this.checks.fail(`${name} ${verdict.key} took too long to judge.`);
  }
}
