import { spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";

export interface ToolAnswer {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of others that calls gRPC services and learns their messages by reflection. */
export interface Tool {
  readonly name: string;
  /** @param method package.Service/Method; several messages make a stream */
  call(address: string, method: string, ...messages: object[]): Promise<ToolAnswer>;
  /** Names of all methods. */
  list(address: string): Promise<string[]>;
}

const bufScript = resolve(__dirname, "../../node_modules/@bufbuild/buf/bin/buf");
const bufFlags = ["curl", "--protocol", "grpc", "--http2-prior-knowledge"];

const buf: Tool = {
  name: "buf curl",
  call: (address, method, ...messages) =>
    run(process.execPath, [bufScript, ...bufFlags, "--data", joined(messages), `http://${address}/${method}`]),
  list: async (address) => lines(await run(process.execPath, [bufScript, ...bufFlags, "--list-methods", `http://${address}`])),
};

const grpcurl: Tool = {
  name: "grpcurl",
  call: (address, method, ...messages) => run("grpcurl", ["-plaintext", "-d", joined(messages), address, method]),
  list: async (address) => {
    const services = lines(await run("grpcurl", ["-plaintext", address, "list"]));
    const methods = await Promise.all(services.map((service) => run("grpcurl", ["-plaintext", address, "list", service])));
    // It writes package.Service.Method.
    return methods.flatMap(lines).map((method) => method.replace(/\.(\w+)$/, "/$1"));
  },
};

/** Those that are here. `buf` is installed with the project; a missing grpcurl is said in one line. */
export function installedTools(): Tool[] {
  if (spawnSync("grpcurl", ["-version"]).error === undefined) return [buf, grpcurl];
  process.stderr.write("\n*** grpcurl is not installed: interop is tested with buf curl alone. ***\n\n");
  return [buf];
}

function joined(messages: readonly object[]): string {
  return messages.map((message) => JSON.stringify(message)).join("\n");
}

function lines({ stdout }: ToolAnswer): string[] {
  return stdout.split("\n").filter((line) => line !== "");
}

function run(program: string, args: readonly string[]): Promise<ToolAnswer> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], timeout: 20_000 });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", fail);
    child.once("close", (exitCode) => done({ exitCode, stdout, stderr }));
  });
}
