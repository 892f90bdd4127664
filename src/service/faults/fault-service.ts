import { memberOf } from "../../core/members.ts";
import type { Millis } from "../../core/types.ts";
import type { FaultServiceHandlers } from "../../generated/balsa/admin/v1/FaultService.ts";
import type { SetFaultRequest__Output as SetFaultRequest } from "../../generated/balsa/admin/v1/SetFaultRequest.ts";
import type { SetFaultResponse } from "../../generated/balsa/admin/v1/SetFaultResponse.ts";
import type { FaultBook } from "../../node/faults/fault-book.ts";
import { type Fault, faultLimits, faultProblem, faultTypes } from "../../node/faults/faults.ts";
import { answerTo } from "../answers/calls.ts";
import { type Failure, failure } from "../answers/failure.ts";
import type { ServicePorts } from "../answers/ports.ts";
import { faultIn, faultMessage } from "./fault-messages.ts";

/** As much of the book of faults as its service needs. */
export type FaultsPort = Pick<FaultBook, "set" | "list" | "clear">;

export interface FaultServicePorts {
  readonly node: Pick<ServicePorts["node"], "view">;
  readonly faults: FaultsPort;
  /** Monotonic, of the clock by which faults end. */
  readonly now: () => Millis;
}

/** By which operators make this node fail. A node whose configuration does not allow it has none. */
export class FaultService {
  readonly #ports: FaultServicePorts;

  constructor(ports: FaultServicePorts) {
    this.#ports = ports;
  }

  readonly handlers: FaultServiceHandlers = {
    SetFault: (call, callback) => answerTo<SetFaultResponse>(callback)(this.#set(call.request)),
    ListFaults: (_call, callback) => callback(null, { faults: this.#messagesOf(this.#ports.faults.list()) }),
    ClearFaults: (call, callback) => callback(null, { faults: this.#messagesOf(this.#ports.faults.clear(call.request.ids)) }),
  };

  #set(request: SetFaultRequest): SetFaultResponse | Failure {
    const fault = faultIn(request);
    if (fault === null)
      return failure("FAULT_INVALID", `The request names no fault that this version knows: ${faultTypes.join(", ")}.`);
    const problem = faultProblem(fault, request.durationMs);
    if (problem !== null) return failure("FAULT_INVALID", problem);
    const stranger = this.#strangerIn(fault);
    if (stranger !== null) return stranger;
    const active = this.#ports.faults.set(fault, request.durationMs);
    if (active === null)
      return failure("TOO_MANY_FAULTS", `This node has ${faultLimits.faultsMax} faults in force, as many as it may. Clear some.`);
    return { fault: faultMessage(active, this.#ports.now()) };
  }

  #strangerIn(fault: Fault): Failure | null {
    if (fault.type !== "link" || fault.peerId === null) return null;
    const { id, members } = this.#ports.node.view;
    if (fault.peerId === id) return failure("FAULT_INVALID", `Node ${id} is this node, which has no link to itself.`);
    return memberOf(members, fault.peerId) === undefined ? failure("UNKNOWN_MEMBER", `No member is node ${fault.peerId}.`) : null;
  }

  #messagesOf(active: ReturnType<FaultsPort["list"]>) {
    const now = this.#ports.now();
    return active.map((each) => faultMessage(each, now));
  }
}
