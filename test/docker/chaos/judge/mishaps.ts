import { errorText } from "../../../../src/terminal/error-text.ts";
import type { Violation, ViolationKind } from "./violations.ts";

/** What goes wrong beside what is judged. It is a violation, and the rest of the run is looked at all the same. */
export class Mishaps {
  readonly violations: Violation[] = [];

  add(kind: ViolationKind, sentence: string): void {
    this.violations.push({ kind, key: null, sentence });
  }

  /** What it comes to, or `otherwise` where it fails. */
  async orElse<T>(kind: ViolationKind, what: string, ask: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      this.add(kind, `${what}: ${errorText(error)}`);
      return otherwise;
    }
  }
}
