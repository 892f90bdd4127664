// Makes src/generated (or another directory, if one is named) from proto/: the types of every message and service,
// as @grpc/proto-loader loads them.
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const files = readdirSync("proto", { recursive: true }).filter((file) => file.endsWith(".proto"));
const outDir = process.argv[2] ?? "src/generated";
rmSync(outDir, { recursive: true, force: true });
execFileSync(
  join("node_modules", ".bin", "proto-loader-gen-types"),
  [
    // The same conversions as in src/transport/load-proto.ts, or the types would lie.
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
