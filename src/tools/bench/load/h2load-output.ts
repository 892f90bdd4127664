/** What h2load printed at its end. */
export interface H2loadSummary {
  readonly perSecond: number;
  readonly requests: number;
  readonly failed: number;
  /** Bytes in data frames: a gRPC call that failed has none. */
  readonly dataBytes: number;
}

/** @throws Error if the text is not the output of a run that came to its end */
export function parseH2loadOutput(text: string): H2loadSummary {
  const rate = /^finished in .*?, ([\d.]+) req\/s/m.exec(text);
  const requests = /^requests: (\d+) total, .*? (\d+) failed, (\d+) errored, (\d+) timeout/m.exec(text);
  const status = /^status codes: (\d+) 2xx/m.exec(text);
  const traffic = /^traffic: .*\((\d+)\) data$/m.exec(text);
  if (!rate || !requests || !status || !traffic) throw new Error(`h2load did not come to its end:\n${text.trimEnd()}`);
  const total = Number(requests[1]);
  const bad = Number(requests[2]) + Number(requests[3]) + Number(requests[4]);
  return {
    perSecond: Number(rate[1]),
    requests: total,
    failed: Math.max(bad, total - Number(status[1])),
    dataBytes: Number(traffic[1]),
  };
}

/**
 * Latencies in ms, from the file that h2load writes with --log-file: a line for each request with its start,
 * its HTTP status and its duration in microseconds, with tabs between.
 */
export function parseH2loadLog(text: string): Float64Array {
  const latencies: number[] = [];
  for (const line of text.split("\n")) {
    const [, status, durationUs] = line.split("\t");
    if (status === "200") latencies.push(Number(durationUs) / 1_000);
  }
  return Float64Array.from(latencies);
}

/** A gRPC message as it travels: a flag for compression (none), the length, the bytes. */
export function grpcFrame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
