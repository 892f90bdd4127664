import type { View } from "../core/api.ts";
import type { MembersChange, NodeId } from "../core/types.ts";

export interface DiskIdsPorts {
  readonly view: () => View;
  readonly changeMembers: (change: MembersChange, done: () => void) => void;
}

/**
 * Sees to it that the members name each node's disk, so that one whose disk was lost or replaced is noticed: it has
 * forgotten what it promised, and must not come back under its id (rule 30). Those a cluster begins with are known by
 * id and address alone; the leader adds the disk once it has heard of it.
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
    const { role, members, membersCommitted, transferTo } = this.#ports.view();
    if (this.#isChanging || role !== "leader" || !membersCommitted || transferTo !== null) return;
    const unnamed = members.nodes.find(({ id, diskId }) => diskId === "" && this.#heard.has(id));
    const diskId = unnamed === undefined ? undefined : this.#heard.get(unnamed.id);
    if (unnamed === undefined || diskId === undefined) return;
    this.#isChanging = true;
    this.#ports.changeMembers({ type: "disk", id: unnamed.id, diskId }, () => {
      this.#isChanging = false;
    });
  }
}
