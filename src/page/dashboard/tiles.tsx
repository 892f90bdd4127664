import { useComputed } from "@preact/signals";
import { verdictOf } from "../../observe/verdict.ts";
import { countWords, durationWords, millisWords, percentWords, rateWords } from "../../observe/words.ts";
import type { SeenCluster } from "../model/nodes.ts";
import { useModel } from "../parts/model-context.ts";

export function LeaderTile({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const numbers = useComputed(() => verdictOf(model.state.value).numbers);
  const { leader, sinceMs, isSinceAtLeast } = numbers.value;
  const since = sinceMs === null ? "" : `for ${isSinceAtLeast ? "at least " : ""}${durationWords(sinceMs)}`;
  const { leadership } = cluster;
  return (
    <section class={`card tile leader-tile ${leader === null ? "is-none" : ""}`} aria-labelledby="leader-title">
      <h2 id="leader-title">Current leader</h2>
      <p class="number">{leader === null ? "None" : `Node ${leader.node}`}</p>
      <p>{leader === null ? `Nobody leads ${since}` : `term ${countWords(leader.term)}, ${since}`}</p>
      {leadership !== null && <p>{`Followed by ${leadership.followers.length} of ${cluster.voters.length} voters`}</p>}
    </section>
  );
}

export function NumberTiles() {
  const model = useModel();
  const numbers = useComputed(() => verdictOf(model.state.value).numbers);
  const { margin, writesPerSecond, p99Ms, farthest, electionMargin } = numbers.value;
  const tiles: (readonly [title: string, value: string, note: string])[] = [
    [
      "Can fail",
      margin === null ? "–" : `${margin.isAtLeast ? "≥ " : ""}${margin.more}`,
      margin === null ? "nobody leads" : `more nodes, of ${margin.most}`,
    ],
    ["Writes", writesPerSecond === null ? "–" : rateWords(writesPerSecond), "committed each second"],
    ["Slowest 1 %", p99Ms === null ? "–" : millisWords(p99Ms), p99Ms === null ? "no writes" : "or more, of a write"],
    [
      "Farthest",
      farthest === null ? "–" : countWords(farthest.entries),
      farthest === null ? "no follower" : `entries behind, node ${farthest.node}`,
    ],
    ["Election margin", electionMargin === null ? "–" : percentWords(electionMargin), "least time left, in a minute"],
  ];
  return (
    <dl class="tiles">
      {tiles.map(([title, value, note]) => (
        <div key={title} class="card tile">
          <dt>{title}</dt>
          <dd>
            <span class="number">{value}</span>
            <small>{note}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
