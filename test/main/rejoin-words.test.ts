import { checkConfig } from "../../src/config/config.ts";
import { NotAMember } from "../../src/node/ports/not-a-member.ts";
import type { StateDigest } from "../../src/node/ports/ports.ts";
import { StateDiffers } from "../../src/node/ports/state-differs.ts";
import { memberAddresses, rejoinAdvice } from "../../src/server/start/words.ts";
import { DirectoryInUse, LogDamaged, StateRejected } from "../../src/storage/files/errors.ts";

const peers = "1=n1.peers:7000,2=n2.peers:7000,3=n3.peers:7000";
const published = "1=127.0.0.1:8001,2=127.0.0.1:8002,3=127.0.0.1:8003";

test("a node in a container finds the others by the names of their peers, not where clients outside reach them", () => {
  const config = checkConfig({ id: 3, peers, clientAddresses: published, dataDir: "/data" });
  expect(memberAddresses(config)).toEqual(["n1.peers:8000", "n2.peers:8000"]);
});

test("nodes of one machine find each other by their client addresses", () => {
  const onOneHost = "1=127.0.0.1:7001,2=127.0.0.1:7002,3=127.0.0.1:7003";
  const config = checkConfig({ id: 3, peers: onOneHost, clientAddresses: published, clientListen: "127.0.0.1:8003", dataDir: "d" });
  expect(memberAddresses(config)).toEqual(["127.0.0.1:8001", "127.0.0.1:8002"]);
});

test("a node that joined names the members that it was told of, and one that was told of nobody says what is left to fill in", () => {
  expect(memberAddresses(checkConfig({ join: "one:8000, other:8000", dataDir: "d" }))).toEqual(["one:8000", "other:8000"]);
  const alone = rejoinAdvice(new LogDamaged("d/log", "it is gone"), checkConfig({ dataDir: "a dir" }));
  expect(alone).toContain("run: balsa node rejoin --data-dir 'a dir' --join HOST:PORT (HOST:PORT being the client address");
});

test("what is lost or replaced leads to a rejoin, and what is only in use does not", () => {
  const config = checkConfig({ id: 3, peers, dataDir: "/data", listen: "0.0.0.0:7003" });
  const command = "balsa node rejoin --data-dir /data --join n1.peers:8000,n2.peers:8000 --id 3 --listen 0.0.0.0:7003";
  expect(rejoinAdvice(new LogDamaged("/data/log", "it is gone"), config)).toMatch(new RegExp(`run: ${command}$`));
  expect(rejoinAdvice(new NotAMember("diskReplaced", "it was replaced"), config)).toMatch(new RegExp(`run: ${command}$`));
  const [own, theirs] = ["a", "b"].map((digest) => ({ appliedIndex: 7, records: 1, digest })) as [StateDigest, StateDigest];
  for (const error of [new StateDiffers(own, theirs, [1, 2]), new StateRejected("/data")]) {
    expect(rejoinAdvice(error, config)).toMatch(new RegExp(`run: ${command}$`));
  }
  expect(rejoinAdvice(new DirectoryInUse("/data", null), config)).toBe("");
  const named = checkConfig({ id: 3, peers, dataDir: "/data", clusterId: "shop" });
  expect(rejoinAdvice(new LogDamaged("/data/log", "it is gone"), named)).toMatch(/ --id 3 --cluster-id shop$/);
});
