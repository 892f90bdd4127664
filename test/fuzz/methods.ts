import protobuf from "protobufjs";
import { definitions } from "../../src/generated/definitions.ts";

/** A method of either port, as the .proto files have it. */
export interface Method {
  /** Such as /balsa.client.v1.ClientService/Read. */
  readonly path: string;
  readonly request: protobuf.Type;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

export type Port = "client" | "peer";

const root = protobuf.Root.fromJSON(definitions).resolveAll();

/** Every method that there is: one that is added to a .proto file is among them. */
export const methods: readonly Method[] = servicesIn(root).flatMap((service) =>
  service.methodsArray.map((method) => {
    const { name, resolvedRequestType, requestStream = false, responseStream = false } = method;
    if (resolvedRequestType === null) throw new Error(`${service.fullName}.${name} has no type of requests.`);
    return { path: `/${service.fullName.slice(1)}/${name}`, request: resolvedRequestType, requestStream, responseStream };
  }),
);

/** @param listed the services of a port as reflection lists them, which leaves out itself */
export function methodsOf(listed: readonly string[]): Method[] {
  const services = [...listed, "grpc.reflection.v1.ServerReflection"];
  return methods.filter(({ path }) => services.some((service) => path.startsWith(`/${service}/`)));
}

function servicesIn(namespace: protobuf.NamespaceBase): protobuf.Service[] {
  return namespace.nestedArray.flatMap((nested) => {
    if (nested instanceof protobuf.Service) return [nested];
    return nested instanceof protobuf.Namespace ? servicesIn(nested) : [];
  });
}
