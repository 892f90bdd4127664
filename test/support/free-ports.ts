import { createServer } from "node:net";

/**
 * Below the range from which the system takes ports for outgoing connections: a port that is free now is then not
 * taken by a stranger's connection while its node is down and about to come back.
 */
const lowest = 12_000;
const highest = 30_000;

/** Ports of loopback on which nobody listens, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  // Test files that run at the same time begin at different places.
  let port = lowest + Math.floor(Math.random() * (highest - lowest));
  for (let tried = 0; found.length < count; tried += 1) {
    if (tried > highest - lowest) throw new Error(`There are no ${count} free ports from ${lowest} to ${highest}.`);
    if (await isFree(port)) found.push(port);
    port = port === highest ? lowest : port + 1;
  }
  return found;
}

/** Whether nobody listens there on loopback. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
