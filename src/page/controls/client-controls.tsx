import { useSignal } from "@preact/signals";
import type { SeenCluster } from "../model/nodes.ts";
import { useModel } from "../parts/model-context.ts";
import { NodeChoice, TextField } from "./fields.tsx";

/** What a client does: write and read. */
export function ClientControls({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const ids = cluster.nodes.map(({ id }) => id);
  const node = useSignal(0);
  const command = useSignal("set color blue");
  const key = useSignal("color");
  const by = node.value === 0 ? "" : ` by node ${node.value}`;
  return (
    <section class="card" aria-labelledby="client-title">
      <h2 id="client-title">As a client</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void model.control(`Submit "${command.value}"${by}`, { do: "submit", node: node.value, command: command.value });
        }}
      >
        <NodeChoice label="By node" ids={ids} chosen={node} any="any" />
        <TextField label="Command" value={command} hint="set KEY VALUE" />
        <button type="submit">Submit</button>
      </form>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void model.control(`Read "${key.value}"${by}`, { do: "read", node: node.value, key: key.value });
        }}
      >
        <TextField label="Key" value={key} hint="KEY" />
        <button type="submit">Read</button>
      </form>
      {!model.can.value.values && <p class="note">Values are hidden on this page.</p>}
    </section>
  );
}

/** Who belongs to the cluster, and who leads it. */
export function MemberControls({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const ids = cluster.nodes.map(({ id }) => id);
  const leaving = useSignal(ids.at(-1) ?? 0);
  const address = useSignal("");
  return (
    <section class="card" aria-labelledby="members-title">
      <h2 id="members-title">Members</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void model.control(`Add ${address.value}`, { do: "addNode", peerAddress: address.value });
        }}
      >
        <TextField label="Address for peers of a new node" value={address} hint="127.0.0.1:7006" />
        <button type="submit">Add</button>
      </form>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void model.control(`Remove node ${leaving.value}`, { do: "removeNode", node: leaving.value });
        }}
      >
        <NodeChoice label="Node that leaves" ids={ids} chosen={leaving} />
        <button type="submit" class="harm">
          Remove
        </button>
      </form>
    </section>
  );
}
