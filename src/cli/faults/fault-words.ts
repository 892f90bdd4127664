import Table from "cli-table3";
import type { Fault__Output } from "../../generated/balsa/admin/v1/Fault.ts";
import { faultKindOf, struckSentence } from "../../node/faults/faults.ts";
import { faultIn } from "../../service/faults/fault-messages.ts";

/** How the faults of nodes are told to people. */

/** The faults in force at one node; null: it allows none. */
export interface NodeFaultList {
  readonly node: number;
  readonly faults: readonly Fault__Output[] | null;
}

const head = ["Node", "Fault", "What", "Struck", "Ends in"];

/** One row a fault. */
export function faultsTable(lists: readonly NodeFaultList[]): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  const rows = lists.flatMap(({ node, faults }) => (faults ?? []).map((fault) => ({ node, fault })));
  for (const { node, fault } of rows) table.push([node, fault.id, wordsOf(fault), fault.struck, endOf(fault)]);
  const off = lists.filter(({ faults }) => faults === null).map(({ node }) => node);
  const summary = off.length === 0 ? [] : [`Node ${off.join(", ")} allows no faults.`];
  return [rows.length === 0 ? "No fault is in force." : table.toString(), ...summary].join("\n");
}

/** What has become of a fault, as a sentence. */
export function faultSentence(node: number, fault: Fault__Output, became: "set" | "cleared"): string {
  if (became === "cleared") return `Fault ${fault.id} of node ${node} is cleared: ${wordsOf(fault)}. ${struckSentence(fault)}`;
  const known = faultIn(fault);
  const hasOwnEnd = known !== null && faultKindOf(known).lastsMs !== null;
  const until = hasOwnEnd ? "" : fault.remainingMs === 0 ? ", until it is cleared" : `, for ${fault.remainingMs} ms`;
  return `Fault ${fault.id} of node ${node} is set: ${wordsOf(fault)}${until}.`;
}

function wordsOf(message: Fault__Output): string {
  const fault = faultIn(message);
  return fault === null ? "a fault that this version does not know" : faultKindOf(fault).words(fault);
}

function endOf({ remainingMs }: Fault__Output): string {
  return remainingMs === 0 ? "never" : `${remainingMs} ms`;
}
