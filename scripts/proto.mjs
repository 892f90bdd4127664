// Makes src/generated (or another directory, if one is named) from proto/: the types of every message and service, as
// @grpc/proto-loader loads them, and their definitions as part of the program, so that no .proto file is read when it
// runs. A program can then be bundled into one file, and starts sooner.
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";

const files = readdirSync("proto", { recursive: true })
  .filter((file) => file.endsWith(".proto"))
  .sort();
const outDir = process.argv[2] ?? "src/generated";
rmSync(outDir, { recursive: true, force: true });
execFileSync(
  join("node_modules", ".bin", "proto-loader-gen-types"),
  [
    // The same conversions as in src/grpc/load-proto.ts, or the types would lie.
    "--longs=Number",
    "--enums=String",
    "--oneofs",
    "--defaults",
    "--includeDirs=proto",
    `--outDir=${outDir}`,
    "--grpcLib=@grpc/grpc-js",
    "--importFileExtension=.ts",
    "--targetFileExtension=.ts",
    ...files,
  ],
  { stdio: "inherit" },
);
write("definitions.ts", [
  'import type { INamespace } from "protobufjs";',
  "",
  "/** Every message and service of proto/, as protobufjs reads them from JSON. */",
  `export const definitions = ${JSON.stringify(definitions(), null, 1)} as unknown as INamespace;`,
]);
write("descriptors.ts", [
  "/** The same as a google.protobuf.FileDescriptorSet in base64, for reflection. */",
  `export const fileDescriptorSet = "${descriptors()}";`,
]);

/** What proto-loader itself would find in the files. */
function definitions() {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join("proto", target);
  return root.loadSync(files).resolveAll().toJSON();
}

function descriptors() {
  const to = ["--exclude-source-info", "--output", "-#format=binpb"];
  return execFileSync(join("node_modules", ".bin", "buf"), ["build", "proto", ...to]).toString("base64");
}

function write(name, content) {
  writeFileSync(join(outDir, name), `// Made by scripts/proto.mjs from proto/.\n${content.join("\n")}\n`);
}
