import type { Signal } from "@preact/signals";
import type { Verdict } from "../../observe/verdict.ts";
import { countWords } from "../../observe/words.ts";
import { chooseTheme, isDark } from "../base/theme.ts";
import { Icon } from "../parts/icons.tsx";
import { useModel } from "../parts/model-context.ts";

const healthTitles = { good: "Well", warned: "Works, with trouble", bad: "Does not work", unknown: "Not known" } as const;

/** What matters most, and whether what is shown is now. */
export function Header({ verdict, isHelpOpen }: { readonly verdict: Verdict; readonly isHelpOpen: Signal<boolean> }) {
  const model = useModel();
  const isPaused = model.isPaused.value;
  const [first, ...others] = verdict.parts;
  const status = model.status.value;
  return (
    <header class={`top is-${verdict.health}`}>
      <svg class="health" viewBox="0 0 24 24" role="img" aria-label={healthTitles[verdict.health]}>
        <title>{healthTitles[verdict.health]}</title>
        <circle cx="12" cy="12" r="10" />
        <path d={healthSigns[verdict.health]} />
      </svg>
      <h1>
        <strong>{first?.text ?? "Nothing is known yet."}</strong> <span>{others.map(({ text }) => text).join(" ")}</span>
      </h1>
      <div class="tools">
        {status.is === "open" && !isPaused && <span class="live">Live</span>}
        {isPaused && (
          <button type="button" class="primary" onClick={() => model.backToLive()}>
            <Icon name="live" /> Back to live
          </button>
        )}
        <button
          type="button"
          aria-pressed={isPaused}
          onClick={() => model.togglePause()}
          title="Stops the picture, not the cluster (Space)"
        >
          <Icon name={isPaused ? "play" : "pause"} /> <span class="long">{isPaused ? "Go on" : "Pause picture"}</span>
        </button>
        <button
          type="button"
          aria-label={isDark.value ? "Light colours" : "Dark colours"}
          onClick={() => chooseTheme(isDark.value ? "light" : "dark")}
        >
          <Icon name={isDark.value ? "sun" : "moon"} />
        </button>
        <button
          type="button"
          aria-label="Help"
          onClick={() => {
            isHelpOpen.value = true;
          }}
        >
          <Icon name="help" />
        </button>
      </div>
      {isPaused && (
        <p class="paused-note">
          {`The picture is paused; the cluster is not. ${countWords(model.waiting.value)} frames have come since.`}
        </p>
      )}
    </header>
  );
}

/** Drawn in the dot, so that colour is not all that tells. */
const healthSigns = {
  good: "M7 12.5l3.5 3.5L17 9",
  warned: "M12 6.5v7M12 16.5v.6",
  bad: "M8 8l8 8M16 8l-8 8",
  unknown: "M9.5 9.5a2.6 2.6 0 1 1 3.6 2.4c-.8.4-1.1.9-1.1 1.8M12 16.8v.3",
} as const;
