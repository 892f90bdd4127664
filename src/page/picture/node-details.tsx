import { useEffect, useRef } from "preact/hooks";
import { countWords, durationWords, millisWords } from "../../observe/words.ts";
import { EntryList } from "../log/entry-list.tsx";
import { conditions, type SeenCluster, type SeenNode } from "../model/nodes.ts";
import { Icon } from "../parts/icons.tsx";
import { useModel } from "../parts/model-context.ts";
import { type QueueParts, queueParts, queueTitles } from "./queue-boxes.tsx";

/** All about one node. */
export function NodeDetails({ node, cluster }: { readonly node: SeenNode; readonly cluster: SeenCluster }) {
  const model = useModel();
  const place = useRef<HTMLElement>(null);
  const { id, sample } = node;
  // On a small screen they stand below the ring, out of sight.
  useEffect(() => place.current?.scrollIntoView({ block: "nearest" }), [id]);
  return (
    <section ref={place} class="details" aria-label={`Node ${node.id}`}>
      <header>
        <h2>{`Node ${node.id}`}</h2>
        <span class={`badge is-${node.condition}`}>{conditions[node.condition].title}</span>
        <button
          type="button"
          class="quiet"
          aria-label="Close the details"
          onClick={() => {
            model.selected.value = 0;
          }}
        >
          <Icon name="close" />
        </button>
      </header>
      {!node.isHeard && (
        <p class="note">
          {`Not heard for ${durationWords(cluster.at - node.since)}${node.why === "" ? "" : `: ${node.why}`}. `}
          {sample !== null && "What follows is its last word."}
        </p>
      )}
      {sample === null ? null : (
        <>
          <Facts node={node} />
          <h3>Queue</h3>
          <Queue node={node} />
          {sample.faults.length > 0 && (
            <>
              <h3>Faults, set on purpose</h3>
              <ul class="faults">
                {sample.faults.map(({ id, what, expiresInMs }) => (
                  <li key={id}>{`${what}${expiresInMs === null ? "" : `, for ${durationWords(expiresInMs)} more`}`}</li>
                ))}
              </ul>
            </>
          )}
          <h3>Newest entries of its log</h3>
          <EntryList sample={sample} />
        </>
      )}
    </section>
  );
}

function Facts({ node }: { readonly node: SeenNode }) {
  const { sample, progress } = node;
  if (sample === null) return null;
  const facts: (readonly [string, string])[] = [
    ["Term", countWords(sample.term)],
    ["Leader", sample.leader === 0 ? "knows none" : `node ${sample.leader}`],
    ["Voted for", sample.votedFor === 0 ? "nobody" : `node ${sample.votedFor}`],
    ["Commit index", countWords(sample.commitIndex)],
    ["Applied", countWords(sample.appliedIndex)],
    ["On its disk", countWords(sample.durableIndex)],
    ["Last index", countWords(sample.lastIndex)],
    ["First index", countWords(sample.firstIndex)],
  ];
  if (progress !== null) {
    facts.push(["Match index", countWords(progress.matchIndex)], ["Next index", countWords(progress.nextIndex)]);
    facts.push(["Leader heard it", `${millisWords(progress.heardAgoMs)} ago`], ["Replication", progress.state]);
  }
  if (sample.electionInMs !== null) {
    facts.push(["Stands in", `${millisWords(sample.electionInMs)} of ${millisWords(sample.electionTimeoutMs)}`]);
  }
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Queue({ node }: { readonly node: SeenNode }) {
  const { sample } = node;
  if (sample === null) return null;
  const parts = queueParts(sample);
  const kinds = Object.keys(queueTitles) as (keyof QueueParts)[];
  return (
    <ul class="queues">
      {kinds.map((kind) => (
        <li key={kind}>
          <i class={kind} />
          <b>{countWords(parts[kind])}</b>
          <span>{queueTitles[kind]}</span>
          {kind === "out" && sample.queues.out.some(({ messages }) => messages > 0) && (
            <small>
              {sample.queues.out
                .filter(({ messages }) => messages > 0)
                .map(({ peer, messages, bytes }) => `${messages} to node ${peer} (${countWords(bytes)} bytes)`)
                .join(", ")}
            </small>
          )}
        </li>
      ))}
    </ul>
  );
}
