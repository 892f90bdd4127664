import type { Verdict } from "../../observe/verdict.ts";
import type { SourceStatus } from "../source/source.ts";

const icons = { good: "ok", warned: "warning", bad: "bad", unknown: "unknown" } as const;

/** The verdict where the page is one tab of many: its title and its icon. */
export function showInTab(verdict: Verdict, status: SourceStatus): void {
  const isOpen = status.is === "open";
  const title = isOpen ? `${verdict.title} – Balsa` : "Not connected – Balsa";
  if (document.title !== title) document.title = title;
  const href = `/icons/${isOpen ? icons[verdict.health] : "unknown"}.svg`;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon !== null && icon.getAttribute("href") !== href) icon.href = href;
}
