import { join } from "node:path";
import type { Client } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import protobuf from "protobufjs";
import { openChannel } from "../../../grpc/channel.ts";
import {
  keyOf,
  type NodeState,
  type Operation,
  operationOf,
  type Place,
  type PlannedNode,
  type Subject,
  type UnaryDefinition,
  valueBytes,
} from "../measure/subject.ts";
import { etcdProto } from "./etcd-proto.ts";

const services = fromJSON(protobuf.parse(etcdProto).root.toJSON(), { longs: String, defaults: true });
const put = methodOf<{ key: Buffer; value: Buffer }, object>("KV", "Put");
const range = methodOf<{ key: Buffer }, object>("KV", "Range");
const getStatus = methodOf<object, Status>("Maintenance", "Status");

interface Status {
  /** Ids of members are 64 bits wide, so they stay text. "0" for none. */
  readonly leader: string;
  readonly raftTerm: string;
  readonly raftAppliedIndex: string;
  readonly header: { readonly memberId: string } | null;
}

const host = "127.0.0.1";
const statusTimeoutMs = 1_000;

/** A cluster of etcd with its default timing, from the program of that name on the path. */
export class Etcd implements Subject {
  readonly name = "etcd";
  readonly #clients = new Map<string, Client>();

  readonly write: Operation = operationOf(put, (n) => ({
    key: Buffer.from(keyOf(n)),
    value,
  }));
  readonly read: Operation = operationOf(range, (n) => ({ key: Buffer.from(keyOf(n)) }));

  plan({ nodes, directory, portBase }: Place): PlannedNode[] {
    const ids = Array.from({ length: nodes }, (_, i) => i + 1);
    const clientAddress = (id: number) => `${host}:${portBase + id}`;
    const peerUrl = (id: number) => `http://${host}:${portBase + nodes + id}`;
    const members = ids.map((id) => `node-${id}=${peerUrl(id)}`).join(",");
    return ids.map((id) => {
      const dataDirectory = join(directory, `node-${id}`);
      const flags = {
        name: `node-${id}`,
        "data-dir": dataDirectory,
        "listen-client-urls": `http://${clientAddress(id)}`,
        "advertise-client-urls": `http://${clientAddress(id)}`,
        "listen-peer-urls": peerUrl(id),
        "initial-advertise-peer-urls": peerUrl(id),
        "initial-cluster": members,
        "initial-cluster-state": "new",
      };
      const args = Object.entries(flags).map(([name, text]) => `--${name}=${text}`);
      const commandLine = { program: "etcd", args, logFile: join(directory, `node-${id}.log`), isTethered: false, environment: {} };
      return { id, clientAddress: clientAddress(id), commandLine, dataDirectory };
    });
  }

  async readState(clientAddress: string): Promise<NodeState | null> {
    const status = await this.#status(clientAddress);
    if (status === null) return null;
    return {
      isLeader: status.leader === status.header?.memberId,
      knowsLeader: status.leader !== "0",
      term: Number(status.raftTerm),
      appliedIndex: Number(status.raftAppliedIndex),
    };
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #status(address: string): Promise<Status | null> {
    const { path, requestSerialize, responseDeserialize } = getStatus;
    const client = this.#clients.get(address) ?? openChannel(address, quickReconnects);
    this.#clients.set(address, client);
    return new Promise((resolve) => {
      const deadline = Date.now() + statusTimeoutMs;
      client.makeUnaryRequest<object, Status>(path, requestSerialize, responseDeserialize, {}, { deadline }, (_error, status) =>
        resolve(status ?? null),
      );
    });
  }
}

const value = Buffer.alloc(valueBytes, "v");
const quickReconnects = { "grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 500 };

function methodOf<Request, Answer>(service: string, name: string): UnaryDefinition<Request, Answer> {
  const definition = services[`etcdserverpb.${service}`] as unknown as Record<string, UnaryDefinition<Request, Answer>>;
  const method = definition[name];
  if (method === undefined) throw new Error(`etcd's ${service} has no ${name}.`);
  return method;
}
