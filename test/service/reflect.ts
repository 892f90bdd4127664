import { type ClientDuplexStream, credentials, makeClientConstructor } from "@grpc/grpc-js";
import type { ServerReflectionRequest } from "../../src/generated/grpc/reflection/v1/ServerReflectionRequest.ts";
import type { ServerReflectionResponse__Output } from "../../src/generated/grpc/reflection/v1/ServerReflectionResponse.ts";
import { reflectionDefinition } from "../../src/grpc/service-definitions.ts";

type ReflectionStream = ClientDuplexStream<ServerReflectionRequest, ServerReflectionResponse__Output>;

/** Asks each question and gives the answers in order. @param version v1, or v1alpha as older tools say */
export function reflect(
  address: string,
  questions: readonly ServerReflectionRequest[],
  version = "v1",
): Promise<ServerReflectionResponse__Output[]> {
  const client = new (makeClientConstructor(reflectionDefinition, "ServerReflection"))(address, credentials.createInsecure());
  const { requestSerialize, responseDeserialize } = reflectionDefinition.ServerReflectionInfo;
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  const stream: ReflectionStream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  const answers: ServerReflectionResponse__Output[] = [];
  return new Promise<ServerReflectionResponse__Output[]>((resolve, reject) => {
    stream.on("error", reject);
    stream.on("data", (answer: ServerReflectionResponse__Output) => answers.push(answer));
    stream.on("end", () => resolve(answers));
    for (const question of questions) stream.write(question);
    stream.end();
  }).finally(() => client.close());
}

/** The services that a server lists. */
export async function servicesOf(address: string): Promise<string[]> {
  const [answer] = await reflect(address, [{ listServices: "*" }]);
  return (answer?.listServicesResponse?.service ?? []).map(({ name }) => name);
}
