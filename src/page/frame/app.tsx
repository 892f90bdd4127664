import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { verdictOf } from "../../observe/verdict.ts";
import { ControlsView } from "../controls/controls-view.tsx";
import { Dashboard } from "../dashboard/dashboard.tsx";
import { EventsView } from "../events/events-view.tsx";
import { LogView } from "../log/log-view.tsx";
import { seenCluster } from "../model/nodes.ts";
import { useModel } from "../parts/model-context.ts";
import { Tooltip } from "../parts/tooltip.tsx";
import { Picture } from "../picture/picture.tsx";
import { ConnectionNote } from "./connection-note.tsx";
import { Header } from "./header.tsx";
import { Help } from "./help.tsx";
import { useKeys } from "./keys.ts";
import { Rail } from "./rail.tsx";
import { showInTab } from "./tab.ts";

const views = { picture: "Picture", log: "Log", dashboard: "Dashboard", events: "Events", controls: "Controls" } as const;

type ViewName = keyof typeof views;

/** The whole page: what is always there, and the view that the viewer has chosen. */
export function App() {
  const model = useModel();
  const view = useSignal<ViewName>(viewOfAddress());
  const isHelpOpen = useSignal(false);
  const cluster = useComputed(() => seenCluster(model.state.value, (node) => model.deeds.of(node)));
  const verdict = useComputed(() => verdictOf(model.state.value));
  useSignalEffect(() => showInTab(verdict.value, model.status.value));
  useKeys(model, isHelpOpen);
  const can = model.can.value;
  const names = (Object.keys(views) as ViewName[]).filter(
    (name) => name !== "controls" || can.control || can.faults || can.processes,
  );
  const chosen = names.includes(view.value) ? view.value : "picture";
  const hasNews = model.welcome.value !== null;
  return (
    <>
      <Header verdict={verdict.value} isHelpOpen={isHelpOpen} />
      <nav aria-label="Views">
        {names.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === chosen ? "page" : undefined}
            onClick={() => {
              view.value = name;
            }}
          >
            {views[name]}
          </button>
        ))}
      </nav>
      <ConnectionNote />
      <main>
        {!hasNews && <p class="card empty">Waiting for the first news of the cluster.</p>}
        {hasNews && chosen === "picture" && <Picture cluster={cluster.value} />}
        {hasNews && chosen === "log" && <LogView cluster={cluster.value} />}
        {hasNews && chosen === "dashboard" && <Dashboard cluster={cluster.value} />}
        {hasNews && chosen === "events" && <EventsView cluster={cluster.value} />}
        {hasNews && chosen === "controls" && <ControlsView cluster={cluster.value} />}
      </main>
      <Rail />
      <Tooltip />
      <p class="hidden" role="status" aria-live="polite">
        {model.news.sentence.value}
      </p>
      <Help isOpen={isHelpOpen} />
    </>
  );
}

/** `?view=events` opens a view at once. */
function viewOfAddress(): ViewName {
  const wanted = new URLSearchParams(location.search).get("view") ?? "";
  return wanted in views ? (wanted as ViewName) : "picture";
}
