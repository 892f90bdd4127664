import { join } from "node:path";
import { nodeEnvironment, nodeFlags } from "../../../cli/cluster/node-process.ts";
import { clusterDefaults, planNodes } from "../../../cli/cluster/plan.ts";
import { clientServiceDefinition } from "../../../grpc/service-definitions.ts";
import { StatusReader } from "../../../server/node/node-status.ts";
import {
  keyOf,
  type NodeState,
  type Operation,
  operationOf,
  type Place,
  type PlannedNode,
  type Subject,
  valueBytes,
} from "../measure/subject.ts";

/** A cluster of this project, started as `npm start` does it, with default settings. */
export class Balsa implements Subject {
  readonly name = "balsa";
  readonly #script: string;
  readonly #status = new StatusReader({ timeoutMs: 1_000 });

  /** @param script path of the script that runs one node */
  constructor(script: string) {
    this.#script = script;
  }

  readonly write: Operation = operationOf(clientServiceDefinition.Submit, (n) => ({
    commands: [{ set: { key: keyOf(n), value: { data: value } } }],
  }));

  readonly read: Operation = operationOf(clientServiceDefinition.Read, (n) => ({ key: keyOf(n) }));

  plan({ nodes, directory, portBase, profileDirectory }: Place): PlannedNode[] {
    return planNodes({ nodes, data: directory, port: portBase, restart: false, log: clusterDefaults.log }).map(
      ({ id, clientAddress, dataDir, flags }) => {
        const profile = profileDirectory === null ? [] : profileFlags(profileDirectory, id);
        const args = [...nodeFlags, ...profile, this.#script, ...flags];
        const commandLine = {
          program: process.execPath,
          args,
          logFile: join(directory, `node-${id}.log`),
          isTethered: true,
          environment: nodeEnvironment,
        };
        return { id, clientAddress, commandLine, dataDirectory: dataDir };
      },
    );
  }

  async readState(clientAddress: string): Promise<NodeState | null> {
    const status = await this.#status.read(clientAddress);
    if (status instanceof Error) return null;
    const { role, leaderId, term, appliedIndex } = status;
    return { isLeader: role === "ROLE_LEADER", knowsLeader: leaderId !== 0, term, appliedIndex };
  }

  close(): void {
    this.#status.close();
  }
}

const value = Buffer.alloc(valueBytes, "v");

function profileFlags(directory: string, id: number): string[] {
  return ["--cpu-prof", `--cpu-prof-dir=${directory}`, `--cpu-prof-name=node-${id}.cpuprofile`];
}
