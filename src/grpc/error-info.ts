import { Metadata } from "@grpc/grpc-js";
import protobuf from "protobufjs";

/**
 * The details of an error as clients of any language expect them: a google.rpc.Status that holds a
 * google.rpc.ErrorInfo, in the trailing metadata `grpc-status-details-bin`.
 * See https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
 */
export interface ErrorInfo {
  /** UPPER_SNAKE_CASE; docs/errors.md lists them. */
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export const errorDomain = "balsa";
const detailsKey = "grpc-status-details-bin";
const infoTypeUrl = "type.googleapis.com/google.rpc.ErrorInfo";

const rpc = protobuf.parse(
  `syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }`,
  { keepCase: true },
).root;
const statusType = rpc.lookupType("Status");
const infoType = rpc.lookupType("ErrorInfo");

/** Trailing metadata that explain an error. */
export function errorMetadata(code: number, message: string, info: ErrorInfo): Metadata {
  const value = infoType.encode({ ...info, domain: errorDomain }).finish();
  const bytes = statusType.encode({ code, message, details: [{ type_url: infoTypeUrl, value }] }).finish();
  const metadata = new Metadata();
  metadata.set(detailsKey, Buffer.from(bytes));
  return metadata;
}

/** The explanation in an error's metadata; null if there is none of ours. */
export function errorInfoOf(metadata: Metadata): ErrorInfo | null {
  const bytes = metadata.get(detailsKey)[0];
  if (!(bytes instanceof Uint8Array)) return null;
  try {
    for (const detail of statusType.toObject(statusType.decode(bytes), { arrays: true }).details) {
      if (detail.type_url !== infoTypeUrl) continue;
      const info = infoType.toObject(infoType.decode(detail.value), { defaults: true, objects: true });
      if (info.domain === errorDomain) return { reason: info.reason, metadata: info.metadata };
    }
  } catch {
    // Whatever sent these bytes was no node of ours; the gRPC status alone must do.
  }
  return null;
}
