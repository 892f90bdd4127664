import type { Config } from "../../config/config.ts";
import { UnreadTotal } from "../../door/unread.ts";
import { Founding } from "../../node/founding/founding.ts";
import type { Obstacles } from "../../node/founding/founding-verdict.ts";
import type { Birth } from "../../node/founding/introduction.ts";
import { beginFounding, endFounding, giveUpFounding, isBlank } from "../../storage/directory/new-directory.ts";
import type { DataDirectoryPorts } from "../../storage/directory/open.ts";
import { type Identity, type Owner, readIdentity } from "../../storage/files/identity.ts";
import { FoundingService } from "../../transport/in/founding-service.ts";
import { askIntroduction } from "../../transport/out/introduction-call.ts";
import { connectionPlaces, handlesOfProcess } from "../node/handles.ts";
import { PeerServer } from "../node/peer-server.ts";

export interface FoundPorts extends DataDirectoryPorts {
  readonly say: (sentence: string) => void;
  /** The same, of what an operator should look at. */
  readonly warn: (sentence: string) => void;
  /** Aborted when nobody waits any more for the cluster to begin. */
  readonly signal?: AbortSignal;
}

/** What a start waits for in its first moments is nothing to tell of; nor does it tell more often than this, in ms. */
const tellMsMin = 1_000;

/**
 * Has the node of an empty directory come by its cluster, with the others of its list: all of them found it together, or it
 * is born already. Waits for that as long as it takes. A directory that has data is left as it is.
 * @throws NotAMember if there is a cluster without this node; CannotListen, DataDirectoryError; the signal's reason
 */
export async function foundCluster(config: Config, owner: Owner, ports: FoundPorts): Promise<void> {
  const { dataDir, forceBootstrap, bootstrap } = config;
  const found = await readIdentity(dataDir);
  if (found !== null && !isBlank(found)) {
    if (forceBootstrap)
      ports.warn(`forceBootstrap is ignored, as ${dataDir} has data. It is for one start of a new node: take it away.`);
    return;
  }
  const isTold = bootstrap.some(({ id }) => id === owner.nodeId);
  const identity = await beginFounding(dataDir, owner, isTold ? bootstrap : (found?.bootstrap ?? []), ports);
  if (forceBootstrap) {
    ports.warn("forceBootstrap is on: nodes that do not answer are taken to have no data. Take it away after this start.");
  }
  const { incarnationId, members } = await born(config, identity, ports);
  const unheard = members.filter(({ diskId }) => diskId === "").map(({ id }) => id);
  const without = unheard.length === 0 ? "" : ` It began without a word of node ${unheard.join(", ")}.`;
  ports.say(`Cluster "${identity.clusterId}" is born, as incarnation ${incarnationId}.${without}`);
}

/** Takes part in the birth on the peer port, for as long as that takes. */
async function born(config: Config, identity: Identity, ports: FoundPorts): Promise<Birth> {
  const { clusterId, nodeId, diskId, bootstrap: list } = identity;
  const { dataDir, listen, transport, node, door, forceBootstrap: isForced } = config;
  const { introduceMs, forceWaitMs, waitingTellMs } = node;
  const { clock, newIncarnationId, signal } = ports;
  const tell = waitingVoice({ clusterId, list, waitingTellMs }, ports);
  const options = { clusterId, nodeId, diskId, list, isForced, introduceMs, forceWaitMs };
  const isAlone = list.length === 1;
  let founding: Founding | null = null;
  const service = new FoundingService({ introduce: (question) => founding?.answer(question) ?? null });
  const places = connectionPlaces(door, handlesOfProcess()).peer;
  const server = new PeerServer({ door: { ...door, ...places }, transport }, service, {
    unreadTotal: new UnreadTotal(door.unreadBytesTotalMax),
    onNotice: ({ origin, why }) => ports.warn(`A connection from ${origin} was ${why}.`),
  });
  try {
    if (!isAlone) await server.listen(listen);
    return await new Promise<Birth>((resolve, reject) => {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      founding = new Founding(options, {
        clock,
        ask: ({ peerAddress }, question, done) => askIntroduction(peerAddress, question, transport, done),
        newIncarnationId,
        keep: (birth, done) => void endFounding(dataDir, identity, birth).then(() => done(null), done),
        onWaiting: tell,
        onBorn: resolve,
        onRefused: (error) => {
          const refuse = (): void => reject(error);
          // Whatever stays of it is no node's data.
          giveUpFounding(dataDir, identity).then(refuse, refuse);
        },
        onFailed: reject,
      });
      founding.start();
    });
  } finally {
    (founding as Founding | null)?.stop();
    server.stop();
  }
}

interface Waiting {
  readonly clusterId: string;
  readonly list: Identity["bootstrap"];
  readonly waitingTellMs: number;
}

/** Tells whom the node waits for: when that changes, and every now and then. */
function waitingVoice(
  { clusterId, list, waitingTellMs }: Waiting,
  { clock, warn }: Pick<FoundPorts, "clock" | "warn">,
): (obstacles: Obstacles) => void {
  const ids = list.map(({ id }) => id).join(", ");
  let lastAt = clock.now();
  let last = "";
  return ({ reasons, areSilent }) => {
    const sentence = `Cluster "${clusterId}" of nodes ${ids} waits to begin: ${reasons.join("; ")}. ${rule}${areSilent ? wayOut : ""}`;
    const passedMs = clock.now() - lastAt;
    if (passedMs < (sentence === last ? waitingTellMs : tellMsMin)) return;
    lastAt = clock.now();
    last = sentence;
    warn(sentence);
  };
}

const rule = "It begins once each of them is up, and has an empty directory and the same list.";
const wayOut = " Only if those that are silent have no data and never will: start the lowest of the others with --force-bootstrap.";
