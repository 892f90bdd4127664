import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config/config.ts";
import { envOf, flagOf, keyNames } from "../../src/config/schema.ts";
import { isServiceLink } from "../../src/config/service-links.ts";

const minimal = ["--id", "1", "--peers", "2=b:7000,3=c:7000"];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "balsa-config-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function fileWith(content: unknown): string {
  const path = join(directory, "balsa.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function configOf(args: readonly string[], env: Record<string, string> = {}) {
  const result = readConfig(args, env);
  if (result.type !== "config") throw new Error(JSON.stringify(result));
  return result;
}

function problemsOf(args: readonly string[], env: Record<string, string> = {}): readonly string[] {
  const result = readConfig(args, env);
  return result.type === "problems" ? result.problems : [];
}

describe("what a good configuration becomes", () => {
  test("id and peers are enough, and a node counts itself among the members", () => {
    const { config, warnings } = configOf(minimal);
    expect(config).toMatchObject({
      id: 1,
      clusterId: "balsa",
      voters: [1, 2, 3],
      peers: [
        { id: 2, address: "b:7000" },
        { id: 3, address: "c:7000" },
      ],
      listen: "0.0.0.0:7000",
      clientListen: "0.0.0.0:8000",
      dataDir: "./data",
      core: { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300, heartbeatMs: 50 },
    });
    expect(warnings).toEqual([]);
  });

  test("the same list of members may be given to every node", () => {
    const everyone = "1=a:7000,2=b:7000,3=c:7000";
    const { config } = configOf(["--id=2", `--peers=${everyone}`]);
    expect(config.voters).toEqual([1, 2, 3]);
    expect(config.peers.map((peer) => peer.id)).toEqual([1, 3]);
  });

  test("a flag beats a variable, which beats the file, which beats the default", () => {
    const file = fileWith({ heartbeatMs: 10, electionTimeoutMinMs: 1000, clusterId: "file", electionTimeoutMaxMs: 2000 });
    const env = { BALSA_HEARTBEAT_MS: "20", BALSA_CLUSTER_ID: "variable", BALSA_CONFIG: file };
    const { config } = configOf([...minimal, "--heartbeat-ms", "30"], env);
    expect(config.core.heartbeatMs).toBe(30);
    expect(config.clusterId).toBe("variable");
    expect(config.core.electionTimeoutMinMs).toBe(1000);
    expect(config.listen).toBe("0.0.0.0:7000");
  });

  test("--config beats BALSA_CONFIG", () => {
    const file = fileWith({ clusterId: "flagged" });
    expect(configOf([...minimal, "--config", file], { BALSA_CONFIG: "/nowhere.json" }).config.clusterId).toBe("flagged");
  });

  test("an empty variable counts as not set", () => {
    expect(configOf(minimal, { BALSA_HEARTBEAT_MS: "", BALSA_CLUSTER_ID: "" }).config.core.heartbeatMs).toBe(50);
  });

  test("text stays text, even where it looks like a number", () => {
    expect(configOf([...minimal, "--cluster-id", "1e3", "--data-dir", "007"]).config).toMatchObject({
      clusterId: "1e3",
      dataDir: "007",
    });
  });

  test("an IPv6 address stands in brackets", () => {
    expect(configOf([...minimal, "--listen", "[::1]:7000"]).config.listen).toBe("[::1]:7000");
  });

  test("it is frozen to its depth", () => {
    const { config } = configOf(minimal);
    for (const part of [config, config.core, config.voters, config.peers, config.peers[0], config.logLevels])
      expect(Object.isFrozen(part)).toBe(true);
  });
});

describe("what is refused, each with its sentence", () => {
  const fine = ["--peers", "2=b:7000,3=c:7000"];
  test.each<[string, string[], string | RegExp]>([
    ["no id", fine, "id is missing: give --id or BALSA_ID."],
    [
      "more than an address to join at",
      ["--join", "a:8000", "--id", "1"],
      "join (a:8000) needs no id: the cluster that is joined tells it. Leave it out.",
    ],
    ["addresses to join at of which one is none", ["--join", "a:8000,b"], /^join must be addresses such as/],
    ["id 0", [...fine, "--id", "0"], 'id must be a whole number from 1 on; --id says "0".'],
    ["a negative id", [...fine, "--id=-1"], 'id must be a whole number from 1 on; --id says "-1".'],
    [
      "half a number",
      [...minimal, "--heartbeat-ms", "50ms"],
      /^heartbeatMs must be a whole number .*; --heartbeat-ms says "50ms"\.$/,
    ],
    ["a fraction", [...minimal, "--heartbeat-ms", "0.5"], /^heartbeatMs must be a whole number/],
    [
      "a wait that overflows timers",
      [...minimal, "--disk-stall-ms", "2147483648"],
      /^diskStallMs must be a whole number .* to 2147483647/,
    ],
    [
      "a piece of a snapshot that no message holds",
      [...minimal, "--snapshot-chunk-bytes", "8000000"],
      /^snapshotChunkBytes \(8000000\) must be at most \d+, so that a piece of a snapshot fits messageBytesMax/,
    ],
    ["no limit at all", [...minimal, "--append-bytes-max", "0"], /^appendBytesMax must be a whole number from 1 on/],
    ["peers without ids", ["--id", "1", "--peers", "b:7000"], /^peers must be a list such as .* in which "b:7000" makes no sense/],
    ["peers without port", ["--id", "1", "--peers", "2=b"], /^peers must be a list such as .* in which "2=b" makes no sense/],
    ["a port too high", ["--id", "1", "--peers", "2=b:70000"], /^peers must be a list such as/],
    [
      "a list that ends too early",
      ["--id", "1", "--peers", "2=b:7000,"],
      /^peers must be a list such as .* in which "" makes no sense/,
    ],
    ["a duplicate id", ["--id", "1", "--peers", "2=b:7000,2=c:7000"], /^peers must name each node once, but names node 2 twice/],
    [
      "one address for two",
      ["--id", "1", "--peers", "2=b:7000,3=b:7000"],
      /^peers must give each node its own address, but gives b:7000 to two/,
    ],
    [
      "an address to listen at as one of its own",
      [...minimal, "--advertise-peer", "0.0.0.0:7000"],
      'advertisePeer must not be 0.0.0.0:7000, an address at which a node may listen, but at which no other machine reaches it; give its name or its own address; --advertise-peer says "0.0.0.0:7000".',
    ],
    [
      "the same for clients",
      [...minimal, "--advertise-client", "[::]:8000"],
      /^advertiseClient must not be \[::\]:8000, an address at/,
    ],
    ["the same of a member", ["--id", "1", "--peers", "1=0:7000,2=b:7000"], /^peers must not be 0:7000, an address at/],
    [
      "the same of a member for clients",
      [...minimal, "--client-addresses", "1=a:1,2=b:1,3=[::ffff:0.0.0.0]:1"],
      /^clientAddresses must not be \[::ffff:0\.0\.0\.0\]:1, an address at/,
    ],
    ["an advertised port 0", [...minimal, "--advertise-peer", "a:0"], /^advertisePeer must be an address such as/],
    ["an address without port", [...minimal, "--listen", "localhost"], /^listen must be an address such as/],
    [
      "one port for both",
      [...minimal, "--client-listen", "0.0.0.0:7000"],
      /^listen .* and clientListen .* need different ports\.$/,
    ],
    [
      "an unknown client address",
      [...minimal, "--client-addresses", "1=a:1,2=b:1,3=c:1,4=d:1"],
      "clientAddresses names node 4, but the members are 1, 2, 3.",
    ],
    ["a missing client address", [...minimal, "--client-addresses", "1=a:1,2=b:1"], /^clientAddresses leaves out node 3/],
    [
      "a heartbeat near the election timeout",
      [...minimal, "--heartbeat-ms", "100"],
      /^heartbeatMs \(100\) must be at most half of electionTimeoutMinMs \(150\)/,
    ],
    [
      "election timeouts that do not differ",
      [...minimal, "--election-timeout-max-ms", "150"],
      /^electionTimeoutMaxMs \(150\) must be more than electionTimeoutMinMs/,
    ],
    ["an unknown area", [...minimal, "--log", "elections=debug"], /^log names the area "elections", but there are only election, /],
    ["an unknown level", [...minimal, "--log", "loud"], /^log names the level "loud", but there are only trace, /],
    ["an unknown log format", [...minimal, "--log-format", "xml"], /^logFormat must be one of auto, json, voice/],
    ["an empty data directory", [...minimal, "--data-dir", ""], /^dataDir must be a path/],
    ["a cluster id with spaces", [...minimal, "--cluster-id", "my cluster"], /^clusterId must be 1 to 64 letters/],
    ["a mistyped flag", [...minimal, "--heartbeatms", "50"], /^--heartbeatms is no flag of a node; did you mean --heartbeat-ms\?$/],
    ["a flag of nothing known", [...minimal, "--zzzzzzzzzz"], /^--zzzzzzzzzz is no flag of a node\.$/],
    ["a short flag", [...minimal, "-x"], /^-x is no flag of a node/],
    ["a stray word", [...minimal, "heartbeat"], '"heartbeat" is no flag; a value belongs right behind its flag.'],
    ["a flag without value", [...minimal, "--log"], "--log needs a value."],
    ["a flag twice", [...minimal, "--id", "2"], "--id is given twice."],
    ["a value for a switch", [...minimal, "--print-config=no"], "--print-config takes no value."],
  ])("%s", (_, args, expected) => {
    const problems = problemsOf(args);
    if (typeof expected === "string") expect(problems).toContain(expected);
    else expect(problems).toContainEqual(expect.stringMatching(expected));
  });

  test("a bad variable is named as such", () => {
    expect(problemsOf(minimal, { BALSA_HEARTBEAT_MS: "soon" })[0]).toMatch(/; BALSA_HEARTBEAT_MS says "soon"\.$/);
  });

  test("a mistyped, a nested and a bad key of the file", () => {
    const file = fileWith({ heartbeat: 50, peers: { 2: "b:7000" }, diskStallMs: -1 });
    expect(problemsOf([...minimal, "--config", file])).toEqual([
      `"heartbeat" in ${file} is no key of a node; did you mean heartbeatMs?`,
      `"peers" in ${file} must be text.`,
      `diskStallMs must be a whole number of milliseconds from 1 to 2147483647; ${file} says -1.`,
    ]);
  });

  test.each([
    ["that is missing", "/nowhere/balsa.json", /^The configuration file \/nowhere\/balsa.json cannot be read: ENOENT/],
    ["that is no JSON", "{", /cannot be read: /],
    ["that is a list", "[]", /must hold one JSON object\.$/],
  ])("a file %s", (_, content, expected) => {
    const path = content.startsWith("/") ? content : fileWith(content);
    expect(problemsOf([...minimal, "--config", path])).toEqual([expect.stringMatching(expected)]);
  });

  test("everything wrong is said at once", () => {
    const file = fileWith({ nonsense: 1, listen: "nowhere" });
    const problems = problemsOf(["--peers", "2=b", "--heartbeat-ms", "x", "--bogus", "--config", file], {
      BALSA_LOG: "loud",
      BALSA_TYPO: "1",
    });
    expect(problems).toHaveLength(7);
    expect(problems).toContain("BALSA_TYPO is no variable of a node, and has no effect.");
  });
});

describe("what is doubtful", () => {
  test("an even number of members is warned of", () => {
    const { warnings } = configOf(["--id", "1", "--peers", "2=b:7000,3=c:7000,4=d:7000"]);
    expect(warnings).toEqual([expect.stringMatching(/^4 members survive no more failures than 3 would/)]);
  });

  test.each([
    ["its own, as it listens", ["--listen", "127.0.0.1:7000"], "Node 1 has the peer address 127.0.0.1:7000"],
    ["its own, as it is told", ["--advertise-peer", "localhost:7000"], "Node 1 has the peer address localhost:7000"],
  ])("so is a loopback address among members elsewhere: %s", (_, args, expected) => {
    const { warnings } = configOf([...minimal, ...args]);
    expect(warnings).toEqual([expect.stringContaining(`${expected}, at which only its own machine reaches it`)]);
  });

  test("so is that of another member, and that of a node that joins others", () => {
    const other = configOf(["--id", "1", "--peers", "1=a:7000,2=b:7000,3=[::1]:7000"]).warnings;
    expect(other).toEqual([expect.stringContaining("Node 3 has the peer address [::1]:7000, at which")]);
    const joining = configOf(["--join", "a:8000", "--listen", "127.0.0.1:7000"]).warnings;
    expect(joining).toEqual([expect.stringContaining("This node has the peer address 127.0.0.1:7000, at which")]);
  });

  test("a cluster on one machine is not", () => {
    const { warnings } = configOf(["--id", "1", "--peers", "2=127.0.0.1:7002,3=localhost:7003", "--listen", "127.0.0.1:7001"]);
    expect(warnings).toEqual([]);
  });

  test("so is a node that is alone", () => {
    expect(configOf(["--id", "1"]).warnings).toEqual([expect.stringMatching(/survives no failure/)]);
  });
});

describe("variables that begin as a node's do", () => {
  /** What Kubernetes sets for a service of this name with a named port, and Docker for a link. */
  function serviceLinks(service: string): Record<string, string> {
    const protocols = ["tcp", "udp", "sctp"].flatMap((protocol) => {
      const port = `${service}_PORT_7000_${protocol.toUpperCase()}`;
      const address = { [`${port}_ADDR`]: "10.96.4.7", [`${port}_PORT`]: "7000", [`${port}_PROTO`]: protocol };
      return Object.entries({ [port]: `${protocol}://10.96.4.7:7000`, ...address });
    });
    return {
      [`${service}_SERVICE_HOST`]: "10.96.4.7",
      [`${service}_SERVICE_PORT`]: "7000",
      [`${service}_SERVICE_PORT_PEERS`]: "7000",
      [`${service}_SERVICE_PORT_CLIENT_GRPC`]: "7000",
      [`${service}_PORT`]: "tcp://10.96.4.7:7000",
      ...Object.fromEntries(protocols),
    };
  }

  test.each(["BALSA", "BALSA_PEERS", "BALSA_LOG", "BALSA_CONFIG", "BALSA_2"])(
    "those of a platform for a service %s have no effect, and are no news",
    (service) => {
      const { config, ignored } = configOf(minimal, serviceLinks(service));
      expect(config).toEqual(configOf(minimal).config);
      expect(ignored).toEqual([]);
    },
  );

  test("no key's own variable can be taken for one of a platform", () => {
    const taken = keyNames.map(envOf).filter((name) => ["1", "a", "tcp://a:1"].some((value) => isServiceLink(name, value)));
    expect(taken).toEqual([]);
  });

  test.each([
    ["one of an image's maker", "BALSA_TAG", "latest", ""],
    ["one that only looks like a platform's", "BALSA_PORT", "8000", ""],
    ["a mistyped one", "BALSA_HARTBEAT_MS", "50", "; did you mean BALSA_HEARTBEAT_MS?"],
    ["one without its unit", "BALSA_ELECTION_TIMEOUT_MIN", "200", "; did you mean BALSA_ELECTION_TIMEOUT_MIN_MS?"],
    ["one without a line", "BALSA_DATADIR", "/data", "; did you mean BALSA_DATA_DIR?"],
  ])("%s is a warning, which names the one that may be meant", (_, name, value, meant) => {
    const { config, ignored } = configOf(minimal, { [name]: value });
    expect(config).toEqual(configOf(minimal).config);
    expect(ignored).toEqual([`${name} is no variable of a node, and has no effect${meant || "."}`]);
  });

  test("a mistyped one stands beside what is missing for it", () => {
    expect(problemsOf(["--peers", "2=b:7000"], { BALSA_IDD: "1" })).toEqual([
      "id is missing: give --id or BALSA_ID.",
      "BALSA_IDD is no variable of a node, and has no effect; did you mean BALSA_ID?",
    ]);
  });

  test("the variable of the command line, and those of other programs, are none of ours", () => {
    expect(configOf(minimal, { BALSA_ENDPOINTS: "a:8000", OTHER: "x", BALSA: "x", BALSAM_ID: "1" }).ignored).toEqual([]);
  });
});

describe("what is only asked for", () => {
  test("--help names every key, even beside mistakes", () => {
    const result = readConfig(["--help", "--bogus"], {});
    if (result.type !== "text") throw new Error("expected text");
    for (const name of keyNames) expect(result.text).toContain(`${flagOf(name)} <`);
  });

  test("--print-config prints the values in force as a file would hold them", () => {
    const result = readConfig([...minimal, "--print-config"], { BALSA_HEARTBEAT_MS: "20" });
    if (result.type !== "text") throw new Error("expected text");
    expect(Object.keys(JSON.parse(result.text))).toEqual(keyNames);
    const again = configOf(["--config", fileWith(result.text)]);
    expect(again.config).toEqual(configOf(minimal, { BALSA_HEARTBEAT_MS: "20" }).config);
  });
});

test("a key's flag and variable follow from its name", () => {
  expect(flagOf("electionTimeoutMinMs")).toBe("--election-timeout-min-ms");
  expect(envOf("electionTimeoutMinMs")).toBe("BALSA_ELECTION_TIMEOUT_MIN_MS");
});
