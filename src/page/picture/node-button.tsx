import { countWords, durationWords } from "../../observe/words.ts";
import { counted } from "../base/format.ts";
import { conditions, type SeenCluster, type SeenNode } from "../model/nodes.ts";
import { useModel } from "../parts/model-context.ts";
import { type Ring, usualRadius } from "./geometry.ts";
import { NodeCircle } from "./node-circle.tsx";
import { QueueBoxes } from "./queue-boxes.tsx";

interface NodeButtonProps {
  readonly node: SeenNode;
  readonly cluster: SeenCluster;
  readonly ring: Ring;
}

/** A node of the ring: its circle, and what is to be known of it at first sight. It opens its details. */
export function NodeButton({ node, cluster, ring }: NodeButtonProps) {
  const model = useModel();
  const place = ring.places.get(node.id);
  if (place === undefined) return null;
  const isSelected = model.selected.value === node.id;
  const { sample } = node;
  const style = {
    left: `${place.x}px`,
    top: `${place.y}px`,
    "--size": `${(ring.radius / usualRadius) * 124}px`,
    "--scale": String(ring.scale),
  };
  return (
    <button
      type="button"
      class={`node ${ring.labelledAbove.has(node.id) ? "is-above" : ""}`}
      style={style}
      aria-pressed={isSelected}
      aria-label={nodeWords(node, cluster)}
      onClick={() => {
        model.selected.value = isSelected ? 0 : node.id;
      }}
    >
      <NodeCircle node={node} voters={cluster.voters} />
      <span class="below">
        <b>{`Node ${node.id}`}</b>
        <span class="role">
          {node.isMember ? conditions[node.condition].title : `${conditions[node.condition].title}, no member`}
        </span>
        {sample !== null && (
          <span class="indexes">
            commit <b>{countWords(sample.commitIndex)}</b>
            {sample.lastIndex > sample.commitIndex && ` +${countWords(sample.lastIndex - sample.commitIndex)}`}
          </span>
        )}
        {sample !== null && node.isHeard && <QueueBoxes sample={sample} />}
      </span>
    </button>
  );
}

/** All that the picture tells of a node, in words. */
export function nodeWords(node: SeenNode, cluster: SeenCluster): string {
  const words = [`Node ${node.id}`, conditions[node.condition].title];
  if (!node.isHeard) words.push(node.why === "" ? "" : node.why, `for ${durationWords(cluster.at - node.since)}`);
  if (node.sample !== null) {
    const { term, commitIndex, lastIndex, votes, role } = node.sample;
    words.push(`term ${term}`, `commit index ${commitIndex}`, `last index ${lastIndex}`);
    if (role === "candidate" || role === "preCandidate") words.push(`${counted(votes.length, "vote")} of ${cluster.voters.length}`);
    words.push(`${counted(node.queued, "message")} in its queue`);
    if (node.sample.faults.length > 0) words.push(`${counted(node.sample.faults.length, "fault")} in force`);
  }
  return words.filter((word) => word !== "").join(", ");
}
