import { countWords, durationWords, millisWords } from "../../observe/words.ts";
import { conditions, type SeenCluster, type SeenNode } from "../model/nodes.ts";
import { reachable } from "../parts/reachable.ts";

const titles = [
  "Node",
  "Role",
  "Term",
  "Replication",
  "Match",
  "Behind",
  "Commit",
  "Applied",
  "On disk",
  "Heard by leader",
  "Queue",
];

/** How far each node is, by its own word and by the leader's. */
export function Replication({ cluster }: { readonly cluster: SeenCluster }) {
  const leader = cluster.nodes.find(({ id }) => id === cluster.leadership?.leader);
  const end = leader?.sample?.lastIndex ?? Math.max(0, ...cluster.nodes.map(({ sample }) => sample?.lastIndex ?? 0));
  return (
    <section class="card wide" aria-labelledby="replication-title">
      <h2 id="replication-title">Replication</h2>
      <section class="scroller" aria-label="Replication of all nodes" {...reachable}>
        <table>
          <thead>
            <tr>
              {titles.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cluster.nodes.map((node) => (
              <Row key={node.id} node={node} end={end} at={cluster.at} isLeader={node.id === leader?.id} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

interface RowProps {
  readonly node: SeenNode;
  /** Last index of the leader. */
  readonly end: number;
  readonly at: number;
  readonly isLeader: boolean;
}

function Row({ node, end, at, isLeader }: RowProps) {
  const { sample, progress } = node;
  const number = (value: number | undefined): string => (value === undefined ? "–" : countWords(value));
  const match = isLeader ? sample?.durableIndex : progress?.matchIndex;
  const behind = match === undefined ? null : Math.max(0, end - match);
  const share = behind === null || end === 0 ? 0 : Math.max(0, 1 - behind / Math.max(50, end * 0.05));
  return (
    <tr>
      <th scope="row">{node.id}</th>
      <td>
        <span class={`badge is-${node.condition}`}>{conditions[node.condition].title}</span>
      </td>
      <td>{number(sample?.term)}</td>
      <td>{isLeader ? "leads" : (progress?.state ?? "–")}</td>
      <td>{number(match)}</td>
      <td>
        <meter class="behind" min={0} max={1} value={share} aria-label={`How near node ${node.id} is to the leader`} />
        {behind === null ? "–" : countWords(behind)}
      </td>
      <td>{number(sample?.commitIndex)}</td>
      <td>{number(sample?.appliedIndex)}</td>
      <td>{number(sample?.durableIndex)}</td>
      <td>{heardWords(node, at, isLeader)}</td>
      <td>{sample === null ? "–" : countWords(node.queued)}</td>
    </tr>
  );
}

function heardWords(node: SeenNode, at: number, isLeader: boolean): string {
  if (!node.isHeard) return `not by this page, ${durationWords(at - node.since)}`;
  if (isLeader) return "itself";
  return node.progress === null ? "–" : `${millisWords(node.progress.heardAgoMs)} ago`;
}
