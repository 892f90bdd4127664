import { LogStrip } from "../log/log-strip.tsx";
import type { SeenCluster } from "../model/nodes.ts";
import { LatestEvents } from "../parts/latest-events.tsx";
import { useModel } from "../parts/model-context.ts";
import { Legend } from "./legend.tsx";
import { MessageTable } from "./message-table.tsx";
import { NodeDetails } from "./node-details.tsx";
import { Stage } from "./stage.tsx";

/** The cluster as it is: the ring, what moves between its nodes, their logs, and one node's details. */
export function Picture({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const selected = cluster.nodes.find(({ id }) => id === model.selected.value);
  return (
    <div class={`picture ${selected === undefined ? "" : "has-details"}`}>
      <section class="card ring" aria-label="The nodes, and messages between them">
        <Stage cluster={cluster} />
        <Legend />
        <MessageTable />
      </section>
      {selected !== undefined && (
        <aside class="card">
          <NodeDetails node={selected} cluster={cluster} />
        </aside>
      )}
      <div class="beside">
        <section class="card logs" aria-labelledby="logs-title">
          <h2 id="logs-title">Logs</h2>
          <LogStrip cluster={cluster} />
        </section>
        <LatestEvents />
      </div>
    </div>
  );
}
