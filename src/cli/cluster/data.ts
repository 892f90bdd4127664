import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { directoryMode, fileMode } from "../../storage/files/durable-files.ts";
import { errorText } from "../../terminal/error-text.ts";

/**
 * A note in the launcher's data directory of how many nodes it is for: the same directories with another number
 * of members would be another cluster, in which what was acknowledged need not be on a majority.
 */
const fileName = "cluster.json";

/** Why the directory cannot be used for this number of nodes, as a sentence; null if it can. Changes nothing. */
export function clusterDataProblem(data: string, nodes: number): string | null {
  const path = join(data, fileName);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const missing = typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT";
    return missing ? null : `${path} cannot be read: ${errorText(error)}.`;
  }
  const made = nodesIn(text);
  if (made === null)
    return `${path} should say {"nodes": N} for a number N of nodes, but is damaged; count the folders in ${data} and mend it.`;
  if (made === nodes) return null;
  return `${data} holds a cluster of ${made} nodes, not of ${nodes}: start it with --nodes ${made}, or name another directory with --data.`;
}

/** Notes the number of nodes; an earlier note says the same, or `clusterDataProblem` would have said so. */
export function noteClusterData(data: string, nodes: number): void {
  mkdirSync(data, { recursive: true, mode: directoryMode });
  const path = join(data, fileName);
  writeFileSync(`${path}.new`, `${JSON.stringify({ nodes })}\n`, { mode: fileMode });
  renameSync(`${path}.new`, path);
}

function nodesIn(text: string): number | null {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== "object" || content === null || !("nodes" in content)) return null;
    return Number.isSafeInteger(content.nodes) ? Number(content.nodes) : null;
  } catch {
    return null;
  }
}
