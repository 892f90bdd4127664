import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** One text of the built programs and what is put in its place. */
export interface Planted {
  /** Path under dist/. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const root = resolve(__dirname, "../../../..");

/** A copy of the build with mistakes planted in its text, so that nothing in the real code need know of them. */
export class MutatedBuild {
  readonly #folder = mkdtempSync(join(tmpdir(), "balsa-mutated-"));

  /** @throws Error unless each text to be replaced stands in its file exactly once */
  constructor(planted: readonly Planted[]) {
    try {
      cpSync(join(root, "dist"), this.dist, { recursive: true });
      // What the programs need beside themselves is found beside their folder.
      for (const name of ["node_modules", "package.json"]) symlinkSync(join(root, name), join(this.#folder, name));
      for (const each of planted) this.#plant(each);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** The folder with the programs. */
  get dist(): string {
    return join(this.#folder, "dist");
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #plant({ file, find, replace }: Planted): void {
    const path = join(this.dist, file);
    const text = readFileSync(path, "utf8");
    const places = text.split(find).length - 1;
    if (places !== 1) throw new Error(`dist/${file} has this text ${places} times, not once: ${find}`);
    writeFileSync(
      path,
      text.replace(find, () => replace),
    );
  }
}
