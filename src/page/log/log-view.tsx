import { conditions, type SeenCluster } from "../model/nodes.ts";
import { EntryList } from "./entry-list.tsx";
import { LogStrip } from "./log-strip.tsx";

/** The logs in full: all of them side by side as far as one wants to see, and each node's newest entries as a list. */
export function LogView({ cluster }: { readonly cluster: SeenCluster }) {
  return (
    <div class="log-view">
      <section class="card" aria-labelledby="strip-title">
        <h2 id="strip-title">Logs, index by index</h2>
        <LogStrip cluster={cluster} />
      </section>
      <div class="lists">
        {cluster.nodes.map((node) => (
          <section key={node.id} class="card" aria-label={`Log of node ${node.id}`}>
            <h2>
              {`Node ${node.id}`} <span class={`badge is-${node.condition}`}>{conditions[node.condition].title}</span>
            </h2>
            {node.sample === null ? <p class="note">Nothing is known of its log.</p> : <EntryList sample={node.sample} />}
          </section>
        ))}
      </div>
    </div>
  );
}
