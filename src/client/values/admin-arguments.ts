import { flagArgument, partsArgument, textArgument, wholeNumberArgument } from "./arguments.ts";

/** The parts of an operator's request, checked; what is left out is as protobuf has it. All of these throw TypeError. */

export function nodeIn(request: unknown): { nodeId: number } {
  const { nodeId } = partsArgument("request", request);
  return { nodeId: wholeNumberArgument("request.nodeId", nodeId, { min: 1 }) };
}

export function addressesIn(request: unknown): { peerAddress: string; clientAddress: string } {
  const { peerAddress = "", clientAddress = "" } = partsArgument("request", request);
  return {
    peerAddress: textArgument("request.peerAddress", peerAddress),
    clientAddress: textArgument("request.clientAddress", clientAddress),
  };
}

export function diskIn(request: unknown): { diskId: string } {
  const { diskId = "" } = partsArgument("request", request);
  return { diskId: textArgument("request.diskId", diskId) };
}

export function flagIn<Name extends "learner" | "force">(request: unknown, name: Name): { [_ in Name]: boolean } {
  const flag = flagArgument(`request.${name}`, partsArgument("request", request)[name], false);
  return { [name]: flag } as { [_ in Name]: boolean };
}
