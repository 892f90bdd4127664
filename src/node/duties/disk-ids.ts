import type { View } from "../../core/api.ts";
import type { MembersChange, NodeId } from "../../core/types.ts";

export interface DiskIdsPorts {
  readonly view: () => View;
  readonly changeMembers: (change: MembersChange, done: () => void) => void;
}

/**
 * Sees to it that the log names the members, the life of the cluster they belong to, and each one's disk. One whose disk was
 * lost or replaced has forgotten what it promised, and must not come back under its id (rule 30). Those a cluster begins with
 * are in no entry: the leader writes them into the log once. A node that was not heard of when the cluster began by force
 * has no disk there; the leader adds it once it has heard of it.
 */
export class DiskIds {
  readonly #ports: DiskIdsPorts;
  readonly #heard = new Map<NodeId, string>();
  #isChanging = false;

  constructor(ports: DiskIdsPorts) {
    this.#ports = ports;
  }

  /** This disk is, surely, that node's. */
  hear(id: NodeId, diskId: string): void {
    if (diskId !== "") this.#heard.set(id, diskId);
  }

  /** Called every now and then. Adds one disk at a time, as each is a change of the members. */
  tick(): void {
    const view = this.#ports.view();
    if (this.#isChanging || view.role !== "leader" || !view.membersCommitted || view.transferTo !== null) return;
    const change = this.#changeOf(view);
    if (change === null) return;
    this.#isChanging = true;
    this.#ports.changeMembers(change, () => {
      this.#isChanging = false;
    });
  }

  #changeOf({ members, membersIndex }: View): MembersChange | null {
    for (const { id, diskId } of members.nodes) {
      const heard = this.#heard.get(id);
      if (diskId === "" && heard !== undefined) return { type: "disk", id, diskId: heard };
    }
    return membersIndex === 0 ? { type: "restate" } : null;
  }
}
