import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Format } from "esbuild";
import { type OneNode, startOneNode } from "../main/one-node.ts";
import { freePorts } from "../support/free-ports.ts";
import { type Installed, installPackage, run } from "./installed.ts";

// A program made into one file, as for a function in a cloud or a small image: what the package needs is in that file,
// for beside it there is nothing.

jest.setTimeout(180_000);

/** Grpc-js is CommonJS, whose `require` a bundle of modules must be given. As docs/client.md says. */
const banner = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

const client = `
const program = async () => {
  const client = new BalsaClient({ endpoints: [process.argv[2]] });
  const { revision } = await client.set("boat", "balsa");
  for await (const change of client.watch({ key: "boat", from: revision })) {
    console.log(change.key, change.value);
    break;
  }
  console.log((await client.get("boat")).revision === revision);
  await client.close();
};
void program();
`;

const node = `
const program = async () => {
  const [, , peer, address, dataDir] = process.argv;
  const node = await createNode({ id: 1, listen: peer, clientListen: address, dataDir });
  const client = new BalsaClient({ endpoints: [address] });
  await client.set("boat", "balsa");
  console.log((await client.get("boat")).value);
  await client.close();
  await node.stop();
};
void program();
`;

let installed: Installed;
let away: string;
beforeAll(async () => {
  installed = await installPackage();
  away = mkdtempSync(join(tmpdir(), "balsa-bundle-"));
});
afterAll(() => {
  installed?.remove();
  rmSync(away, { recursive: true, force: true });
});

const formats: [Format, boolean][] = [
  ["esm", false],
  ["esm", true],
  ["cjs", false],
  ["cjs", true],
];

describe("a program that is a client", () => {
  let served: OneNode;
  beforeAll(async () => {
    served = await startOneNode();
  });
  afterAll(() => served?.remove());

  test.each(formats)("runs as one file of format %s, minified: %s", async (format, minify) => {
    const file = await bundle("client", `import { BalsaClient } from "balsa";${client}`, { format, minify });
    expect(await output(file, served.address)).toBe("boat balsa\ntrue\n");
  });

  test("runs as one file also where its bundler takes in the whole package", async () => {
    const file = await bundle("all", `const { BalsaClient } = require("balsa");${client}`, { format: "cjs", minify: false });
    expect(await output(file, served.address)).toBe("boat balsa\ntrue\n");
  });

  test("has nothing of a node in that file", async () => {
    const file = await bundle("client", `import { BalsaClient } from "balsa";${client}`, { format: "esm", minify: false });
    expect(readFileSync(file, "utf8")).not.toMatch(/node_modules\/(classic-level|convict|pino)\//);
  });
});

test.each(formats)(
  "a program that is a node runs as one file of format %s beside LevelDB's native module, minified: %s",
  async (format, minify) => {
    const { version } = JSON.parse(readFileSync(join(installed.folder, "node_modules", "classic-level", "package.json"), "utf8"));
    writeFileSync(join(away, "package.json"), JSON.stringify({ private: true }));
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `classic-level@${version}`], { cwd: away });
    const program = `import { BalsaClient, createNode } from "balsa";${node}`;
    const file = await bundle("node", program, { format, minify, external: ["classic-level"] });
    const addresses = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
    expect(await output(file, ...addresses, join(away, `data-${format}-${minify}`))).toBe("balsa\n");
  },
);

/** Bundles a program of somebody who has the package installed, and gives the one file, in another place. */
async function bundle(
  name: string,
  program: string,
  options: { format: Format; minify: boolean; external?: string[] },
): Promise<string> {
  const { format, minify } = options;
  const file = join(away, `${name}${minify ? ".min" : ""}.${format === "esm" ? "mjs" : "cjs"}`);
  await build({
    stdin: { contents: program, resolveDir: installed.folder },
    bundle: true,
    platform: "node",
    ...options,
    outfile: file,
    logLevel: "silent",
    ...(format === "esm" && { banner: { js: banner } }),
  });
  return file;
}

async function output(file: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [file, ...args], { cwd: away, timeout: 60_000 });
  return stdout;
}
