import { countWords } from "../../observe/words.ts";
import type { SeenCluster } from "../model/nodes.ts";

/** The same as the strip, for whoever does not look at it. */
export function LogTable({ cluster }: { readonly cluster: SeenCluster }) {
  return (
    <details class="as-table">
      <summary>Logs as a table</summary>
      <table>
        <caption class="hidden">The log of each node</caption>
        <thead>
          <tr>
            {["Node", "First", "Last", "On disk", "Commit", "Applied", "Match", "Next", "Terms from"].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cluster.nodes.map(({ id, sample, progress }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              {[
                sample?.firstIndex,
                sample?.lastIndex,
                sample?.durableIndex,
                sample?.commitIndex,
                sample?.appliedIndex,
                progress?.matchIndex,
                progress?.nextIndex,
              ].map((value, place) => (
                <td key={`${id} ${String(place)}`}>{value === undefined ? "–" : countWords(value)}</td>
              ))}
              <td>
                {(sample?.runs ?? [])
                  .slice(-4)
                  .map(({ first, term }) => `${term} from ${countWords(first)}`)
                  .join(", ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
