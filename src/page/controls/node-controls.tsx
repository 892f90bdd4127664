import type { Action } from "../../observe/live.ts";
import { conditions, type SeenCluster, type SeenNode } from "../model/nodes.ts";
import { useModel } from "../parts/model-context.ts";
import { mendsOf } from "./mends.ts";

interface Control {
  readonly title: string;
  readonly action: Action;
  readonly isHarm?: boolean;
}

/** What can be done to one node; what this page may not do is not there. */
export function NodeControls({ node }: { readonly node: SeenNode }) {
  const model = useModel();
  const can = model.can.value;
  const id = node.id;
  const controls: Control[] = [];
  if (can.processes) {
    if (node.isHeard) controls.push({ title: "Pause", action: { do: "pause", node: id }, isHarm: true });
    for (const [title, does] of mendsOf(node)) controls.push({ title, action: { do: does, node: id } });
    if (node.condition !== "down") controls.push({ title: "Kill", action: { do: "kill", node: id }, isHarm: true });
  }
  if (can.faults) {
    controls.push(
      { title: "Isolate", action: { do: "isolate", node: id }, isHarm: true },
      { title: "Heal", action: { do: "heal", node: id } },
    );
  }
  if (can.control && node.isHeard && node.condition !== "leader")
    controls.push({ title: "Make leader", action: { do: "transfer", node: id } });
  if (controls.length === 0) return null;
  return (
    <fieldset class="buttons" aria-label={`Controls of node ${id}`}>
      {controls.map(({ title, action, isHarm }) => (
        <button
          key={title}
          type="button"
          class={isHarm ? "harm" : ""}
          onClick={() => void model.control(`${title} node ${id}`, action)}
        >
          {title}
        </button>
      ))}
    </fieldset>
  );
}

/** One row for each node. */
export function AllNodeControls({ cluster }: { readonly cluster: SeenCluster }) {
  return (
    <ul class="node-controls">
      {cluster.nodes.map((node) => (
        <li key={node.id}>
          <b>{`Node ${node.id}`}</b>
          <span class={`badge is-${node.condition}`}>{conditions[node.condition].title}</span>
          <NodeControls node={node} />
        </li>
      ))}
    </ul>
  );
}
