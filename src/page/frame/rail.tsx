import { useComputed, useSignal } from "@preact/signals";
import type { Band } from "../../observe/history.ts";
import type { State } from "../../observe/live.ts";
import { countWords, durationWords } from "../../observe/words.ts";
import { termColor } from "../base/term-colors.ts";
import { isDark } from "../base/theme.ts";
import { useModel } from "../parts/model-context.ts";
import { Segmented } from "../parts/segmented.tsx";

const spans = { "1": 60_000, "5": 300_000, "30": 1_800_000 } as const;

type SpanName = keyof typeof spans;

interface Piece {
  readonly band: Band;
  /** Shares of the rail, from 0 to 1. */
  readonly start: number;
  readonly width: number;
}

/** Who led when: a band for each term, hatched where nobody led. */
export function Rail() {
  const model = useModel();
  const span = useSignal<SpanName>("5");
  const pieces = useComputed(() => piecesOf(model.state.value, spans[span.value]));
  const state = model.state.value;
  const words = pieces.value.map(({ band }) => bandWords(band, state.at));
  return (
    <footer class="rail">
      <Segmented
        label="How far back the rail reaches"
        chosen={span.value}
        choices={[
          ["1", "1 min"],
          ["5", "5 min"],
          ["30", "30 min"],
        ]}
        onChoose={(chosen) => {
          span.value = chosen;
        }}
      />
      <div class="bands" role="img" aria-label={`Terms and their leaders, oldest first. ${words.slice(-6).join("; ")}`}>
        {pieces.value.map(({ band, start, width }, place) => (
          <div
            key={`${band.term} ${band.leader} ${band.from}`}
            class={band.leader === 0 ? "gap" : "band"}
            title={words[place]}
            style={{
              left: `${start * 100}%`,
              width: `max(2px, ${width * 100}%)`,
              ...(band.leader === 0 ? {} : { background: termColor(band.term, isDark.value) }),
            }}
          >
            {band.leader !== 0 && (
              <span>
                <i class="long">Term </i>
                {countWords(band.term)}
                <i class="long">{` · node ${band.leader}`}</i>
              </span>
            )}
          </div>
        ))}
      </div>
      <span class="clock" title={clockTitle(model.welcome.value?.clocks)}>
        {clockWords(model.welcome.value?.clocks)}
      </span>
    </footer>
  );
}

interface Clocks {
  readonly kind: string;
  readonly errorMs: number;
}

function clockWords(clocks: Clocks | undefined): string {
  if (clocks === undefined) return "";
  return clocks.kind === "one machine" ? "one clock" : `clocks ± ${clocks.errorMs.toFixed(1)} ms`;
}

function clockTitle(clocks: Clocks | undefined): string {
  return clocks?.kind === "one machine"
    ? "All nodes are on one machine, and share its clock."
    : "Times of different machines are estimated.";
}

function piecesOf(state: State, wantedMs: number): Piece[] {
  // What was not watched yet takes no room, but a minute is the least.
  const spanMs = Math.min(wantedMs, Math.max(60_000, state.at - state.since));
  const from = state.at - spanMs;
  return state.history.bands
    .filter(({ to }) => (to ?? state.at) > from)
    .map((band) => {
      const start = Math.max(0, (band.from - from) / spanMs);
      const end = ((band.to ?? state.at) - from) / spanMs;
      return { band, start, width: Math.max(0, Math.min(1, end) - start) };
    });
}

function bandWords({ term, leader, from, to }: Band, at: number): string {
  const length = durationWords((to ?? at) - from);
  const who = leader === 0 ? `nobody led after term ${term}` : `term ${term}: node ${leader} led`;
  return to === null ? `${who}, for ${length} so far` : `${who}, for ${length}`;
}
