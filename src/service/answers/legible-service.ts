import type {
  Server,
  ServerDuplexStream,
  ServerUnaryCall,
  ServiceDefinition,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { decodeStrictly } from "../../grpc/strict-text.ts";
import { failure, statusOf } from "./failure.ts";

type Handler = UntypedServiceImplementation[string];
type Unary = (call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) => void;
type Stream = (call: ServerDuplexStream<object, object>) => void;

/** Requests with a text that is no UTF-8, until they are refused. */
const illegible = new WeakSet<object>();

/** Whether the request has a text that is no UTF-8. */
export function isIllegible(request: object): boolean {
  return illegible.has(request);
}

/**
 * Has the server serve these methods, and refuses requests with a text that is no UTF-8 before a handler sees them.
 * @param ofItems methods that refuse single items of a message by themselves
 */
export function addLegibleService(
  server: Pick<Server, "addService">,
  definition: ServiceDefinition,
  handlers: UntypedServiceImplementation,
  ofItems: readonly string[] = [],
): void {
  const strict: Record<string, ServiceDefinition[string]> = {};
  const guarded: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition)) {
    const { requestDeserialize, requestStream, originalName = name } = method;
    strict[name] = { ...method, requestDeserialize: (bytes) => marked(requestDeserialize, bytes) };
    const handler = handlers[name] ?? handlers[originalName];
    if (handler === undefined) continue;
    if (!requestStream) guarded[name] = guardedCall(handler);
    else guarded[name] = ofItems.includes(name) ? handler : guardedStream(handler);
  }
  server.addService(strict, guarded);
}

function marked(deserialize: (bytes: Buffer) => object, bytes: Buffer): object {
  const { message, isLegible } = decodeStrictly(deserialize, bytes);
  if (!isLegible) illegible.add(message);
  return message;
}

/** Of a method whose client sends one message. */
function guardedCall(handler: Handler): Handler {
  const handle = handler as Unary;
  const guarded: Unary = (call, callback) => {
    if (!illegible.has(call.request)) handle(call, callback);
    else if (callback !== undefined) callback(refusal());
    else call.emit("error", refusal());
  };
  return guarded as Handler;
}

/** Of a method whose client sends a stream of messages: one that is illegible ends it. */
function guardedStream(handler: Handler): Handler {
  const handle = handler as Stream;
  const guarded: Stream = (call) => {
    // What has arrived comes to the handler by this way and no other.
    const push = call.push.bind(call);
    call.push = (message, ...more) => {
      if (message === null || !illegible.has(message)) return push(message, ...more);
      call.emit("error", refusal());
      return false;
    };
    handle(call);
  };
  return guarded as Handler;
}

function refusal(): ReturnType<typeof statusOf> & Error {
  const why = failure("NOT_UTF8");
  return Object.assign(new Error(why.message), statusOf(why));
}
