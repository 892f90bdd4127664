import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Model } from "../model/model.ts";

/** Elements that take keys for themselves. */
const typing = "input, select, textarea, summary, dialog";

export const keyHelp: readonly (readonly [key: string, does: string])[] = [
  ["Space", "pauses the picture, or lets it go on"],
  ["L", "goes back to live"],
  ["1 to 9", "opens the details of that node"],
  ["Esc", "closes details and help"],
  ["?", "opens this help"],
];

export function useKeys(model: Model, isHelpOpen: Signal<boolean>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.ctrlKey || event.metaKey || event.altKey || target?.closest(typing)) return;
      // Space on a button presses it.
      if (event.key === " " && target?.closest("button") === null) {
        event.preventDefault();
        model.togglePause();
      } else if (event.key === "l" || event.key === "L") model.backToLive();
      else if (event.key === "?") isHelpOpen.value = true;
      else if (event.key === "Escape") model.selected.value = 0;
      else if (/^[1-9]$/.test(event.key)) model.selected.value = model.selected.value === Number(event.key) ? 0 : Number(event.key);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [model, isHelpOpen]);
}
