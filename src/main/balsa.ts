/** What `import ... from "balsa"` gives. Nothing inside the project imports this. */
export { BalsaError } from "../client/balsa-error.ts";
export { BalsaClient, type Page, type ReadOptions, type ScanOptions } from "../client/client.ts";
export type { BatchResult, Command, Current, Expected, KeyValue, Value } from "../client/messages.ts";
export type { ClientOptions } from "../client/options.ts";
