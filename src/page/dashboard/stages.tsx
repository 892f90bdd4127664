import { leadershipOf } from "../../observe/leadership.ts";
import type { State } from "../../observe/live.ts";
import { stagesOf } from "../../observe/measure.ts";
import { writeStages } from "../../observe/verdict.ts";
import { countWords, millisWords } from "../../observe/words.ts";
import { reachable } from "../parts/reachable.ts";

const colors = ["#56b4e9", "#0072b2", "#e69f00", "#009e73", "#cc79a7"];

/** Where the time of a write goes, at the leader. */
export function Stages({ state }: { readonly state: State }) {
  const leader = leadershipOf(state.nodes)?.leader ?? 0;
  const stages = stagesOf(state, leader).filter(({ name }) => name in writeStages);
  const total = stages.reduce((sum, { meanMs }) => sum + meanMs, 0);
  return (
    <section class="card wide stages" aria-labelledby="stages-title">
      <h2 id="stages-title">Where a write's time goes</h2>
      {total === 0 ? (
        <p class="note">No writes of late: submit one, and its way is measured here.</p>
      ) : (
        <>
          <div class="bar" aria-hidden="true">
            {stages.map(({ name, meanMs }) => (
              <i key={name} style={{ flexGrow: String(meanMs / total), background: colorOf(name) }} />
            ))}
          </div>
          <section class="scroller" aria-label="Stages of a write" {...reachable}>
            <table>
              <thead>
                <tr>
                  {["Stage", "Writes", "Mean", "Half take at most", "99 % take at most"].map((title) => (
                    <th key={title} scope="col">
                      {title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {stages.map(({ name, count, meanMs, p50Ms, p99Ms }) => (
                  <tr key={name}>
                    <th scope="row">
                      <i class="swatch" style={{ background: colorOf(name) }} />
                      {writeStages[name]}
                    </th>
                    <td>{countWords(count)}</td>
                    <td>{millisWords(meanMs)}</td>
                    <td>{millisWords(p50Ms)}</td>
                    <td>{millisWords(p99Ms)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </>
      )}
    </section>
  );
}

function colorOf(name: string): string {
  return colors[Object.keys(writeStages).indexOf(name)] ?? "#8a94a0";
}
