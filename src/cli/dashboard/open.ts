import type { Processes } from "../../dashboard/controls/ports.ts";
import type { Dashboard, DashboardOptions } from "../../dashboard/dashboard.ts";

/**
 * Begins to serve the live page. What serves it is loaded only now, as commands of every day need not wait for it. Rejects with
 * the system's error if nobody can listen there.
 */
export async function openDashboard(options: DashboardOptions, processes: Processes | null): Promise<Dashboard> {
  const { Dashboard } = await import("../../dashboard/dashboard.ts");
  const { observeFeed } = await import("../../dashboard/follow/observe-feed.ts");
  const dashboard = new Dashboard(options, { open: observeFeed(options), processes });
  try {
    await dashboard.start();
  } catch (error) {
    await dashboard.close();
    throw error;
  }
  return dashboard;
}
