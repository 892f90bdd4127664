import { useSignal } from "@preact/signals";
import { useModel } from "../parts/model-context.ts";
import { contentsOf, flightOf } from "./message-words.ts";

const rowsMax = 12;

/** The messages that the picture shows, for whoever does not look at it. */
export function MessageTable() {
  const model = useModel();
  const isOpen = useSignal(false);
  // A new frame may have brought some.
  const isFresh = model.state.value.at > 0;
  const arrows = isOpen.value && isFresh ? model.arrows.arrows.slice(-rowsMax) : [];
  return (
    <details
      class="as-table"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>Messages as a table</summary>
      <table>
        <caption class="hidden">The newest messages</caption>
        <thead>
          <tr>
            <th scope="col">Message</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Contents</th>
            <th scope="col">Way</th>
          </tr>
        </thead>
        <tbody>
          {[...arrows].reverse().map((arrow) => (
            <tr key={`${arrow.key} ${arrow.sentAt}`}>
              <th scope="row">{arrow.kind.title}</th>
              <td>{arrow.from}</td>
              <td>{arrow.to}</td>
              <td>
                {contentsOf(arrow)
                  .map(([name, value]) => `${name} ${value}`)
                  .join(", ")}
              </td>
              <td>{flightOf(arrow)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
