import { type Failure, failure } from "./failure.ts";

/** Longest address that is taken, in letters: a name has at most 253. */
const lengthMax = 300;

/** Why this cannot be an address, or be left out; null if it can. Whether anybody is there is not looked at. */
export function addressProblem(address: string, given: "must" | "may"): Failure | null {
  if (address === "" && given === "may") return null;
  const port = Number(/^(?:\[[0-9A-Fa-f:.%]+\]|[^\s:[\]/]+):([0-9]{1,5})$/.exec(address)?.[1]);
  if (address.length <= lengthMax && port >= 1 && port <= 65_535) return null;
  return failure("INVALID_ADDRESS", `${JSON.stringify(address)} is no address such as "host:7000".`);
}
