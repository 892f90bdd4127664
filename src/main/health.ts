#!/usr/bin/env node
import { openChannel } from "../grpc/channel.ts";

/**
 * Asks a node's grpc.health.v1 service once: `node dist/main/health.js [host:port]`, by default 127.0.0.1:8000.
 * Exit code 0 if it serves, that is if it knows a leader; 1 if not, with one line that says why. This is the
 * health check of the container, run every few seconds, so it loads no more than the client it needs.
 */

const timeoutMs = 2_000;
/** HealthCheckResponse { status: SERVING }, field 1 as a varint; the request is empty: the server as a whole. */
const serving = Buffer.from([0x08, 0x01]);

const address = process.argv[2] ?? "127.0.0.1:8000";
const client = openChannel(address);
client.makeUnaryRequest(
  "/grpc.health.v1.Health/Check",
  () => Buffer.alloc(0),
  (response: Buffer) => response,
  null,
  { deadline: Date.now() + timeoutMs },
  (error, response) => {
    client.close();
    if (error) report(`${address} does not answer: ${error.details}`);
    else if (response === undefined || !response.equals(serving)) report(`${address} answers, but knows no leader`);
  },
);

function report(trouble: string): void {
  console.log(trouble);
  process.exitCode = 1;
}
