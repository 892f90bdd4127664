import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./installed.ts";

/** One thing that README has a reader do: a command of a shell, or a program. */
export interface Step {
  readonly kind: "command" | "program";
  readonly text: string;
}

/** All that stands in README's code blocks, in its order. */
export function readmeSteps(): Step[] {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  return [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, language = "", text = ""]): Step[] => {
    if (language !== "") return [{ kind: "program", text }];
    const lines = text.replaceAll(/\\\n\s*/g, "").split("\n");
    return lines.filter((line) => line.trim() !== "").map((line) => ({ kind: "command", text: line }));
  });
}
