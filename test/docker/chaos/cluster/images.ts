import { execFile } from "node:child_process";
import { resolve } from "node:path";

/** The images of a run, by their ids. */
export interface Images {
  /** What the Dockerfile makes of the present source. */
  readonly shipped: string;
  /** What upgrades begin with. */
  readonly previous: string;
  /** Whether that is a build of an older source, which may not know all that the present one leaves on disks. */
  readonly isPreviousOlder: boolean;
  /** What breaks networks, disks and clocks: iptables, tc, libfaketime. */
  readonly tools: string;
}

const root = resolve(__dirname, "../../../..");
const shippedTag = "balsa:chaos";
const previousVersion = "0.0.1-previous";

const toolsFile = `FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends iptables iproute2 libfaketime && rm -rf /var/lib/apt/lists/*
`;

/**
 * The present source under another version. An older source need not be at hand, for a clone may have no history; what
 * an upgrade must stand is that nodes of two images make one cluster and that one takes over the other's disk.
 */
const previousFile = `FROM ${shippedTag}
USER 0
RUN sed -i 's/packageVersion = ".*"/packageVersion = "${previousVersion}"/' dist/terminal/version.js
USER 1000:1000
`;

/** Builds the images, each once: the builder's cache answers for what has not changed. */
export async function buildImages(): Promise<Images> {
  const [shipped, tools] = await Promise.all([build(["-t", shippedTag, root]), build(["-t", "balsa:chaos-tools", "-"], toolsFile)]);
  const given = process.env.CHAOS_PREVIOUS_IMAGE;
  const previous = given ?? (await build(["-t", "balsa:chaos-previous", "-"], previousFile));
  return { shipped, previous, isPreviousOlder: given !== undefined, tools };
}

/** @returns the id of the image @throws with what the builder printed */
function build(args: readonly string[], dockerfile?: string): Promise<string> {
  return new Promise((done, failed) => {
    const env = { ...process.env, DOCKER_BUILDKIT: "1" };
    const child = execFile("docker", ["build", "--quiet", ...args], { env }, (error, stdout, stderr) => {
      if (error) failed(new Error(`docker build ${args.join(" ")} failed: ${stderr}`));
      else done(stdout.trim());
    });
    child.stdin?.end(dockerfile ?? "");
  });
}
