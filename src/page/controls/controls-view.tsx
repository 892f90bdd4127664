import { useComputed, useSignal } from "@preact/signals";
import { faultsNow } from "../../observe/measure.ts";
import { durationWords } from "../../observe/words.ts";
import type { SeenCluster } from "../model/nodes.ts";
import { useModel } from "../parts/model-context.ts";
import { ClientControls, MemberControls } from "./client-controls.tsx";
import { LinkControls } from "./link-controls.tsx";
import { AllNodeControls } from "./node-controls.tsx";

/** All that can be done to the cluster. Each control answers with what happened, and stands in everybody's events. */
export function ControlsView({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const can = model.can.value;
  return (
    <div class="controls">
      <div>
        {can.processes && <WholeCluster />}
        <section class="card" aria-labelledby="nodes-title">
          <h2 id="nodes-title">Nodes</h2>
          <AllNodeControls cluster={cluster} />
        </section>
        <Answers />
      </div>
      <div>
        {can.faults && <LinkControls cluster={cluster} />}
        {can.faults && <StandingFaults />}
        {can.control && <ClientControls cluster={cluster} />}
        {can.control && <MemberControls cluster={cluster} />}
      </div>
    </div>
  );
}

function WholeCluster() {
  const model = useModel();
  return (
    <section class="card" aria-labelledby="whole-title">
      <h2 id="whole-title">The whole cluster</h2>
      <p class="note">This stops the nodes themselves. The button at the top stops only the picture.</p>
      <div class="buttons">
        <button type="button" class="harm" onClick={() => void model.control("Pause the cluster", { do: "pause", node: 0 })}>
          Pause the cluster
        </button>
        <button type="button" onClick={() => void model.control("Resume the cluster", { do: "resume", node: 0 })}>
          Resume the cluster
        </button>
      </div>
    </section>
  );
}

function StandingFaults() {
  const model = useModel();
  const faults = useComputed(() => faultsNow(model.state.value));
  return (
    <section class="card" aria-labelledby="faults-title">
      <h2 id="faults-title">Faults in force</h2>
      {faults.value.length === 0 ? (
        <p class="note">None: nothing is broken on purpose.</p>
      ) : (
        <ul class="faults">
          {faults.value.map(({ node, id, what, endsInMs }) => (
            <li key={`${node} ${id}`}>
              <b>{`Node ${node}`}</b> {what}
              <small>{endsInMs === null ? "until it is healed" : `for ${durationWords(endsInMs)} more`}</small>
            </li>
          ))}
        </ul>
      )}
      <div class="buttons">
        <button type="button" onClick={() => void model.control("Heal everything", { do: "heal", node: 0 })}>
          Heal everything
        </button>
      </div>
    </section>
  );
}

function Answers() {
  const model = useModel();
  const isEmpty = useSignal(false);
  isEmpty.value = model.answers.value.length === 0;
  return (
    <section class="card answers" aria-labelledby="answers-title">
      <h2 id="answers-title">What came of it</h2>
      {isEmpty.value ? (
        <p class="note">Nothing has been asked for from this page.</p>
      ) : (
        <ol>
          {model.answers.value.map(({ key, what, ok, text }) => (
            <li key={key} class={ok === null ? "is-open" : ok ? "is-done" : "is-refused"}>
              <b>{what}</b> {text}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
