import { envOf, envPrefix, type KeyName, keyNames } from "../../config/schema.ts";
import { type Environment, fileEnv, readEnv } from "../../config/sources.ts";

/** Keys that no two nodes can share. The launcher decides those that it needs. */
const ofOneNode: readonly KeyName[] = [
  "id",
  "peers",
  "join",
  "listen",
  "clientListen",
  "clientAddresses",
  "advertisePeer",
  "advertiseClient",
  "dataDir",
];

/** The launcher's environment as its nodes get it: with those of the nodes' variables that all of them can share, and no others. */
export function nodeEnvironmentOf(environment: Environment): Environment {
  const shared = [...keyNames.filter((name) => !ofOneNode.includes(name)).map(envOf), fileEnv];
  const kept = ([name]: [string, string | undefined]) => !name.startsWith(envPrefix) || shared.includes(name);
  return Object.fromEntries(Object.entries(environment).filter(kept));
}

/** Variables that reach no node although somebody may think so, one sentence each. */
export function environmentWarnings(environment: Environment): string[] {
  const lonely = ofOneNode.map(envOf).filter((name) => (environment[name] ?? "") !== "");
  const { warnings } = readEnv(environment);
  return [...warnings, ...lonely.map((name) => `${name} is for a single node, and has no effect on a cluster on one machine.`)];
}
