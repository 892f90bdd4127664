import type { Context } from "../../src/tools/bench/cases/context.ts";
import { measureEndurance, ratesAtTheEnds } from "../../src/tools/bench/cases/endurance.ts";
import { measureObserved } from "../../src/tools/bench/cases/observed.ts";
import { ClosedLoop, type Send } from "../../src/tools/bench/load/closed-loop.ts";
import { grpcFrame, parseH2loadLog, parseH2loadOutput } from "../../src/tools/bench/load/h2load-output.ts";
import type { Measurement } from "../../src/tools/bench/measure/measurement.ts";
import { type BenchOptions, benchProblems } from "../../src/tools/bench/measure/options.ts";
import { formatValue, reportJson, reportText, rowsOf } from "../../src/tools/bench/measure/report.ts";
import { median, percentile } from "../../src/tools/bench/measure/statistics.ts";
import { parseUsage } from "../../src/tools/bench/measure/usage.ts";

describe("statistics", () => {
  test("a percentile is one of the values, by the nearest rank", () => {
    const values = [30, 10, 20, 50, 40];
    expect(percentile(values, 0.5)).toBe(30);
    expect(percentile(values, 0.95)).toBe(50);
    expect(percentile(values, 0.2)).toBe(10);
    expect(percentile(values, 0.21)).toBe(20);
    expect(percentile(values, 0)).toBe(10);
    expect(percentile(values, 1)).toBe(50);
  });

  test("numbers are ordered as numbers", () => {
    expect(percentile([100, 9, 20], 0.5)).toBe(20);
    expect(median([100, 9, 20])).toBe(20);
  });

  test("the median of an even number of values lies between the two in the middle", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  test("the values given are left as they were", () => {
    const values = [3, 1, 2];
    percentile(values, 0.5);
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test("of nothing there is neither", () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("endurance", () => {
  const mebibyte = 1024 * 1024;

  test("the rate of the last minute is compared with that of the first", () => {
    const rounds = [10, 40, 60, 90, 120, 150, 190].map((s, place) => ({ endedAt: s * 1_000, perSecond: 100 - 10 * place }));
    expect(ratesAtTheEnds(rounds)).toEqual({ first: 90, last: 45 });
  });

  test("of a short run the last third is compared with the first", () => {
    const rounds = [10, 20, 30].map((s, place) => ({ endedAt: s * 1_000, perSecond: 100 - 10 * place }));
    expect(ratesAtTheEnds(rounds)).toEqual({ first: 100, last: 80 });
    expect(ratesAtTheEnds([{ endedAt: 5, perSecond: 7 }])).toEqual({ first: 7, last: 7 });
  });

  test("memory and disk are those of the node that takes the most", async () => {
    const usage = (...mebibytes: number[]) => new Map(mebibytes.map((size, id) => [id, { cpuMs: 0, rssBytes: size * mebibyte }]));
    const cluster = {
      subject: { name: "balsa" },
      term: async () => 3,
      usage: () => usage(150, 90),
      diskBytesMax: async () => 40 * mebibyte,
    };
    const result = { perSecond: 100, p50Ms: 1, p99Ms: 1, clientCores: 0, failures: 0, firstFailure: null };
    const load = { name: "load", run: async () => result, close: () => undefined };
    const context = { case: "endurance", cluster, options: { writes: 50_000, keys: 10 } } as unknown as Context;
    const { figures, notes } = await measureEndurance(context, load);
    const figure = (name: string) => figures.find((one) => one.name === name)?.rounds[0];
    expect(figure("most memory of a node")).toBe(150);
    expect(figure("most disk of a node")).toBe(40);
    expect(notes[0]).toContain("50000 writes to 10 keys");
  });
});

describe("observed", () => {
  /** A cluster whose node uses `alone` or `watched` ms for each write, and somebody who says when it is watched. */
  function setUp({ alone = 0.2, watched = 0.3, perSecond = 500, ends = null as string | null } = {}) {
    const asked: { requests?: number; ms?: number; isWatched: boolean }[] = [];
    let [cpuMs, isWatched] = [1_000, false];
    const cluster = {
      subject: { name: "balsa" },
      clientAddresses: ["a:1", "b:1"],
      term: async () => 3,
      settled: async () => null,
      usage: () => new Map([[1, { cpuMs, rssBytes: 0 }]]),
    };
    const load = {
      name: "load",
      run: async (extent: { requests?: number; ms?: number }) => {
        asked.push({ ...extent, isWatched });
        cpuMs += (extent.requests ?? 0) * (isWatched ? watched : alone);
        return { perSecond, p50Ms: 1, p99Ms: 1, clientCores: 0, failures: 0, firstFailure: null };
      },
      close: () => undefined,
    };
    const watch = () => ({
      open: async () => {
        isWatched = true;
      },
      firstFailure: ends,
      close: () => {
        isWatched = false;
      },
    });
    const roles = { leader: { id: 1 }, followers: [] };
    const options = { rounds: 3, roundMs: 2_000, warmUpMs: 100 };
    const context = { case: "observed", cluster, roles, options } as unknown as Context;
    return { asked, measure: () => measureObserved(context, load, watch) };
  }

  test("the processor time of a write is compared in pairs of as many writes, and either half comes first in turn", async () => {
    const { asked, measure } = setUp();
    const { figures, notes } = await measure();
    expect(asked.slice(0, 2)).toEqual([
      { ms: 100, isWatched: false },
      { ms: 100, isWatched: true },
    ]);
    expect(asked.slice(2).map(({ isWatched }) => isWatched)).toEqual([false, true, true, false, false, true]);
    expect(asked.slice(2).every(({ requests }) => requests === 1_000)).toBe(true);
    expect(figures.map(({ unit, rounds }) => [unit, rounds.map((value) => Math.round(value * 10) / 10)])).toEqual([
      ["µs", [200, 200, 200]],
      ["µs", [300, 300, 300]],
      ["", [1.5, 1.5, 1.5]],
    ]);
    expect(notes).toEqual(["3 pairs of 1000 writes each. Their ratios lie from 1.500 to 1.500, the median is 1.500."]);
  });

  test("a watch that ends while it is measured fails the run", async () => {
    const { measure } = setUp({ ends: "a:1: the stream ended" });
    await expect(measure()).rejects.toThrow("A watch ended while it was measured: a:1: the stream ended");
  });

  test("a round of too few writes is no round", async () => {
    const { measure } = setUp({ perSecond: 499 });
    await expect(measure()).rejects.toThrow("Only 998 writes fit into a round");
  });
});

describe("h2load", () => {
  const output = `starting benchmark...
progress: 10% of clients started
Main benchmark duration is over for thread #0. Stopping all clients.

finished in 4.01s, 26383.33 req/s, 1.69MB/s
requests: 79150 total, 79150 started, 79150 done, 79150 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 79150 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 5.07MB (5315990) total, 215.86KB (221036) headers (space savings 94.73%), 3.58MB (3755980) data
                     min         max         mean         sd        +/- sd
time for request:     1.16ms     27.54ms      9.36ms      3.26ms    72.56%
`;

  test("its output is read", () => {
    expect(parseH2loadOutput(output)).toEqual({ perSecond: 26383.33, requests: 79150, failed: 0, dataBytes: 3755980 });
  });

  test("requests that failed are counted, whether HTTP or h2load says so", () => {
    const failed = output.replace("0 failed, 0 errored, 0 timeout", "1 failed, 2 errored, 4 timeout");
    expect(parseH2loadOutput(failed).failed).toBe(7);
    const refused = output.replace("79150 2xx, 0 3xx, 0 4xx", "79000 2xx, 0 3xx, 150 4xx");
    expect(parseH2loadOutput(refused).failed).toBe(150);
  });

  test("output that breaks off is no result", () => {
    expect(() => parseH2loadOutput("starting benchmark...\n")).toThrow("did not come to its end");
    expect(() => parseH2loadOutput(output.replace(/^traffic.*$/m, ""))).toThrow("did not come to its end");
  });

  test("the latencies of answered requests are read from its log", () => {
    const log = "1795217526995561\t200\t1998\n1795217526997594\t-1\t5000\n1795217526997600\t200\t250\n";
    expect([...parseH2loadLog(log)]).toEqual([1.998, 0.25]);
    expect([...parseH2loadLog("")]).toEqual([]);
  });

  test("a gRPC message travels behind its length", () => {
    expect([...grpcFrame(Buffer.from("abc"))]).toEqual([0, 0, 0, 0, 3, 97, 98, 99]);
  });
});

describe("usage", () => {
  const status = "Name:\tnode\nVmPeak:\t  900000 kB\nVmRSS:\t   51200 kB\n";

  test("processor time and memory are read from /proc", () => {
    const stat = "4711 (balsa (node) 1) S 1 4711 4711 0 -1 4194304 9000 0 0 0 150 25 0 0 20 0 11 0 100 1000000 12800";
    expect(parseUsage(stat, status)).toEqual({ cpuMs: 1_750, rssBytes: 50 * 1024 * 1024 });
  });

  test("what says neither is no usage", () => {
    expect(parseUsage("", "")).toBeNull();
    expect(parseUsage("4711 (node) S 1", status)).toBeNull();
  });
});

describe("closed loop", () => {
  test("it keeps so many requests open, and sends as many as it was asked for", async () => {
    let open = 0;
    let openMax = 0;
    let sent = 0;
    const send: Send = (n, done) => {
      sent = n;
      open += 1;
      openMax = Math.max(openMax, open);
      setImmediate(() => {
        open -= 1;
        done(null);
      });
    };
    const result = await new ClosedLoop({ outstanding: 8 }, send).run({ requests: 100 });
    expect(openMax).toBe(8);
    expect(open).toBe(0);
    expect(sent).toBe(100);
    expect(result).toMatchObject({ failures: 0, firstFailure: null });
    expect(result.perSecond).toBeGreaterThan(0);
  });

  test("it ends when its time is over, and waits for what is still open", async () => {
    const sent: number[] = [];
    const answered: number[] = [];
    const send: Send = (n, done) => {
      sent.push(n);
      setTimeout(() => {
        answered.push(n);
        done(null);
      }, 1);
    };
    await new ClosedLoop({ outstanding: 2 }, send).run({ ms: 20 });
    expect(answered).toEqual(sent);
  });

  test("a failure is no answer: it is counted apart, with the words of the first one", async () => {
    const send: Send = (n, done) => setImmediate(() => done(n <= 2 ? `failure ${n}` : null));
    const result = await new ClosedLoop({ outstanding: 1 }, send).run({ requests: 3 });
    expect(result).toMatchObject({ failures: 2, firstFailure: "failure 1" });
  });
});

describe("report", () => {
  const usage = { clientCores: 0.5, leaderCores: 0.9, followerCores: 0.3, leaderRssBytes: 2 ** 27, followerRssBytesMax: 2 ** 26 };
  const measured = (subject: Measurement["subject"], name: string, load: string, rate: number): Measurement => ({
    case: name,
    subject,
    load,
    figures: [{ name: "rate", unit: "/s", rounds: [rate - 1, rate + 1, rate] }],
    usage,
    notes: [],
  });

  test("the two subjects stand side by side, load by load, with their ratio", () => {
    const rows = rowsOf([
      measured("balsa", "many-writes", "h2load", 9_000),
      measured("balsa", "many-writes", "grpc-js", 4_000),
      measured("etcd", "many-writes", "h2load", 12_000),
      measured("etcd", "many-writes", "grpc-js", 5_000),
    ]);
    expect(rows.map(({ load, balsa, etcd, ratio }) => [load, balsa, etcd, ratio])).toEqual([
      ["h2load", "9,000/s", "12,000/s", "0.75"],
      ["grpc-js", "4,000/s", "5,000/s", "0.80"],
    ]);
  });

  test("where the loads differ, both are named", () => {
    const rows = rowsOf([
      measured("balsa", "stream-writes", "BalsaClient", 25_000),
      measured("etcd", "stream-writes", "grpc-js", 5_000),
    ]);
    expect(rows).toMatchObject([{ load: "BalsaClient / grpc-js", ratio: "5.00" }]);
  });

  test("alone, Balsa is compared with nothing", () => {
    expect(rowsOf([measured("balsa", "many-writes", "h2load", 9_000)])).toMatchObject([{ etcd: "", ratio: "" }]);
  });

  test("numbers show the digits that matter", () => {
    expect(formatValue(12_345.678, "/s")).toBe("12,346/s");
    expect(formatValue(1_234_567, "/s")).toBe("1,234,567/s");
    expect(formatValue(1.0456, "ms")).toBe("1.05 ms");
    expect(formatValue(10.456, "ms")).toBe("10.5 ms");
    expect(formatValue(0, "")).toBe("0");
  });

  test("the text has the figures, the usage, the setting and every note", () => {
    const setting = { cores: 2, nodes: 5, nodeVersion: "v20.15.0", notes: ["The disk is memory."] };
    const text = reportText(setting, [{ ...measured("balsa", "many-writes", "h2load", 9_000), notes: ["The client was busy."] }]);
    for (const part of ["5 nodes", "2 cores", "9,000/s", "0.90", "128 MiB", "The disk is memory.", "balsa: The client was busy."]) {
      expect(text).toContain(part);
    }
  });

  test("the JSON has every round and the median", () => {
    const setting = { cores: 2, nodes: 5, nodeVersion: "v20.15.0", notes: [] };
    const report: unknown = JSON.parse(reportJson(setting, [measured("balsa", "many-writes", "h2load", 9_000)]));
    expect(report).toMatchObject({ setting, measurements: [{ figures: [{ rounds: [8_999, 9_001, 9_000], median: 9_000 }] }] });
  });
});

describe("options", () => {
  const good: BenchOptions = {
    nodes: 5,
    cases: null,
    againstEtcd: false,
    cpus: null,
    json: false,
    rounds: 5,
    roundMs: 4_000,
    warmUpMs: 4_000,
    electionsMs: 60_000,
    failovers: 20,
    entries: 1_000_000,
    writes: 10_000_000,
    keys: 10_000,
    stateBytes: 1_000_000_000,
    directory: "/tmp",
    profileDirectory: null,
  };

  test("good ones have no problem", () => {
    expect(benchProblems(good)).toEqual([]);
    expect(benchProblems({ ...good, cpus: "0,2-3" })).toEqual([]);
  });

  test("every problem is named", () => {
    expect(benchProblems({ ...good, nodes: 2, rounds: 0, cpus: "all" })).toHaveLength(3);
  });
});
