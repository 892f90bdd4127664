import { rmSync } from "node:fs";
import { type Client, credentials, makeClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { BalsaClient } from "../../src/client/client.ts";
import { failureOf } from "../../src/client/connection/node-connection.ts";
import { errorOfCall } from "../../src/client/values/balsa-error.ts";
import type { Change } from "../../src/client/values/messages.ts";
import type { ClientServiceClient } from "../../src/generated/balsa/client/v1/ClientService.ts";
import type { OpenSessionResponse__Output as Opened } from "../../src/generated/balsa/client/v1/OpenSessionResponse.ts";
import { clientServiceDefinition } from "../../src/grpc/service-definitions.ts";
import { errorOf } from "../support/error-of.ts";
import { Cluster } from "../support/harness.ts";
import { until } from "../support/until.ts";
import { balsa } from "./balsa.ts";

// Clients that live on while all nodes of their cluster end, and another life of it begins on the same addresses: sessions,
// watches and revisions of before are none of what there is then.

jest.setTimeout(180_000);

/** What a cluster may lose, and how it comes back: each ends with a leader. */
interface NewLife {
  readonly how: string;
  readonly begin: () => Promise<void>;
}

let cluster: Cluster;
const clients: BalsaClient[] = [];
beforeEach(async () => {
  cluster = await Cluster.start({ nodes: 3 });
  await cluster.leader();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await cluster.remove();
});

function connect(): BalsaClient {
  const client = new BalsaClient({ endpoints: cluster.endpoints, requestTimeoutMs: 15_000, sessionTimeoutMs: 60_000 });
  clients.push(client);
  return client;
}

/** Follows a watch, and says how it ends. */
function follow(client: BalsaClient, prefix: string) {
  const watch = client.watch({ prefix });
  const told: Change[] = [];
  const run = async () => {
    for await (const change of watch) told.push(change);
    return null;
  };
  return { watch, told, end: run().catch((error: unknown) => error) };
}

/** Plain calls at one node, without anything that a client library does beside. */
class RawCaller {
  readonly #client: ClientServiceClient;

  constructor(endpoint: string) {
    const Caller = makeClientConstructor(clientServiceDefinition, "ClientService");
    this.#client = new Caller(endpoint, credentials.createInsecure()) as Client as ClientServiceClient;
  }

  open(): Promise<Opened> {
    return this.#ask((done) => this.#client.openSession({ timeoutMs: 60_000 }, this.#deadline, done));
  }

  keep(sessionId: number): Promise<unknown> {
    return this.#ask((done) => this.#client.keepSession({ sessionId }, this.#deadline, done));
  }

  close(sessionId: number): Promise<unknown> {
    return this.#ask((done) => this.#client.closeSession({ sessionId }, this.#deadline, done));
  }

  set(key: string, id: number, sequence: number): Promise<unknown> {
    const request = { commands: [{ set: { key, value: { text: "raw" } } }], session: { id, sequence, firstOutstanding: 1 } };
    return this.#ask((done) => this.#client.submit(request, this.#deadline, done));
  }

  end(): void {
    this.#client.close();
  }

  get #deadline() {
    return { deadline: Date.now() + 10_000 };
  }

  #ask<T>(call: (done: (error: ServiceError | null, response?: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      call((error, response) =>
        response === undefined ? reject(error && errorOfCall(failureOf(error), false)) : resolve(response),
      );
    });
  }
}

const wiped: NewLife = {
  how: "wiped and begun again",
  begin: async () => {
    for (const { id } of cluster.nodes) rmSync(cluster.dataDir(id), { recursive: true });
    for (const node of cluster.nodes) node.start();
    await cluster.leader();
  },
};

const recovered: NewLife = {
  how: "recovered by force from one node",
  begin: async () => {
    const { code } = await balsa("cluster", "recover", "--force", "--data-dir", cluster.dataDir(1));
    expect(code).toBe(0);
    cluster.node(1).start();
    await until("node 1 leads", 20_000, async () => {
      const status = await cluster.status(1);
      return !(status instanceof Error) && status.role === "ROLE_LEADER" ? true : undefined;
    });
  },
};

test.each([wiped, recovered])(
  "a cluster that is $how: nothing of an old client is taken for something in the new life",
  async (life) => {
    const old = Array.from({ length: 6 }, connect);
    for (const [n, client] of old.entries()) {
      for (let i = 0; i < 5 + 10 * n; i++) await client.set(`before/${n}/${i}`, "v");
      await client.set(`old-lock/${n}`, "held", { attached: n % 2 === 0 });
    }
    const watching = connect();
    const before = follow(watching, "new/");
    await before.watch.started();
    const raw = new RawCaller(cluster.endpoint(1));
    const sessions = await Promise.all(Array.from({ length: 4 }, () => raw.open()));
    await cluster.settled();
    for (const node of cluster.nodes) await node.terminate();
    await life.begin();

    const fresh = Array.from({ length: 6 }, connect);
    const locks = async (): Promise<string[]> => {
      const keys: string[] = [];
      for await (const { key } of (fresh[0] ?? connect()).scan({ prefix: "lock/" })) keys.push(key);
      return keys;
    };
    for (const [n, client] of fresh.entries()) {
      const taken = await client.compareAndSet(`lock/${n}`, { absent: true }, "held", { attached: true });
      expect(taken.succeeded).toBe(true);
    }
    const held = await locks();
    expect(held).toHaveLength(6);

    // Callers of the plain protocol, which know no more than their session's number.
    for (const { sessionId } of sessions) {
      for (const sequence of [1, 2, 3]) expect((await errorOf(raw.set("new/raw", sessionId, sequence))).code).toBe("SESSION_LOST");
      expect((await errorOf(raw.keep(sessionId))).code).toBe("SESSION_LOST");
      await raw.close(sessionId);
    }
    expect(await locks()).toEqual(held);

    // Some old clients go on, others say goodbye.
    const written = new Map<string, string>();
    const put = async (client: BalsaClient, key: string, value: string) => {
      await client.set(key, value);
      written.set(key, value);
    };
    for (const [n, client] of fresh.entries()) {
      await Promise.all(Array.from({ length: 30 }, (_, i) => put(client, `new/${n}/${i}`, `${n}.${i}`)));
    }
    for (const [n, client] of old.entries()) {
      if (n >= 4) await client.close();
      else {
        const { code, mayHaveHappened } = await errorOf(client.set(`after/${n}`, "lost"));
        expect(code).toMatch(/^(OTHER_CLUSTER|OTHER_CLUSTER_MIDWAY|SESSION_LOST)$/);
        expect(mayHaveHappened).toBe(false);
        if (n % 2 === 0) {
          expect((await errorOf(client.set(`after/${n}`, "lost"))).code).toBe("SESSION_LOST");
          client.renewSession();
        }
        for (let i = 0; i < 5; i++) await put(client, `after/${n}/${i}`, `${n}.${i}`);
      }
    }
    expect(await locks()).toEqual(held);
    const reader = connect();
    for (const [key, value] of written) expect([key, (await reader.get(key))?.value]).toEqual([key, value]);
    expect(await reader.get("new/raw")).toBeNull();

    // The old watch has ended, and says why; another one of the same client begins.
    expect(await before.end).toMatchObject({ code: "OTHER_CLUSTER" });
    expect(before.told).toEqual([]);
    const next = follow(watching, "next/");
    await next.watch.started();
    await reader.set("next/1", "1");
    await until("the new watch is told", 10_000, () => (next.told.length === 1 ? true : undefined));
    raw.end();
  },
);
