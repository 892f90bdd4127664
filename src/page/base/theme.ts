import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const key = "balsa-theme";
const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
const stillSystem = window.matchMedia("(prefers-reduced-motion: reduce)");

/** What the viewer has chosen. */
export const theme = signal<Theme>(remembered());
export const isDark = signal(darkSystem.matches);
/** Whether what moves is to be shown in steps. */
export const isStill = signal(stillSystem.matches);

/** Follows the viewer's choice and the system from now on. */
export function startTheme(): void {
  const show = (): void => {
    isDark.value = theme.value === "dark" || (theme.value === "system" && darkSystem.matches);
    isStill.value = stillSystem.matches;
    document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
  };
  darkSystem.addEventListener("change", show);
  stillSystem.addEventListener("change", show);
  theme.subscribe(show);
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  try {
    localStorage.setItem(key, chosen);
  } catch {
    // A browser that keeps nothing shows it this time.
  }
}

/** Value of a colour of the style sheet, for what is drawn on canvas. */
export function cssColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function remembered(): Theme {
  try {
    const found = localStorage.getItem(key);
    return found === "light" || found === "dark" ? found : "system";
  } catch {
    return "system";
  }
}
