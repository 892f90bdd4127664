import { ratesOf } from "../../observe/measure.ts";
import { rateWords } from "../../observe/words.ts";
import type { SeenCluster } from "../model/nodes.ts";
import { useModel } from "../parts/model-context.ts";
import { reachable } from "../parts/reachable.ts";

/** Messages and losses of every link, in each direction. */
export function LinkMatrix({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const sums = new Map<string, { sent: number; lost: number }>();
  for (const { from, to, sent, received, lost } of ratesOf(model.state.value)) {
    const sum = sums.get(`${from} ${to}`) ?? { sent: 0, lost: 0 };
    sum.sent += Math.max(sent, received);
    sum.lost += lost;
    sums.set(`${from} ${to}`, sum);
  }
  const ids = cluster.nodes.map(({ id }) => id);
  const most = Math.max(1, ...[...sums.values()].map(({ sent }) => sent));
  return (
    <section class="card wide" aria-labelledby="links-title">
      <h2 id="links-title">Links: messages each second, from → to</h2>
      <section class="scroller" aria-label="Messages on each link" {...reachable}>
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">from</th>
              {ids.map((to) => (
                <th key={to} scope="col">{`→ ${to}`}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ids.map((from) => (
              <tr key={from}>
                <th scope="row">{from}</th>
                {ids.map((to) => {
                  const sum = sums.get(`${from} ${to}`);
                  if (from === to) return <td key={to} class="self" />;
                  return (
                    <td key={to} style={{ "--share": String(Math.sqrt((sum?.sent ?? 0) / most)) }}>
                      {sum === undefined ? "–" : rateWords(sum.sent)}
                      {sum !== undefined && sum.lost > 0 && <small class="loss">{`✗ ${rateWords(sum.lost)} lost`}</small>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
