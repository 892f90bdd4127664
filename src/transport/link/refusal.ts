import { Metadata } from "@grpc/grpc-js";
import type { PeerRefusal } from "../../node/ports/ports.ts";

/** What travels beside the messages: a node's disk in the headers of a stream, and why it was refused in the trailers. */

const diskKey = "balsa-disk-id";
const refusalKey = "balsa-refusal";
const words: Readonly<Record<PeerRefusal, string>> = {
  removed: "removed",
  diskReplaced: "disk-replaced",
  otherCluster: "other-cluster",
  twin: "twin",
};
const refusals = Object.keys(words) as PeerRefusal[];

export function diskHeader(diskId: string): Metadata {
  const metadata = new Metadata();
  if (diskId !== "") metadata.set(diskKey, diskId);
  return metadata;
}

/** The disk of whoever sent these headers; "" if they do not say. */
export function diskIn(metadata: Metadata): string {
  const value = metadata.get(diskKey)[0];
  return typeof value === "string" ? value : "";
}

export function refusalTrailer(refusal: PeerRefusal | null): Metadata {
  const metadata = new Metadata();
  if (refusal !== null) metadata.set(refusalKey, words[refusal]);
  return metadata;
}

/** Null if the refusal says nothing of what the refused node is. */
export function refusalIn(metadata: Metadata): PeerRefusal | null {
  const value = metadata.get(refusalKey)[0];
  return refusals.find((refusal) => words[refusal] === value) ?? null;
}
