import type { NodeSample } from "../../observe/live.ts";
import { countWords } from "../../observe/words.ts";
import { termColor } from "../base/term-colors.ts";
import { isDark } from "../base/theme.ts";
import { useModel } from "../parts/model-context.ts";
import { progressWords, termAt } from "./entries.ts";

const rowsMax = 12;

/** The newest entries of a node's log, the newest first, with what they say. */
export function EntryList({ sample }: { readonly sample: NodeSample }) {
  const model = useModel();
  // An answer with what they say may have come.
  const hasTexts = model.texts.version.value >= 0;
  const count = Math.min(rowsMax, sample.lastIndex - sample.firstIndex + 1);
  if (count <= 0) return <p class="note">Its log is empty.</p>;
  const indexes = Array.from({ length: count }, (_, place) => sample.lastIndex - place);
  return (
    <ol class="entries" aria-label="Newest entries">
      {indexes.map((index) => {
        const term = termAt(sample, index);
        const entry = hasTexts ? model.texts.entry(sample.node, index, term) : null;
        return (
          <li key={index} class={index <= sample.commitIndex ? "is-committed" : ""}>
            <i style={{ background: term === null ? "transparent" : termColor(term, isDark.value) }} />
            <b>{`${term ?? "?"}.${countWords(index)}`}</b>
            <code>{entry === null ? "…" : entry.text === "" ? `(${entry.kind})` : entry.text}</code>
            <small>{progressWords(sample, index)}</small>
          </li>
        );
      })}
    </ol>
  );
}
