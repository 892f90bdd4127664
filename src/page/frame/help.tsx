import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Condition, conditions, type SeenNode } from "../model/nodes.ts";
import { Icon } from "../parts/icons.tsx";
import { NodeCircle } from "../picture/node-circle.tsx";
import { keyHelp } from "./keys.ts";

const meanings: Readonly<Record<Condition, string>> = {
  leader: "double outline: a majority follows it",
  follower: "plain outline; the arc is the time until it would stand for election",
  candidate: "dashed outline; a pip for each voter, filled where the vote is there",
  preCandidate: "dotted outline: it asks who would vote for it",
  learner: "hollow: it has the log, and no vote",
  deposed: "broken double outline: calls itself leader, and no majority follows it",
  paused: "its process was stopped on purpose",
  down: "crossed out: there is no process",
  unheard: "dotted and hollow: this page does not hear it; others may",
};

export function Help({ isOpen }: { readonly isOpen: Signal<boolean> }) {
  const place = useRef<HTMLDialogElement>(null);
  const opened = isOpen.value;
  useEffect(() => {
    const dialog = place.current;
    if (opened && dialog?.open === false) dialog.showModal();
    if (!opened && dialog?.open === true) dialog.close();
  }, [opened]);
  const close = (): void => {
    isOpen.value = false;
  };
  return (
    <dialog ref={place} onClose={close} aria-labelledby="help-title">
      {opened && (
        <>
          <header>
            <h2 id="help-title">How to read this page</h2>
            <button type="button" class="quiet" aria-label="Close the help" onClick={close}>
              <Icon name="close" />
            </button>
          </header>
          <h3>Nodes</h3>
          <ul class="samples">
            {(Object.keys(meanings) as Condition[]).map((condition) => (
              <li key={condition}>
                <NodeCircle node={sampleOf(condition)} voters={[1, 2, 3]} />
                <span>
                  <b>{conditions[condition].title}</b>
                  {meanings[condition]}
                </span>
              </li>
            ))}
          </ul>
          <h3>Keys</h3>
          <dl class="keys">
            {keyHelp.map(([key, does]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <p>
            Point at anything for what it holds. Messages take less than a millisecond; arrows are drawn slower so that they can be
            seen, and at high rates the width of a line says how many there are.
          </p>
        </>
      )}
    </dialog>
  );
}

function sampleOf(condition: Condition): SeenNode {
  const nothing = { isHeard: true, since: 0, why: "", sample: null, isMember: true, isVoter: true, progress: null, queued: 0 };
  return { id: 0, condition, ...nothing };
}
