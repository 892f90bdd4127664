import { fromJSON, type Options, type PackageDefinition } from "@grpc/proto-loader";
import { definitions } from "../generated/definitions.ts";

/**
 * How protobuf values look in TypeScript; scripts/proto.mjs makes the types to match.
 * A uint64 becomes a number. Beyond 2^53 - 1 it is rounded to a number that is no safe integer, so
 * `Number.isSafeInteger` finds every value that did not fit.
 */
export const loadOptions: Options = { longs: Number, enums: String, oneofs: true, defaults: true };

/** Every package this project serves or calls. The definitions are part of the program: no file is read for them. */
export const packageDefinition: PackageDefinition = fromJSON(definitions, loadOptions);
