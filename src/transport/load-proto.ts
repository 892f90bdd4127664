import { fileURLToPath } from "node:url";
import { type GrpcObject, loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync, type Options, type PackageDefinition } from "@grpc/proto-loader";

const protoDirectory = fileURLToPath(new URL("../../proto", import.meta.url));

/**
 * How protobuf values look in TypeScript; scripts/proto.mjs makes the types to match.
 * A uint64 becomes a number. Beyond 2^53 - 1 it is rounded to a number that is no safe integer, so
 * `Number.isSafeInteger` finds every value that did not fit.
 */
const options: Options = { longs: Number, enums: String, oneofs: true, defaults: true, includeDirs: [protoDirectory] };

/** Every package this project serves or calls, as reflection needs it. */
export const packageDefinition: PackageDefinition = loadSync(
  ["balsa/raft/v1/raft.proto", "balsa/client/v1/client.proto", "balsa/admin/v1/admin.proto"],
  options,
);

/** The same, as grpc-js constructors. */
export const packages: GrpcObject = loadPackageDefinition(packageDefinition);
