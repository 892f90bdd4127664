// Compiles src/ into dist/, and the live page into dist/page/: `npm run build`. Programs may run from there meanwhile, or start: so nothing is compiled in
// place, but each file that has changed is moved over the old one as a whole, and what is no longer made goes away.
//
// The entries of the package are bundled: a module costs each program that imports it memory and a look at the disk, and a
// client has some fifty. What several of them need is in parts of its own, so a class is the same whichever entry it comes from.
//
// With --if-possible, as `npm ci` calls it, it is no error if there is no compiler or no source, as where an image is built.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const dist = join(root, "dist");
/** What `exports` in package.json names. */
const entries = ["balsa.js", "balsa-client.js", "balsa-node.js"];

const ifPossible = process.argv.includes("--if-possible");

if (existsSync(compiler) && (existsSync(join(root, "src")) || !ifPossible)) process.exitCode = await build();
else if (!ifPossible) {
  console.error(`The compiler is not installed. In ${root}, run: npm ci`);
  process.exitCode = 1;
}

async function build() {
  // Beside dist/, so that a move is no copy.
  const fresh = join(root, `dist-${process.pid}-${Date.now()}`);
  try {
    const args = [compiler, "--project", join(root, "tsconfig.build.json"), "--outDir", fresh];
    const { status, error } = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (error) console.error(`The compiler cannot be run: ${error.message}`);
    if (status !== 0) return 1;
    await buildPage(join(fresh, "page"));
    await bundleEntries(join(fresh, "main"));
    replace(fresh);
    return 0;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Bundles the live page into `folder`. What it was made of is noted beside it: unless that has changed, the old one is taken as it is. */
async function buildPage(folder) {
  const mark = pageMark();
  const old = join(dist, "page");
  if (existsSync(join(old, "made-of.txt")) && readFileSync(join(old, "made-of.txt"), "utf8") === mark) {
    cpSync(old, folder, { recursive: true });
    return;
  }
  const { build } = await import("vite");
  await build({
    configFile: false,
    root: join(root, "src", "page"),
    logLevel: "warn",
    // No file becomes a data: address, which the server's policy for contents forbids.
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // How long its parts take is nothing that whoever builds can do anything about.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  writeFileSync(join(folder, "made-of.txt"), mark);
}

/** One number for all that the page may be made of. */
function pageMark() {
  const hash = createHash("sha256");
  const folders = ["page", "observe", "core", "node"].map((name) => join(root, "src", name));
  const sources = folders.flatMap((folder) => filesUnder(folder).map((name) => join(folder, name)));
  for (const file of [...sources.sort(), join(root, "package-lock.json"), fileURLToPath(import.meta.url)]) {
    hash.update(`${file.slice(root.length)}\n`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** What else is in dist/ stays as it is compiled: the programs import it. */
async function bundleEntries(main) {
  const { build: bundle } = await import("esbuild");
  await bundle({
    entryPoints: entries.map((name) => join(main, name)),
    outdir: main,
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    chunkNames: "parts/[name]-[hash]",
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "linked",
    sourcesContent: false,
    logLevel: "warning",
  });
}

/** Makes dist/ what `fresh` is. Another build at the same time does the same. */
function replace(fresh) {
  if (!existsSync(dist)) {
    try {
      renameSync(fresh, dist);
      return;
    } catch {
      // Another build was first.
    }
  }
  const made = filesUnder(fresh);
  // What is new goes first, for what has changed may need it.
  for (const name of [...made.filter((name) => !isThere(name)), ...made.filter(isThere)]) {
    const [from, to] = [join(fresh, name), join(dist, name)];
    if (isThere(name) && readFileSync(from).equals(readFileSync(to))) continue;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
  for (const name of filesUnder(dist)) if (!made.includes(name)) rmSync(join(dist, name), { force: true });
}

function isThere(name) {
  return existsSync(join(dist, name));
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
