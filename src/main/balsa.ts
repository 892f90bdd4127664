/** What `import ... from "balsa"` gives. Nothing inside the project imports this. */
export * from "./balsa-client.ts";
export * from "./balsa-node.ts";
