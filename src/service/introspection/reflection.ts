import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { ServerReflectionHandlers } from "../../generated/grpc/reflection/v1/ServerReflection.ts";
import type { ServerReflectionRequest__Output } from "../../generated/grpc/reflection/v1/ServerReflectionRequest.ts";
import type { ServerReflectionResponse } from "../../generated/grpc/reflection/v1/ServerReflectionResponse.ts";
import { describedFiles } from "./descriptors.ts";

type Call = ServerDuplexStream<ServerReflectionRequest__Output, ServerReflectionResponse>;
type Answer = Omit<ServerReflectionResponse, "validHost" | "originalRequest">;

/** grpc.reflection: tells tools which services a server has, and what their messages look like. */
export class Reflection {
  readonly #services: readonly string[];

  /** @param services full names of those that are listed */
  constructor(services: readonly string[]) {
    this.#services = services;
  }

  readonly handlers: ServerReflectionHandlers = {
    ServerReflectionInfo: (call: Call) => {
      call.on("data", (request: ServerReflectionRequest__Output) => {
        // One who asks on and does not read the answers is not read on: gRPC would keep some of them, each with its request.
        call.pause();
        call.write({ validHost: request.host, originalRequest: request, ...this.#answer(request) }, () => call.resume());
      });
      call.on("end", () => call.end());
    },
  };

  #answer(request: ServerReflectionRequest__Output): Answer {
    switch (request.messageRequest) {
      case "listServices":
        return { listServicesResponse: { service: this.#services.map((name) => ({ name })) } };
      case "fileByFilename":
        return file(describedFiles().byName.get(request.fileByFilename ?? ""), `There is no file "${request.fileByFilename}".`);
      case "fileContainingSymbol": {
        const symbol = request.fileContainingSymbol ?? "";
        return file(describedFiles().bySymbol.get(symbol), `There is no symbol "${symbol}".`);
      }
      // proto3 has no extensions.
      case "fileContainingExtension":
      case "allExtensionNumbersOfType":
        return refused(status.NOT_FOUND, "There are no extensions.");
      case undefined:
        return refused(status.INVALID_ARGUMENT, "The request asks for nothing that this server knows.");
      default:
        return request.messageRequest satisfies never;
    }
  }
}

function file(files: readonly Uint8Array[] | undefined, otherwise: string): Answer {
  if (files === undefined) return refused(status.NOT_FOUND, otherwise);
  return { fileDescriptorResponse: { fileDescriptorProto: [...files] } };
}

function refused(errorCode: status, errorMessage: string): Answer {
  return { errorResponse: { errorCode, errorMessage } };
}
