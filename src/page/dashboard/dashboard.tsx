import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { State } from "../../observe/live.ts";
import { perSecond } from "../../observe/measure.ts";
import { countWords, rateWords } from "../../observe/words.ts";
import type { SeenCluster } from "../model/nodes.ts";
import { useModel } from "../parts/model-context.ts";
import { Chart, type Line } from "./chart.tsx";
import { LinkMatrix } from "./link-matrix.tsx";
import { Replication } from "./replication.tsx";
import { commitsOf, electionsByMinute, messagesBySecond, termHistory } from "./series.ts";
import { Stages } from "./stages.tsx";
import { LeaderTile, NumberTiles } from "./tiles.tsx";

const lines: Readonly<Record<"messages" | "elections" | "terms", readonly Line[]>> = {
  messages: [
    { title: "sent", color: "#009e73" },
    { title: "received", color: "#56b4e9", dash: [6, 3] },
    { title: "lost", color: "#d55e00", dash: [2, 3] },
  ],
  elections: [
    { title: "elections", color: "#e69f00", bars: 0.7 },
    { title: "won", color: "#009e73", bars: 0.35 },
  ],
  terms: [
    { title: "term", color: "#8a94a0", dash: [3, 3], isStepped: true },
    { title: "term with a leader", color: "#009e73", isStepped: true },
  ],
};

/** One colour and one dash for each node, in order. */
const nodeColors = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
const nodeDashes = [[], [6, 3], [2, 3], [10, 3, 2, 3], [12, 4], [4, 2]];

/** The cluster in numbers. Charts are drawn again once a second: more often nobody can read them. */
export function Dashboard({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const shown = useSignal<State>(model.state.peek());
  useSignalEffect(() => {
    const state = model.state.value;
    if (Math.floor(state.at / 1_000) !== Math.floor(shown.peek().at / 1_000) || shown.peek().at < 0) shown.value = state;
  });
  const toEpochMs = model.welcome.value?.toEpochMs ?? 0;
  const messages = useComputed(() => messagesBySecond(shown.value, toEpochMs));
  const elections = useComputed(() => electionsByMinute(shown.value, toEpochMs));
  const terms = useComputed(() => termHistory(shown.value, toEpochMs));
  const commits = useComputed(() => commitsOf(shown.value, toEpochMs));
  const state = shown.value;
  const commit = state.history.committed.index;
  const nodeLines = commits.value.nodes.map((node, place) => ({
    title: `node ${node}`,
    color: nodeColors[place % nodeColors.length] ?? "#888888",
    dash: nodeDashes[place % nodeDashes.length] ?? [],
  }));
  return (
    <div class="dashboard">
      <LeaderTile cluster={cluster} />
      <NumberTiles />
      <Chart
        title="Term history"
        now={countWords(Math.max(0, ...cluster.nodes.map(({ sample }) => sample?.term ?? 0)))}
        unit="highest term"
        lines={lines.terms}
        data={terms.value}
        valueWords={countWords}
      />
      <Chart
        title="Elections per minute"
        now={countWords(elections.value[1]?.at(-1) ?? 0)}
        unit="in this minute"
        lines={lines.elections}
        data={elections.value}
        isFromZero
        valueWords={countWords}
      />
      <Chart
        title="Messages per second"
        now={rateWords(perSecond(state, "sent") ?? 0)}
        unit="sent each second"
        lines={lines.messages}
        data={messages.value}
        isFromZero
        valueWords={countWords}
      />
      <Chart
        title="Commit index"
        now={countWords(commit)}
        unit="committed"
        lines={nodeLines}
        data={commits.value.columns}
        valueWords={countWords}
      />
      <Replication cluster={cluster} />
      <Stages state={state} />
      <LinkMatrix cluster={cluster} />
    </div>
  );
}
