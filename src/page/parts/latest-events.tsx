import { timeOfDay } from "../base/format.ts";
import type { EventRow } from "../model/event-list.ts";
import { useModel } from "./model-context.ts";

const rowsMax = 9;
/** Events that are looked through for them; beyond that nothing is late any more. */
const lookedAtMax = 5_000;

/** The newest of what is worth a look each time: no messages, and nothing that comes with every write. */
export function LatestEvents() {
  const model = useModel();
  const toEpochMs = model.welcome.value?.toEpochMs ?? 0;
  const rows = model.events.version.value >= 0 ? latest(model.events.rows) : [];
  return (
    <section class="card latest" aria-labelledby="latest-title">
      <h2 id="latest-title">What happened last</h2>
      {rows.length === 0 && <p class="note">Nothing yet.</p>}
      <ol>
        {rows.map((row) => (
          <li key={row.key} class={`in-${row.group}`}>
            <time>{timeOfDay(row.record.at + toEpochMs).slice(0, 8)}</time>
            <span class="who">{row.record.node === 0 ? "server" : `node ${row.record.node}`}</span>
            <span>{model.events.textOf(row)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function latest(rows: readonly EventRow[]): EventRow[] {
  const found: EventRow[] = [];
  const oldest = Math.max(0, rows.length - lookedAtMax);
  for (let place = rows.length - 1; place >= oldest && found.length < rowsMax; place -= 1) {
    const row = rows[place];
    if (row !== undefined && row.group !== "messages" && row.group !== "log") found.push(row);
  }
  return found;
}
