import type { Processes } from "../../dashboard/controls/ports.ts";
import { portProblem } from "../../server/node/free-ports.ts";
import { errorText } from "../../terminal/error-text.ts";
import { openDashboard } from "../dashboard/open.ts";
import { type ClusterOptions, planNodes } from "./plan.ts";

/** The live page of a cluster on this machine. */
export interface Page {
  /** With the token that allows controls. */
  readonly url: string;
  close(): Promise<void>;
}

const host = "127.0.0.1";

export function hasPage({ dashboard = 0 }: ClusterOptions): boolean {
  return dashboard !== false && dashboard !== 0;
}

/** Serves the page, which shows values too: the cluster is there to be looked at. Null if it is not wanted, or cannot be served, which is said. */
export async function openPage(options: ClusterOptions, processes: Processes, print: (line: string) => void): Promise<Page | null> {
  if (!hasPage(options)) return null;
  const port = Number(options.dashboard);
  const busy = await portProblem(`${host}:${port}`);
  if (busy !== null) return without(busy, print);
  const endpoints = planNodes(options).map(({ clientAddress }) => clientAddress);
  try {
    return await openDashboard({ host, port, endpoints, showsValues: true, hasControls: true }, processes);
  } catch (error) {
    return without(`${errorText(error)}.`, print);
  }
}

function without(why: string, print: (line: string) => void): null {
  print(`There is no live page: ${why} Choose another port with --dashboard.`);
  return null;
}
