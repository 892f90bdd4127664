import { useModel } from "../parts/model-context.ts";

/** Whether the page hears the server; nothing where all is well. */
export function ConnectionNote() {
  const model = useModel();
  const status = model.status.value;
  if (status.is === "open") return null;
  if (status.is === "connecting") return <p class="connection">Connecting to the dashboard's server.</p>;
  if (status.is === "refused") {
    return (
      <p class="connection is-bad" role="alert">
        {status.why}
      </p>
    );
  }
  return (
    <p class="connection is-bad" role="alert">
      <strong>Not connected.</strong> What you see is old. {status.why} The page connects again by itself
      {status.attempt > 1 ? `; attempt ${status.attempt} failed.` : "."}
    </p>
  );
}
