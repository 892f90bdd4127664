import { type Signal, useSignal } from "@preact/signals";
import type { Action } from "../../observe/live.ts";
import type { SeenCluster } from "../model/nodes.ts";
import { useModel } from "../parts/model-context.ts";
import { NodeChoice, NumberField } from "./fields.tsx";

/** The link that is chosen, in one direction or in both. */
interface Choice {
  readonly from: Signal<number>;
  readonly to: Signal<number>;
  readonly isBoth: Signal<boolean>;
}

/** Harm to the way from one node to another. */
export function LinkControls({ cluster }: { readonly cluster: SeenCluster }) {
  const ids = cluster.nodes.map(({ id }) => id);
  const choice: Choice = { from: useSignal(ids[0] ?? 0), to: useSignal(ids[1] ?? 0), isBoth: useSignal(true) };
  const isSame = choice.from.value === choice.to.value;
  return (
    <section class="card" aria-labelledby="link-title">
      <h2 id="link-title">A link</h2>
      <CutForm choice={choice} ids={ids} />
      <SlowForm choice={choice} />
      {isSame && <p class="note">Choose two nodes.</p>}
    </section>
  );
}

function CutForm({ choice, ids }: { readonly choice: Choice; readonly ids: readonly number[] }) {
  const model = useModel();
  const { from, to, isBoth } = choice;
  const way = `${from.value} ${isBoth.value ? "↔" : "→"} ${to.value}`;
  const cut = (): void => void model.control(`Cut ${way}`, { do: "cut", from: from.value, to: to.value, both: isBoth.value });
  const heal = (node: number): void => void model.control(`Heal node ${node}`, { do: "heal", node });
  return (
    <div class="form">
      <NodeChoice label="From" ids={ids} chosen={from} />
      <NodeChoice label="To" ids={ids} chosen={to} />
      <label class="check">
        <input
          type="checkbox"
          checked={isBoth.value}
          onChange={({ currentTarget }) => {
            isBoth.value = currentTarget.checked;
          }}
        />
        both ways
      </label>
      <button type="button" class="harm" disabled={from.value === to.value} onClick={cut}>
        Cut
      </button>
      <button
        type="button"
        onClick={() => {
          heal(from.value);
          heal(to.value);
        }}
      >
        Heal both nodes
      </button>
    </div>
  );
}

function SlowForm({ choice }: { readonly choice: Choice }) {
  const model = useModel();
  const delayMs = useSignal(200);
  const jitterMs = useSignal(50);
  const percent = useSignal(30);
  const { from, to, isBoth } = choice;
  const isSame = from.value === to.value;
  const act = (what: string, make: (link: { readonly from: number; readonly to: number }) => Action): void => {
    const links = [{ from: from.value, to: to.value }, ...(isBoth.value ? [{ from: to.value, to: from.value }] : [])];
    for (const link of links) void model.control(`${what} ${link.from} → ${link.to}`, make(link));
  };
  const delay = (): void => act("Delay", (link) => ({ do: "delay", ...link, delayMs: delayMs.value, jitterMs: jitterMs.value }));
  const lose = (): void => act("Lose on", (link) => ({ do: "lose", ...link, ratio: percent.value / 100 }));
  return (
    <div class="form">
      <NumberField label="Delay, ms" value={delayMs} most={60_000} />
      <NumberField label="± ms" value={jitterMs} most={60_000} />
      <button type="button" class="harm" disabled={isSame} onClick={delay}>
        Delay
      </button>
      <NumberField label="Lose, %" value={percent} most={100} />
      <button type="button" class="harm" disabled={isSame} onClick={lose}>
        Lose
      </button>
    </div>
  );
}
