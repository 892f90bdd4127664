import { parseAddress } from "../../grpc/address.ts";
import { unreachable } from "../../grpc/host-kind.ts";
import { type Failure, failure } from "../answers/failure.ts";

/** Why others cannot be told that a node is reached there; null if they can. Whether anybody is there is not looked at. */
export function addressProblem(address: string, given: "must" | "may"): Failure | null {
  if (address === "" && given === "may") return null;
  if (parseAddress(address) === null)
    return failure("INVALID_ADDRESS", `${JSON.stringify(address)} is no address such as "host:7000".`);
  const why = unreachable(address);
  return why === null ? null : failure("INVALID_ADDRESS", `${address} is an address ${why}.`);
}
