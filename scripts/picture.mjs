// The picture at the head of the README, from a live cluster: `npm run picture`.
//
// Starts five nodes and their page on ports of its own, has a client write and the leader change, and takes the page as it is then, in light and
// in dark. Needs Chromium where test/browser/chromium.json says, or at CHROMIUM.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { BalsaAdmin, BalsaClient } from "../dist/main/balsa-client.js";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const port = 8_850;
const endpoints = Array.from({ length: 5 }, (_, place) => `127.0.0.1:${port + 1 + place}`);
const data = mkdtempSync(join(tmpdir(), "balsa-picture-"));
const paths = [process.env.CHROMIUM, ...JSON.parse(readFileSync(join(root, "test", "browser", "chromium.json"), "utf8"))];
const executablePath = paths.find((path) => path !== undefined && existsSync(path));
if (executablePath === undefined) throw new Error("No Chromium is installed. On Debian: apt-get install chromium");

const cluster = spawn(
  process.execPath,
  [join(root, "dist", "main", "cluster.js"), "--port", port, "--dashboard", port + 80, "--data", data, "--log", "warn"].map(String),
  { stdio: ["ignore", "pipe", "inherit"] },
);
const client = new BalsaClient({ endpoints });
const admin = new BalsaAdmin({ endpoints });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
let writes = true;
try {
  const url = await address(cluster);
  const written = write();
  await sleep(20_000);
  await admin.transferLeadership();
  await sleep(8_000);
  for (const colorScheme of ["light", "dark"]) await take(url, colorScheme);
  writes = false;
  await written;
} finally {
  await browser.close();
  await client.close();
  if (cluster.exitCode === null) {
    const ended = new Promise((resolve) => cluster.once("close", resolve));
    cluster.kill("SIGINT");
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
}

/** The address of the page, once the cluster has printed it. */
function address({ stdout }) {
  let printed = "";
  return new Promise((resolve, reject) => {
    stdout.setEncoding("utf8").on("data", (text) => {
      printed += text;
      const found = /http:\/\/\S+#token=\S+/.exec(printed);
      if (found !== null) resolve(found[0]);
    });
    stdout.on("end", () => reject(new Error(`The cluster has ended:\n${printed}`)));
  });
}

async function write() {
  for (let count = 0; writes; count += 1) {
    await client.set(`boats/${count % 7}`, `raft ${count}`);
    await sleep(120);
  }
}

async function take(url, colorScheme) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme });
  await page.goto(url);
  await sleep(3_000);
  await page.screenshot({ path: join(root, "docs", `live-page-${colorScheme}.png`) });
  await page.close();
}
